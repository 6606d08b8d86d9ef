"""What a kernel server and those who ask it for kernels say to each other."""

from __future__ import annotations

import json
import os
import socket
import struct
from typing import Any, TypedDict

from imgstats.errors import WorkError

__all__ = [
    "FOLDER_PREFIX",
    "READY",
    "Request",
    "ServerGoneError",
    "is_same_user",
    "receive",
    "send",
]

# How the name of an owner's folder begins.
FOLDER_PREFIX = "imgstats-"
# Said to the owner, and to each guest that comes.
READY = b"r"
_SIZE = struct.Struct("!I")
_LARGEST = 16 * 1024 * 1024
_PEER = struct.Struct("3i")


class ServerGoneError(WorkError):
    """A kernel server does not start, or is there no more."""


class Request(TypedDict):
    """What to start: a kernel's command, environment and working folder."""

    cmd: list[str]
    env: dict[str, str]
    cwd: str


def send(line: socket.socket, message: object) -> None:
    """Send one message as JSON with its length before it."""
    data = json.dumps(message).encode()
    line.sendall(_SIZE.pack(len(data)) + data)


def receive(line: socket.socket) -> Any:  # noqa: ANN401  whatever the other end sent
    """Return one message.

    Raises
    ------
    EOFError
        If the other end has closed the line.
    """
    (size,) = _SIZE.unpack(_exactly(line, _SIZE.size))
    if size > _LARGEST:
        raise EOFError("a message of no known kind")
    return json.loads(_exactly(line, size))


def is_same_user(line: socket.socket) -> bool:
    """Say whether the other end belongs to this user."""
    peer = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    return bool(_PEER.unpack(peer)[1] == os.getuid())


def _exactly(line: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = line.recv(size - len(data))
        if not part:
            raise EOFError("the line was closed")
        data += part
    return bytes(data)
