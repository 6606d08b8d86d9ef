"""Kernels of one's own: this very Python, away from a person's own Jupyter settings."""

from __future__ import annotations

import os
import sys
import time
import warnings
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, Any, ClassVar

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

from imgstats.errors import ImgstatsWarning
from imgstats.kernels import program
from imgstats.kernels.program import SEED_VARIABLE
from imgstats.processors import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "NAME",
    "PrivateKernelManager",
    "clean_settings",
    "figure_settings",
    "say_ordinary",
    "short_folder",
]

# The warm kernel's name, and its provisioner's.
NAME = "imgstats-warm"

# Figures are made with these, so a report's bytes do not depend on a person's settings.
_FIXED = {
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    SEED_VARIABLE: "0",
}
_START_SECONDS = 60.0
_SIGN_SECONDS = 1.0


class _QuickClient(AsyncKernelClient):
    """Takes the first message of a kernel as the sign that it is heard.

    The base class waits for a silence of 0.2 s instead, which is a fifth of a short report.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its outputs are heard.

        Raises
        ------
        RuntimeError
            If the kernel dies or does not answer in so many seconds.
        """
        limit = _START_SECONDS if timeout is None else timeout
        deadline = time.monotonic() + limit
        request = self.kernel_info()
        while not await self._heard():
            if not await self._async_is_alive():
                raise RuntimeError("it died before it answered")
            if time.monotonic() > deadline:
                raise RuntimeError(f"it did not answer in {limit:g} seconds")
            request = self.kernel_info()
        try:
            await self._async_recv_reply(request, timeout=max(0.0, deadline - time.monotonic()))
        except TimeoutError as e:
            raise RuntimeError(f"it did not answer in {limit:g} seconds") from e

    async def _heard(self) -> bool:
        try:
            await self.iopub_channel.get_msg(timeout=_SIGN_SECONDS)
        except Empty:
            return False
        return True


class PrivateKernelManager(AsyncKernelManager):
    """Starts ipykernel with the running interpreter, whatever kernels are installed by name.

    It talks over sockets in a folder of its own, not over ports that others can reach.
    """

    # Called with the kernel's process, by whoever has to end it.
    started: ClassVar[staticmethod[[Any], None] | None] = None
    # The module that is the kernel's program.
    program: ClassVar[str] = program.__name__
    # The module that a server prepares before it forks the kernel; empty: start the program.
    warm: ClassVar[str] = ""

    @default("transport")
    def _owner_only(self) -> str:
        return "ipc" if os.name == "posix" else "tcp"

    @default("ip")
    def _socket_path(self) -> str:
        # The default name is relative to the working folder, which two reports may share.
        if os.name != "posix":
            return "127.0.0.1"
        return str(Path(os.environ["IPYTHONDIR"], "k"))

    @default("connection_file")
    def _beside_the_sockets(self) -> str:
        # The default is a file in a folder of the user's, which stays there after a kill -9.
        return str(Path(os.environ["IPYTHONDIR"], "kernel.json"))

    @default("client_factory")
    def _quick_client(self) -> type[AsyncKernelClient]:
        return _QuickClient

    @default("client_class")
    def _quick_client_name(self) -> str:
        return f"{__name__}._QuickClient"

    async def start_kernel(  # type: ignore[override]  # the async class declares it so too
        self,
        **kw: Any,  # noqa: ANN401  the base class's signature
    ) -> None:
        """Start in an empty folder: a file of the working folder is no module and no setting."""
        await super().start_kernel(**{**kw, "cwd": os.environ["IPYTHONDIR"]})
        if self.started is not None:
            self.started(getattr(self.provisioner, "process", None))

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel's start command; history is off, so no parameter is kept on disk."""
        provisioner = {"provisioner_name": NAME, "config": {"warm": self.warm}}
        return KernelSpec(
            argv=[
                sys.executable,
                "-P",
                "-m",
                self.program,
                "-f",
                "{connection_file}",
                "--HistoryManager.enabled=False",
                # A tip is drawn at random each time somebody asks who the kernel is.
                "--InteractiveShell.enable_tip=False",
            ],
            display_name="imgstats report",
            language="python",
            metadata={"kernel_provisioner": provisioner} if self.warm else {},
        )


# A socket's path may have 107 bytes; the folders and the name in there take the rest.
_LONGEST_FOLDER = 80


@contextmanager
def clean_settings(place: Path | None = None) -> Iterator[Path]:
    """Run with an empty IPython profile and fixed seeds, and put everything back after.

    Parameters
    ----------
    place : pathlib.Path, optional
        Where to make the folder for the profile and the sockets. Default: that of temporary files.

    Yields
    ------
    pathlib.Path
        The folder, which only its owner can open.
    """
    with TemporaryDirectory(prefix="imgstats-", dir=place or short_folder()) as folder:
        wanted = {**_FIXED, **figure_settings(), "IPYTHONDIR": folder}
        with environment(wanted):
            yield Path(folder)


def figure_settings() -> dict[str, str]:
    """Point matplotlib to its own defaults instead of a person's matplotlibrc."""
    found = find_spec("matplotlib")
    places = list(found.submodule_search_locations or []) if found else []
    return {"MATPLOTLIBRC": str(Path(places[0], "mpl-data", "matplotlibrc"))} if places else {}


def short_folder(longest: int = _LONGEST_FOLDER) -> str | None:
    """Return a place for sockets, whose whole path may have about a hundred bytes."""
    return "/tmp" if os.name == "posix" and len(os.fsencode(gettempdir())) > longest else None  # noqa: S108


@cache
def say_ordinary() -> None:
    """Say once a process that kernels are not forked here."""
    warnings.warn(
        f"kernels are forked on Linux only; on {sys.platform} each report starts an ordinary one, "
        "which takes seconds more",
        ImgstatsWarning,
        stacklevel=2,
    )
