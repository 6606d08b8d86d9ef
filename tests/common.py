"""What several test files need and is costly: made once, and kernels that are forked."""

from __future__ import annotations

import os
import pickle
from contextlib import contextmanager, nullcontext

import pytest

from imgstats.files.locking import held
from imgstats.kernels import client, forked
from imgstats.kernels.client import WarmServer, can_fork
from imgstats.reporting.notebook import checked_notebook, execute
from imgstats.reporting.warm import warm_module
from tests.patience import PATIENCE


def made_once(tmp_path_factory, name, make):
    """Return what a function makes in a folder, called by the first process of a run that asks.

    The others get a copy of its answer, which may hold paths of the folder's files.
    """
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "made" / name
    place.mkdir(parents=True, exist_ok=True)
    answer = place / "answer"
    with held(place, PATIENCE):
        if not answer.exists():
            found = make(place / "files")
            answer.write_bytes(pickle.dumps(found))
        return pickle.loads(answer.read_bytes())  # noqa: S301  written above


def run_forked(path, parameters):
    """Run a notebook as `run_notebook` does, in a kernel that is forked where that can be."""
    return execute(checked_notebook(path, parameters), path.name, parameters, warm=True)


@contextmanager
def kernel_server():
    """Give a block, to be entered often: whoever runs a notebook in it has its kernel forked.

    The pages are those of ordinary kernels, without the seconds in which each imports everything.
    """
    if not can_fork():
        yield nullcontext
        return
    server = WarmServer(warm_module(plans=True))

    @contextmanager
    def in_use(_warm, *, wanted=True):  # noqa: ARG001  the real one's signature
        yield server.folder

    @contextmanager
    def forking():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(client, "_server", server)
            patch.setattr(forked, "forked_server", in_use)
            yield

    try:
        yield forking
    finally:
        server.close()
