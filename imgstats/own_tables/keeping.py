"""Files of a folder that is its owner's alone: each appears whole or not at all."""

from __future__ import annotations

import os
import re
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from imgstats.errors import DataChangedError, InputError, WorkError
from imgstats.files.locking import held
from imgstats.files.opening import Wanted, read_plain
from imgstats.files.writing import OWNER_FOLDER, remove_drafts, saving, write_whole
from imgstats.own_tables.certificate import MOST_CERTIFICATE_BYTES, parse_certificate
from imgstats.own_tables.said import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imgstats.own_tables.certificate import Certificate

__all__ = ["certificate_path", "locked", "names_in", "put", "read_certificate", "table_path"]

_CERTIFICATE = Wanted(what="a certificate", most=MOST_CERTIFICATE_BYTES)
_PATIENCE = 10.0
# Enough of the hash to tell one content of a name from the next.
_HASH_SHOWN = 12
_TABLE = re.compile(rf"({NAME.pattern})\.([0-9a-f]{{{_HASH_SHOWN}}})\.csv")
_TODO = "choose another folder with IMGSTATS_DATA_DIR"


def certificate_path(folder: Path, name: str) -> Path:
    """Return where a table's certificate stands; the table is there when this file is."""
    return folder / f"{name}.json"


def table_path(folder: Path, certificate: Certificate) -> Path:
    """Return where a table's bytes stand.

    The hash is part of the name, so that a table is replaced by replacing its certificate alone.
    """
    return folder / f"{certificate.name}.{certificate.sha256[:_HASH_SHOWN]}.csv"


def names_in(folder: Path) -> list[str]:
    """Return the names of the tables of a folder; none where there is no folder.

    Raises
    ------
    InputError
        If the folder cannot be read.
    """
    try:
        with os.scandir(folder) as found:
            stems = [each.name.removesuffix(".json") for each in found if _is_json(each.name)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as e:
        raise _unusable(folder, e, "a folder that can be read") from e
    return sorted(stem for stem in stems if NAME.fullmatch(stem))


def _is_json(name: str) -> bool:
    return name.endswith(".json")


def _unusable(folder: Path, error: Exception, allowed: str) -> InputError:
    return InputError(f"{folder}: {getattr(error, 'strerror', None) or error}", allowed, _TODO)


def read_certificate(folder: Path, name: str) -> Certificate | None:
    """Return the certificate of a table; None where it is there no more.

    Raises
    ------
    DataChangedError
        If it was changed.
    """
    path = certificate_path(folder, name)
    try:
        data = read_plain(path, _CERTIFICATE, follow=False)
    except InputError as e:
        if not os.path.lexists(path):
            return None
        raise DataChangedError(
            e.found, "the certificate of an own table", f"`imgstats data remove {name}`"
        ) from e
    return parse_certificate(data, name, str(path))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder against other processes, make it where missing, and leave no draft behind.

    Raises
    ------
    InputError
        If the folder cannot be made or written.
    WorkError
        If another process holds it for long.
    """
    with ExitStack() as stack:
        try:
            folder.mkdir(mode=OWNER_FOLDER, parents=True, exist_ok=True)
            folder.chmod(OWNER_FOLDER)
            stack.enter_context(held(folder, _PATIENCE))
        except BlockingIOError as e:
            raise WorkError(f"{folder} is being written by another process", "", "try again") from e
        except (OSError, ValueError) as e:
            allowed = "a folder that can be written, whose files can be locked"
            raise _unusable(folder, e, allowed) from e
        _sweep(folder)  # what a killed process left
        try:
            yield
        finally:
            _sweep(folder)  # what was replaced, or was written before an error


def put(folder: Path, path: Path, data: bytes) -> None:
    """Write a file of the folder whole or not at all, readable by its owner only.

    Raises
    ------
    WorkError
        If the disk gives up midway.
    """
    with saving(folder, "free space on the disk"):
        write_whole(path, data)


def _sweep(folder: Path) -> None:
    """Remove drafts, and tables that no certificate names; only under the lock."""
    with suppress(OSError):
        remove_drafts(folder)
        for path in list(folder.iterdir()):
            if _is_orphan(folder, path):
                path.unlink(missing_ok=True)


def _is_orphan(folder: Path, path: Path) -> bool:
    found = _TABLE.fullmatch(path.name)
    if found is None:
        return False
    try:
        certificate = read_certificate(folder, found[1])
        return certificate is None or table_path(folder, certificate) != path
    except DataChangedError:
        return False  # whose it is cannot be told; `remove` takes both away
