"""What a person has set for Dask and Python does not reach clusters and commands."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings

import dask
import pytest
from distributed import Client

from imgstats.batch.pool import connected
from imgstats.errors import InputError
from imgstats.workers.cluster import local_cluster
from imgstats.workers.settings import WORKER_VARIABLE, own_process, stock_settings
from tests.patience import PATIENCE

PERSONAL = {
    "distributed.nanny.preload": ["our_site_setup"],
    "distributed.worker.preload": ["our_site_setup"],
    "distributed.comm.tls.ciphers": "OLD-CIPHER",
    "jobqueue.slurm.cores": 4,
}


def _python(code, home, **more):
    """Run code in a Python whose user has a home."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "HOME": str(home), **more},
    )


@pytest.fixture
def broken_home(tmp_path):
    """Return a home whose settings Dask and fsspec cannot read."""
    for name, text in (("dask/mine.yaml", "a: [1\n"), ("fsspec/mine.json", "{")):
        file = tmp_path / ".config" / name
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_block_has_stock_settings_and_puts_a_persons_back():
    with dask.config.set(PERSONAL):
        before = dict(dask.config.config)
        with stock_settings():
            assert dask.config.get("distributed.nanny.preload") == []
            assert dask.config.get("distributed.comm.tls.ciphers") is None
            assert "jobqueue" not in dask.config.config
        assert dask.config.config == before
        assert dask.config.get("jobqueue.slurm.cores") == 4


@pytest.mark.slow
def test_a_cluster_starts_where_dask_was_imported_with_settings_that_stop_it():
    with dask.config.set(PERSONAL), local_cluster(1) as client:
        assert isinstance(client, Client)
        assert client.submit(abs, -1).result() == 1
        assert client.submit(os.getenv, WORKER_VARIABLE).result() is None


@pytest.mark.slow
def test_files_that_cannot_be_read_stop_no_import_and_good_ones_count_afterwards(
    broken_home, tmp_path
):
    code = (
        "from imgstats.workers.settings import import_dask; import_dask(); import dask\n"
        "print(dask.config.get('mine', None), dask.config.get('distributed.nanny.preload'))"
    )
    more = {"DASK_MINE": "7", "DASK_DISTRIBUTED__NANNY__PRELOAD": "['mine']"}
    done = _python(code, broken_home, **more)
    assert (done.stdout, done.stderr) == ("None []\n", "")
    good = tmp_path / "good"
    good.mkdir()
    assert _python(code, good, **more).stdout == "7 ['mine']\n"


@pytest.mark.slow
def test_a_worker_process_imports_dask_without_them(broken_home):
    code = (
        "import imgstats.workers, os, sys\n"
        "assert 'distributed' in sys.modules\n"
        "import dask; dask.config.refresh()\n"  # as a worker does
        f"print(os.environ.keys() & {{'{WORKER_VARIABLE}', 'DASK_MINE'}}, os.environ['HOME'])"
    )
    done = _python(code, broken_home, **{WORKER_VARIABLE: "1", "DASK_MINE": "7"})
    assert (done.stdout, done.stderr) == (f"set() {broken_home}\n", "")


@pytest.mark.slow
def test_a_scheduler_of_ones_own_needs_settings_that_can_be_read(broken_home):
    code = (
        "from imgstats.batch.pool import connected\n"
        "try:\n    connected('tcp://127.0.0.1:9', 0, {}).__enter__()\n"
        "except Exception as e:\n    print(type(e).__name__, e)"
    )
    done = _python(code, broken_home)
    assert done.stdout.startswith("InputError Dask cannot be imported (A dask config file at ")
    assert "leave --scheduler out" in done.stdout
    assert done.stdout.count("\n") == 1


def test_no_scheduler_is_told(monkeypatch):
    monkeypatch.setattr("imgstats.batch.pool._CONNECT_SECONDS", 0.2)
    with pytest.raises(InputError, match="no scheduler answers"):
        connected("tcp://127.0.0.1:9", 0, {}).__enter__()


# --- the process


def test_who_has_no_home_gets_one_where_nothing_is(monkeypatch):
    def missing(_):
        raise KeyError("uid not found")

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", missing)
    own_process()
    assert os.environ["HOME"].startswith("/proc/no-home")
    assert not os.path.lexists(os.environ["HOME"])


def test_who_has_a_home_keeps_it(monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    own_process()
    assert os.environ["HOME"] == "/home/somebody"


def test_warnings_are_as_python_has_them(monkeypatch):
    monkeypatch.setattr(sys, "warnoptions", ["error"])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("error")
        own_process()
        warnings.warn("nobody sees it", ResourceWarning, stacklevel=1)
        warnings.warn_explicit("nor this", DeprecationWarning, "a.py", 1, module="somebody")
        warnings.warn("this is seen", UserWarning, stacklevel=1)
    assert [str(each.message) for each in said] == ["this is seen"]
