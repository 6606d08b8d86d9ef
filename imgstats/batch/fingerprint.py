"""What a report is made from, as hashes: code, data, notebook and the applicant's values."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import imgstats
from imgstats.own_tables.digest import data_digest, digest_of, files_under

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Fingerprint", "fingerprint", "inputs_digest"]

_PACKAGE = Path(imgstats.__file__).parent


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
    return Fingerprint(version=imgstats.__version__, code=_code(), data=data_digest())


@cache
def _code() -> str:
    """Return the hash of the package; once, since what is imported does not change any more."""
    return digest_of(files_under(_PACKAGE))


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
