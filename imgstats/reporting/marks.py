"""How a file that imgstats made is known, so that it may be replaced and no other is."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from imgstats.errors import InputError
from imgstats.files.opening import Wanted, open_plain, read_plain
from imgstats.printing.paper import is_print
from imgstats.strategy.ics import is_calendar_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["cells_digest", "is_calendar", "is_page", "is_pdf", "is_record", "is_values", "json_of"]

# A page says in its first lines who made it. The index of a cohort does too, and names a script.
_HEAD = 4096
_HEAD_OF_PDF = 1 << 16
_GENERATOR = b'<meta name="generator" content="imgstats '
_OF_COHORT = b"script-src"
# What every comparison has, in any version of the package.
_VALUES = {"applicant", "headline", "place", "factors", "trend", "denominators", "sources"}
_LARGEST = 256 * 1024**2


def is_page(path: Path) -> bool:
    """Return whether a file is the page of one applicant that imgstats made.

    Parameters
    ----------
    path : pathlib.Path
        A file; one that cannot be read is none.
    """
    head = _head(path)
    return _GENERATOR in head and _OF_COHORT not in head


def is_pdf(path: Path) -> bool:
    """Return whether a file is a PDF that imgstats printed.

    Parameters
    ----------
    path : pathlib.Path
        A file; one that cannot be read is none.
    """
    return is_print(_head(path, _HEAD_OF_PDF))


def is_calendar(path: Path) -> bool:
    """Return whether a file is the calendar of a plan that imgstats made.

    Parameters
    ----------
    path : pathlib.Path
        A file; one that cannot be read is none.
    """
    return is_calendar_file(_head(path))


def _head(path: Path, size: int = _HEAD) -> bytes:
    """Return what a file begins with; nothing where it cannot be read."""
    try:
        with open_plain(path, Wanted(what="a file of imgstats"), follow=False) as stream:
            return stream.read(size)
    except (InputError, OSError):
        return b""


def is_record(path: Path) -> bool:
    """Return whether a file is an executed notebook that imgstats wrote and nobody edited since.

    Parameters
    ----------
    path : pathlib.Path
        A file; one that cannot be read is none.
    """
    found = json_of(path)
    metadata, cells = found.get("metadata"), found.get("cells")
    mark = metadata.get("imgstats") if isinstance(metadata, dict) else None
    if not isinstance(mark, dict) or not {"version", "data_sha256"} <= mark.keys():
        return False
    wanted = mark.get("cells_sha256")  # records of older versions have none
    return wanted is None or (isinstance(cells, list) and wanted == cells_digest(cells))


def is_values(path: Path) -> bool:
    """Return whether a file holds the figures of a comparison.

    Parameters
    ----------
    path : pathlib.Path
        A file; one that cannot be read does not.
    """
    return json_of(path).keys() >= _VALUES


def cells_digest(cells: Iterable[Mapping[str, Any]]) -> str:
    r"""Return a hash over what is written in a notebook's cells, whatever came out of them.

    Parameters
    ----------
    cells : iterable of mapping
        Cells as nbformat reads them, or as the file has them: the source as text or as lines.

    Examples
    --------
    >>> in_file = {"cell_type": "code", "source": ["a = 1\n", "a"], "outputs": []}
    >>> as_read = {"cell_type": "code", "source": "a = 1\na", "outputs": ["1"]}
    >>> cells_digest([in_file]) == cells_digest([as_read])
    True
    """
    written = [
        [str(cell.get("cell_type")), "".join(cell.get("source") or "")]
        for cell in cells
        if isinstance(cell, dict)
    ]
    return sha256(json.dumps(written).encode()).hexdigest()


def json_of(path: Path) -> dict[str, Any]:
    """Return what a JSON file holds by name; nothing where it cannot be read."""
    try:
        found = json.loads(read_plain(path, Wanted(what="JSON", most=_LARGEST), follow=False))
    except (InputError, OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
