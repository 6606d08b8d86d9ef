"""Which column of a cohort file is which field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args, get_type_hints

from imgstats.applicant import Applicant
from imgstats.errors import InputError, did_you_mean
from imgstats.text import shown, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "COLUMNS",
    "ID",
    "NEEDED",
    "NEEDED_FIELDS",
    "Columns",
    "kinds_of",
    "match_columns",
    "refuse_no_rows",
]

ID = "id"
COLUMNS = (ID, *Applicant.model_fields)
NEEDED_FIELDS = tuple(name for name, field in Applicant.model_fields.items() if field.is_required())
NEEDED = (ID, *NEEDED_FIELDS)
_MOST_SHOWN = 20
_LONGEST_GUESS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the fields stand in a file.

    Attributes
    ----------
    places : mapping of str to int
        Position of each known column, in the order of `COLUMNS`.
    ignored : tuple of str
        Other columns, in the order of the file.
    width : int
        Number of columns that have a name; what stands to the right of them belongs to none.
    """

    places: Mapping[str, int]
    ignored: tuple[str, ...]
    width: int


def match_columns(
    header: Sequence[object], *, needed: Sequence[str] = NEEDED, ignore: bool = False
) -> Columns:
    """Return which column is which.

    Parameters
    ----------
    header : sequence of object
        The cells of the header; white space at their ends does not count.
    needed : sequence of str
        Columns that must be there.
    ignore : bool
        Whether unknown columns are passed over instead of refused.

    Raises
    ------
    InputError
        If a column is unknown, stands twice, or is missing.

    Examples
    --------
    >>> match_columns(["id", " group ", "step2_ck"]).places
    {'id': 0, 'group': 1, 'step2_ck': 2}
    """
    names = ["" if cell is None else str(cell).strip() for cell in header]
    while names and not names[-1]:
        names.pop()
    unknown = [(at, name) for at, name in enumerate(names) if name not in COLUMNS]
    if unknown and not ignore:
        raise _unknown(unknown)
    for name in COLUMNS:
        if names.count(name) > 1:
            raise InputError(f"column {name} stands twice", "each column once", "remove one")
    missing = [name for name in needed if name not in names]
    if missing:
        raise InputError(
            f"the header has no column {', '.join(missing)}",
            f"the columns {', '.join(needed)}, and if known the other fields of an applicant",
            f"name it so in the first row, among {', '.join(COLUMNS)}",
        )
    return Columns(
        places={name: names.index(name) for name in COLUMNS if name in names},
        ignored=tuple(_named(at, name) for at, name in unknown),
        width=len(names),
    )


def _named(at: int, name: str) -> str:
    return visible(name) or f"(column {at + 1}, without a name)"


def _unknown(unknown: Sequence[tuple[int, str]]) -> InputError:
    words = []
    for at, name in unknown[:_MOST_SHOWN]:
        guess = did_you_mean(name[:_LONGEST_GUESS].lower().replace(" ", "_"), COLUMNS)
        words.append(f"{shown(name) if name else _named(at, name)}{f' ({guess})' if guess else ''}")
    if len(unknown) > _MOST_SHOWN:
        words.append(f"{len(unknown) - _MOST_SHOWN} more")
    return InputError(
        f"unknown column{'s' if len(unknown) > 1 else ''} {', '.join(words)}",
        ", ".join(COLUMNS),
        "rename or remove them, or add --ignore-columns",
    )


def refuse_no_rows(count: int) -> None:
    """Refuse a file without rows.

    Raises
    ------
    InputError
        If there are none.
    """
    if not count:
        raise InputError(
            "the file has no rows", "a header and at least one row", "give each applicant a row"
        )


def kinds_of(record: type) -> dict[str, type]:
    """Return the fields of a record with the type of what they hold, which may be missing too.

    Examples
    --------
    >>> from imgstats.comparison.score.rate import ScoreRate
    >>> kinds_of(ScoreRate)["rate"]
    <class 'float'>
    """
    hints = get_type_hints(record)
    return {name: (get_args(hints[name]) or (hints[name],))[0] for name in hints}
