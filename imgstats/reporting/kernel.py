"""The kernel a report runs in: this very Python, away from a person's own Jupyter settings."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ReportKernelManager", "clean_settings"]

# Figures are made with these, so a report's bytes do not depend on a person's settings.
_FIXED = {"PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}


class ReportKernelManager(AsyncKernelManager):
    """Starts ipykernel with the running interpreter, whatever kernels are installed by name.

    It talks over sockets in a folder of its own, not over ports that others can reach.
    """

    @default("transport")
    def _owner_only(self) -> str:
        return "ipc" if os.name == "posix" else "tcp"

    @default("ip")
    def _socket_path(self) -> str:
        # The default name is relative to the working folder, which two reports may share.
        if os.name != "posix":
            return "127.0.0.1"
        return str(Path(os.environ["IPYTHONDIR"], "k"))

    async def start_kernel(  # type: ignore[override]  # the async class declares it so too
        self,
        **kw: Any,  # noqa: ANN401  the base class's signature
    ) -> None:
        """Start in an empty folder: a file of the working folder is no module and no setting."""
        await super().start_kernel(**{**kw, "cwd": os.environ["IPYTHONDIR"]})

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel's start command; history is off, so no parameter is kept on disk."""
        return KernelSpec(
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                "--HistoryManager.enabled=False",
            ],
            display_name="imgstats report",
            language="python",
        )


_LONGEST_FOLDER = 70


@contextmanager
def clean_settings() -> Iterator[None]:
    """Run with an empty IPython profile and fixed seeds, and put everything back after."""
    with TemporaryDirectory(prefix="imgstats-", dir=_short_folder()) as folder:
        wanted = {**_FIXED, **_figure_settings(), "IPYTHONDIR": folder}
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _figure_settings() -> dict[str, str]:
    """Point matplotlib to its own defaults instead of a person's matplotlibrc."""
    found = find_spec("matplotlib")
    places = list(found.submodule_search_locations or []) if found else []
    return {"MATPLOTLIBRC": str(Path(places[0], "mpl-data", "matplotlibrc"))} if places else {}


def _short_folder() -> str | None:
    """Return a place for sockets, whose whole path may have about a hundred bytes."""
    return "/tmp" if os.name == "posix" and len(gettempdir()) > _LONGEST_FOLDER else None  # noqa: S108
