"""One hash over the data that figures come from: the published tables and the user's own."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from imgstats.own_tables.folder import own_folder
from imgstats.sources.locations import data_root

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["data_digest", "digest_of", "files_under"]

_BUILT = {"__pycache__", "_bundled"}  # made from what is hashed elsewhere


def data_digest() -> str:
    """Return the SHA-256 of the published tables and the user's own; read anew each time.

    Examples
    --------
    >>> data_digest() == data_digest()
    True
    """
    own = own_folder()
    return digest_of([*files_under(data_root()), *(files_under(own) if own.is_dir() else [])])


def files_under(folder: Path) -> list[tuple[str, Path]]:
    """Return name below the folder and path of each file, sorted; built files are left out."""
    found = (
        (path.relative_to(folder), path)
        for path in folder.rglob("*")
        if path.is_file() and not _BUILT & set(path.relative_to(folder).parts)
    )
    return sorted((name.as_posix(), path) for name, path in found)


def digest_of(files: Iterable[tuple[str, Path]]) -> str:
    """Return one SHA-256 over names and contents, in hexadecimal."""
    whole = sha256()
    for name, path in files:
        whole.update(f"{name}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
