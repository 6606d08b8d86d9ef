"""What a report is made from, as hashes: code, data, notebook and the applicant's values."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import imgstats
from imgstats.own_tables.places import own_folder
from imgstats.sources.locations import data_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Fingerprint", "fingerprint", "inputs_digest"]

_PACKAGE = Path(imgstats.__file__).parent
_BUILT = {"__pycache__", "_bundled"}  # made from what is hashed elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Which package and data a machine has.

    Attributes
    ----------
    version : str
        Version of the package.
    code : str
        Hash over the package's files, SHA-256 in hexadecimal.
    data : str
        Hash over the published tables and the user's own.
    """

    version: str
    code: str
    data: str


def fingerprint() -> Fingerprint:
    """Return what this machine has now; the data are read anew each time.

    Examples
    --------
    >>> fingerprint() == fingerprint()
    True
    """
    own = own_folder()
    files = [*_files(data_root()), *(_files(own) if own.is_dir() else [])]
    return Fingerprint(version=imgstats.__version__, code=_code(), data=_hash_of(files))


@cache
def _code() -> str:
    """Return the hash of the package; once, since what is imported does not change any more."""
    return _hash_of(_files(_PACKAGE))


def _files(folder: Path) -> list[tuple[str, Path]]:
    found = (
        (path.relative_to(folder), path)
        for path in folder.rglob("*")
        if path.is_file() and not _BUILT & set(path.relative_to(folder).parts)
    )
    return sorted((name.as_posix(), path) for name, path in found)


def _hash_of(files: Iterable[tuple[str, Path]]) -> str:
    whole = sha256()
    for name, path in files:
        whole.update(f"{name}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def inputs_digest(parameters: Mapping[str, object], notebook: str, made_by: Fingerprint) -> str:
    """Return one hash over everything that a report is made from.

    Parameters
    ----------
    parameters : mapping
        The notebook's parameters, plain values.
    notebook : str
        SHA-256 of the notebook.
    made_by : Fingerprint
        Package and data.
    """
    content = {"parameters": dict(parameters), "notebook": notebook, **asdict(made_by)}
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
