"""The kernel program: ipykernel with fixed seeds, and no port open to others of the machine."""

from __future__ import annotations

import logging
import os
import random
from pathlib import Path
from typing import Any

__all__ = ["SEED_VARIABLE", "keep_off_ports", "main", "reseed"]

# Set for reports, so that a notebook which draws random numbers gives the same page twice.
SEED_VARIABLE = "IMGSTATS_SEED"


def keep_off_ports() -> None:
    """Let ipykernel hear its forked processes over a socket beside its others, not over a port.

    Whatever the transport of its connection, ipykernel opens a port for their output. Where the
    connection itself uses ports, that stays so.
    """
    import zmq
    from ipykernel.iostream import IOPubThread
    from zmq.eventloop.zmqstream import ZMQStream

    thread: Any = IOPubThread  # there is no switch, only private methods
    over_port_in, over_port_out = thread._setup_pipe_in, thread._setup_pipe_out  # noqa: SLF001

    def setup_pipe_in(self: Any) -> None:  # noqa: ANN401  a method of its class
        address = _address()
        if address is None:
            over_port_in(self)
            return
        self._pipe_uuid = os.urandom(16)
        pipe_in = self.socket.context.socket(zmq.PULL)
        pipe_in.linger = 0
        pipe_in.bind(address)
        self._pipe_port = 0
        self._pipe_in = ZMQStream(pipe_in, self.io_loop)
        self._pipe_in.on_recv(self._handle_pipe_msg)

    def setup_pipe_out(self: Any) -> tuple[Any, Any]:  # noqa: ANN401  as above
        address = _address()
        if address is None:
            found: tuple[Any, Any] = over_port_out(self)
            return found
        context = zmq.Context()
        pipe_out = context.socket(zmq.PUSH)
        pipe_out.linger = 3000
        pipe_out.connect(address)
        return context, pipe_out

    thread._setup_pipe_in, thread._setup_pipe_out = setup_pipe_in, setup_pipe_out  # noqa: SLF001


def _address() -> str | None:
    """Return where the kernel's other sockets stand, None where they are ports."""
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    return f"ipc://{Path(f'{app.ip}-pipe')}" if app.transport == "ipc" else None


def reseed() -> None:
    """Seed both generators: with what a report fixes, else anew from the system."""
    import numpy as np

    given = os.environ.get(SEED_VARIABLE)
    seed = None if given is None else int(given)
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  the one notebooks may use


def main() -> None:
    """Be a kernel until it is shut down."""
    from ipykernel.kernelapp import IPKernelApp

    keep_off_ports()
    # What it logs is of its end, where a command was stopped and its folder is gone already.
    app = IPKernelApp.instance(log_level=logging.CRITICAL)
    app.initialize()  # type: ignore[no-untyped-call]
    reseed()
    app.start()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
