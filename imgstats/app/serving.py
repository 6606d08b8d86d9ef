"""The form served by Voila: this page alone, for whoever has its address, and no other file.

Nothing else of the package depends on Voila. A visitor's page has a kernel of its own, which takes
messages of widgets and no code. Every answer has strict headers; the page asks this server only.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import shutil
import signal
import socket
import sys
from contextlib import closing, contextmanager, suppress
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

import tornado.ioloop
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.httpserver import HTTPServer
from tornado.web import HTTPError, OutputTransform, RequestHandler
from traitlets.config import Config
from voila.app import Voila
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from imgstats.app.form import SERVED
from imgstats.app.warm import WARM
from imgstats.errors import InputError, WorkError
from imgstats.kernels.client import can_fork, end_server, warm_server
from imgstats.kernels.manager import NAME, clean_settings
from imgstats.own_tables.folder import DATA_DIR_VARIABLE
from imgstats.processors import environment
from imgstats.sources import notebook_path
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jupyter_client.multikernelmanager import AsyncMultiKernelManager
    from tornado.httputil import HTTPHeaders

__all__ = ["HEADERS", "PORT", "serve"]

PORT = 8866
_NOTEBOOK = "explore.ipynb"
_TEMPLATE = "imgstats"
_SHARE = Path(__file__).parent / "share"
# Each has a kernel of its own: more would fill the memory of a small machine.
_MOST_VISITORS = 16
# A kernel whose page is closed ends after so long.
_CULL_SECONDS, _CULL_EVERY_SECONDS = 120, 30
# After so long a task that goes on all the same is told to end once more.
_AGAIN_SECONDS = 1.0
# Of Jupyter's extensions the page has what draws widgets; none that a person installed beside them.
_EXTENSIONS = [
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
]
# Scripts are this server's files, and those that anywidget makes of the form's own texts.
_POLICY = (
    "default-src 'none'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def serve(*, ip: str = "127.0.0.1", port: int = PORT, say: Callable[[str], object] = print) -> None:
    """Serve the form until Ctrl-C.

    Parameters
    ----------
    ip : str
        The address of this machine to listen at. Default: one that only this machine reaches.
    port : int
        The port; 0 for one that is free.
    say : callable
        Given the page's address once it is served. It holds a token: who has it may open the page.

    Raises
    ------
    InputError
        If the address is none.
    WorkError
        If the port is taken, or the address is not this machine's.
    """
    listener = _opened(ip, port)
    # No news: a page that is not here, a visitor too many, one who left, a name from elsewhere.
    for part in ("access", "general"):
        logging.getLogger(f"tornado.{part}").setLevel(logging.CRITICAL)
    logging.getLogger("tornado.application").setLevel(logging.ERROR)
    local = ip_address(ip).is_loopback
    with closing(listener), _private_folder(local=local) as folder:
        token = secrets.token_urlsafe(24)
        app = _App(config=_settings(folder, token, local=local), config_file_paths=[])
        app.say, app.socket = say, listener
        app.initialize(argv=[])
        if can_fork():  # its imports take seconds, and the first visitor need not wait for them
            Thread(target=_warm, daemon=True).start()
        app.start()


def _warm() -> None:
    with suppress(WorkError):  # whoever starts a kernel is told
        warm_server(WARM, draws=True)


def _opened(ip: str, port: int) -> socket.socket:
    """Return a socket that listens there, before anything else is done."""
    try:
        family = socket.AF_INET6 if ip_address(ip).version == 6 else socket.AF_INET
    except ValueError as e:
        raise InputError(
            f"--ip is {shown(ip)}", "a numeric address of this machine", "such as 127.0.0.1"
        ) from e
    try:
        listener = socket.create_server((ip, port), family=family, backlog=128)
    except OSError as e:
        raise WorkError(
            f"{ip} port {port}: {e.strerror or e}",
            "a port that is free, at an address of this machine",
            "choose another one with --port",
        ) from e
    listener.setblocking(False)
    return listener


@contextmanager
def _private_folder(*, local: bool) -> Iterator[Path]:
    """Yield a folder with a copy of the notebook and nothing else; all goes after the block.

    Its owner's own tables count where only this machine is served: they are not for others.
    """
    wanted = {"JUPYTER_PATH": str(_SHARE), SERVED: "1"}
    with clean_settings() as place:
        if not local:
            wanted[DATA_DIR_VARIABLE] = str(place / "none")
        with environment(wanted):
            pages = place / "pages"
            pages.mkdir()
            shutil.copyfile(notebook_path(_NOTEBOOK), pages / _NOTEBOOK)
            yield pages


def _settings(folder: Path, token: str, *, local: bool) -> Config:
    return Config(
        {
            "Voila": {
                "open_browser": False,
                "log_level": "ERROR",
                "token": token,
                "notebook_path": str(folder / _NOTEBOOK),
                "root_dir": str(folder),
                "connection_dir_root": str(folder.parent),
                # A name that leads here from elsewhere is no way in to a page of this machine.
                "tornado_settings": {
                    "allow_remote_access": not local,
                    "local_hostnames": ["localhost"],
                    "default_handler_class": _Missing,
                    "default_handler_args": {},
                },
            },
            "VoilaConfiguration": {
                "template": _TEMPLATE,
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "strip_sources": True,
                "show_tracebacks": False,
                "file_allowlist": [],
                "extension_allowlist": _EXTENSIONS,
                "kernel_spec_manager_class": _OneKernel,
                "prelaunch_hook": _check_room,
            },
            "IdentityProvider": {"cookie_options": {"SameSite": "Strict", "HttpOnly": True}},
            "MappingKernelManager": {
                "cull_idle_timeout": _CULL_SECONDS,
                "cull_interval": _CULL_EVERY_SECONDS,
                "cull_connected": False,
            },
        }
    )


def _check_room(handler: RequestHandler, **_: object) -> None:
    """Refuse a visitor where there are too many already."""
    if len(handler.settings["kernel_manager"].list_kernel_ids()) >= _MOST_VISITORS:
        raise HTTPError(503, reason="Too many visitors")


class _OneKernel(KernelSpecManager):
    """Knows one kernel: this very Python, forked by the warm server where that is possible."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Return its name, which is that of the notebook's."""
        return {"python3": ""}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return its start command; history is off, so nothing is kept on disk."""
        if kernel_name != "python3":
            raise NoSuchKernel(kernel_name)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(
            argv=[*argv, "--HistoryManager.enabled=False"],
            display_name="Python 3 (ipykernel)",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": NAME, "config": {"warm": WARM}}},
        )


class _StrictHeaders(OutputTransform):
    """Sets the headers of every answer, whoever makes it."""

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: bool,  # noqa: ARG002  base signature
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Return an answer's first part with the headers set and the server's name gone."""
        for name, value in HEADERS.items():
            headers[name] = value
        headers.pop("Server", None)
        return status_code, headers, chunk


class _Said:
    """Answers what goes wrong with one line."""

    def write_error(self: Any, status_code: int, **_: object) -> None:
        """Answer with the status and what to do."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        todo = "Open the address that imgstats app printed, with its token."
        self.finish(f"{status_code} {self._reason}. {todo}\n")


class _Missing(_Said, RequestHandler):
    """There is nothing else here."""

    def prepare(self) -> None:
        """Refuse whatever is asked for."""
        raise HTTPError(404)


class _Page(_Said, TornadoVoilaHandler):  # type: ignore[misc]  # untyped
    """The form, for whoever has the token or its cookie."""

    @allow_unauthenticated  # it says itself what a stranger gets, who has no place to log in
    async def get(self) -> None:
        """Answer with the form, or refuse a stranger."""
        if not self.current_user:
            raise HTTPError(403)
        await super().get(None)


class _App(Voila):  # type: ignore[misc]  # untyped
    """Voila with the few handlers that the form needs."""

    say: Callable[[str], object]
    socket: socket.socket
    _KEPT: ClassVar = {
        FileFindHandler,
        KernelHandler,
        MultiStaticFileHandler,
        VoilaKernelWebsocketHandler,
        VoilaShutdownKernelHandler,
    }

    def init_handlers(self) -> list[Any]:
        """Return the routes: the page, what it is made of, and the wires of its kernel."""
        self.app.transforms.append(_StrictHeaders)
        found = super().init_handlers()
        page = next(each[2] for each in found if each[1] is TornadoVoilaHandler)
        static = rf"/voila/templates/({_TEMPLATE}/static/[\w.-]+)"
        return [
            *(each for each in found if each[1] in self._KEPT),
            (static, TemplateStaticFileHandler),
            ("/", _Page, page),
        ]

    def listen(self) -> None:
        """Answer at the socket that was opened, until Ctrl-C."""
        server = HTTPServer(self.app)
        server.add_socket(self.socket)
        self.say(_address(self.socket, self.token))
        self.ioloop = tornado.ioloop.IOLoop.current()
        with _stopping_at_interrupt(self.ioloop):
            try:
                self.ioloop.start()
            finally:
                server.stop()
                self.ioloop.run_sync(_drop_tasks)
                self.stop()

    def stop(self) -> None:
        """End all kernels, and leave no file of their lines."""
        self.ioloop.run_sync(partial(_end_kernels, self.kernel_manager))
        end_server()  # and with it those whose start or end was dropped half-way
        shutil.rmtree(self.connection_dir)


@contextmanager
def _stopping_at_interrupt(loop: tornado.ioloop.IOLoop) -> Iterator[None]:
    """End the loop at Ctrl-C between two of its tasks: within one it would be a traceback."""
    before = signal.signal(signal.SIGINT, lambda *_: loop.add_callback_from_signal(loop.stop))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


async def _end_kernels(manager: AsyncMultiKernelManager) -> None:
    """End each kernel; that one was ending already stops no other's end."""
    ended = [manager.shutdown_kernel(each) for each in manager.list_kernel_ids()]
    await asyncio.gather(*ended, return_exceptions=True)


async def _drop_tasks() -> None:
    """End what is under way: a page that is made for a visitor, or a visitor's line.

    One whose kernel was starting may pass over the first word, and would wait for it for ever.
    """
    while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
        for each in tasks:
            each.cancel()
        done, _ = await asyncio.wait(tasks, timeout=_AGAIN_SECONDS)
        await asyncio.gather(*done, return_exceptions=True)  # what they raised is no news


def _address(listener: socket.socket, token: str) -> str:
    """Return the page's address with its token."""
    ip, port = listener.getsockname()[:2]
    host = socket.gethostname() if ip_address(ip).is_unspecified else ip
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port}/?{urlencode({'token': token})}"
