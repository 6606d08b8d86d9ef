"""Jupyter's way to forked kernels: the provisioner ``imgstats-warm``.

papermill, nbclient and voila use it by the name of its kernel alone. Where nothing can be forked,
the ordinary kernel is started and that is said once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Unicode

from imgstats.kernels import child
from imgstats.kernels.client import SHARED_VARIABLE, can_fork, warm_server
from imgstats.kernels.manager import say_ordinary, short_folder
from imgstats.kernels.process import WarmProcess
from imgstats.kernels.protocol import FOLDER_PREFIX

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

__all__ = ["WarmProvisioner"]

_END_SECONDS = 5.0


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by forking the warm server, behind sockets that only their owner can open."""

    warm = Unicode(child.__name__, help="The module that the server prepares.").tag(config=True)
    process: Any = None
    _sockets: str | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401  base signature
        """Choose sockets in a private folder, unless whoever starts the kernel chose some."""
        manager = self.parent
        if can_fork() and manager is not None and manager.transport != "ipc":
            if self._sockets is None:
                self._sockets = mkdtemp(prefix=FOLDER_PREFIX, dir=short_folder())
            manager.transport = "ipc"
            manager.ip = str(Path(self._sockets, "k"))
        found: dict[str, Any] = await super().pre_launch(**kwargs)
        return found

    async def launch_kernel(
        self,
        cmd: list[str],
        **kwargs: Any,  # noqa: ANN401  base signature
    ) -> KernelConnectionInfo:
        """Fork a kernel; where that cannot be, start an ordinary one."""
        if not can_fork():
            say_ordinary()
            return await super().launch_kernel(cmd, **kwargs)
        env = dict(kwargs.get("env") or os.environ)
        env.pop(SHARED_VARIABLE, None)  # the server forks for whoever runs reports, not for them
        cwd = str(kwargs.get("cwd") or Path.cwd())
        loop = asyncio.get_running_loop()
        self.process = await loop.run_in_executor(
            None, lambda: warm_server(self.warm).start(cmd, env=env, cwd=cwd)
        )
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End the process group and wait until it is gone, which takes milliseconds."""
        process = self.process
        await super().kill(restart=restart)
        if isinstance(process, WarmProcess):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_END_SECONDS)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the sockets' folder."""
        await super().cleanup(restart=restart)
        if self._sockets is not None and not restart:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None
