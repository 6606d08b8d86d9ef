"""Which column of a cohort file is which field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypedDict, get_args, get_type_hints

from imgstats.applicant import Applicant
from imgstats.errors import InputError, did_you_mean
from imgstats.meanings import field_of, folded, other_thing
from imgstats.text import shown, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = [
    "APPLICANT",
    "COLUMNS",
    "ID",
    "NEEDED",
    "NEEDED_FIELDS",
    "Columns",
    "HeaderAsked",
    "MoreFields",
    "Vocabulary",
    "kinds_of",
    "match_columns",
    "read_words",
    "refuse_no_rows",
]

ID = "id"
COLUMNS = (ID, *Applicant.model_fields)
NEEDED_FIELDS = tuple(name for name, field in Applicant.model_fields.items() if field.is_required())
NEEDED = (ID, *NEEDED_FIELDS)
# Columns that the package itself writes beside those of a file.
_OUR_OWN = {"problem"}
_MOST_SHOWN = 20
_LONGEST_GUESS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the fields stand in a file.

    Attributes
    ----------
    places : mapping of str to int
        Position of each known column, in the order of its `Vocabulary`.
    ignored : tuple of str
        Other columns, in the order of the file.
    width : int
        Number of columns that have a name; what stands to the right of them belongs to none.
    read : tuple of (str, str)
        Headers in other words than a field's name, and the field that each was read as.
    """

    places: Mapping[str, int]
    ignored: tuple[str, ...]
    width: int
    read: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What the columns of a kind of file may be.

    Attributes
    ----------
    what : str
        What a row speaks of, such as ``an applicant``.
    names : tuple of str
        The columns by their own names.
    core : tuple of str
        Names by which a header is known among titles.
    field_of : callable
        Given a header, the name that it means; None where it means none.
    other_thing : callable
        Given a header that means none, what it speaks of instead; empty where nobody knows.
    listed : str
        The names, as a message lists them.
    """

    what: str
    names: tuple[str, ...]
    core: tuple[str, ...]
    field_of: Callable[[str], str | None]
    other_thing: Callable[[str], str]
    listed: str


APPLICANT = Vocabulary(
    what="an applicant",
    names=COLUMNS,
    core=NEEDED_FIELDS,
    field_of=field_of,
    other_thing=other_thing,
    listed=", ".join(COLUMNS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreFields:
    """Fields that a row may hold beside those of an applicant.

    Attributes
    ----------
    names : tuple of str
        Their names, none of them one of `COLUMNS`.
    read : callable
        Given a name and a cell that is not empty, the plain value that it says; None where it says
        that there is none. Raises `InputError` for any other.
    """

    names: tuple[str, ...]
    read: Callable[[str, object], object]

    @property
    def words(self) -> Vocabulary:
        """What the columns of a file with these fields may be."""
        mine = {folded(name): name for name in self.names}
        names = (*COLUMNS, *self.names)
        return replace(
            APPLICANT,
            names=names,
            field_of=lambda header: field_of(header) or mine.get(folded(header)),
            listed=", ".join(names),
        )


class HeaderAsked(TypedDict, total=False):
    """What may be asked of a header, see `match_columns`."""

    words: Vocabulary
    needed: Sequence[str]
    ignore: bool
    named: Mapping[str, str]


def match_columns(
    header: Sequence[object],
    *,
    words: Vocabulary = APPLICANT,
    needed: Sequence[str] = NEEDED,
    ignore: bool = False,
    named: Mapping[str, str] | None = None,
) -> Columns:
    """Return which column is which.

    Parameters
    ----------
    header : sequence of object
        The cells of the header; white space at their ends does not count.
    words : Vocabulary
        What the columns may be.
    needed : sequence of str
        Columns that must be there.
    ignore : bool
        Whether unknown columns are passed over instead of refused.
    named : mapping of str to str, optional
        Fields of some headers, as the user says.

    Raises
    ------
    InputError
        If a column is unknown, stands twice, or is missing.

    Examples
    --------
    >>> match_columns(["ID", " group ", "Step 2 CK"]).places
    {'id': 0, 'group': 1, 'step2_ck': 2}
    """
    headers = ["" if cell is None else str(cell).strip() for cell in header]
    while headers and not headers[-1]:
        headers.pop()
    fields = _fields_of(headers, named or {}, words)
    unknown = [
        (at, name)
        for at, (name, field) in enumerate(zip(headers, fields, strict=True))
        if field is None and folded(name) not in _OUR_OWN
    ]
    if unknown and not ignore:
        raise _unknown(unknown, words)
    _refuse_twice(headers, fields, words.names)
    missing = [name for name in needed if name not in fields]
    if missing:
        raise InputError(
            f"the header has no column {', '.join(missing)}",
            f"the columns {', '.join(needed)}, and if known the other fields of {words.what}",
            f'name it so in the first row, or say which it is with --column "HEADER={missing[0]}"',
        )
    return Columns(
        places={name: fields.index(name) for name in words.names if name in fields},
        ignored=tuple(_named(at, name) for at, name in unknown),
        width=len(headers),
        read=tuple(
            (name, field)
            for name, field in zip(headers, fields, strict=True)
            if field is not None and name != field
        ),
    )


def _fields_of(
    headers: Sequence[str], named: Mapping[str, str], words: Vocabulary
) -> list[str | None]:
    """Return each header's field: as the user says, by its name, or by what it means."""
    said = {folded(header): field for header, field in named.items()}
    for header, field in named.items():
        if field not in words.names:
            raise InputError(
                f"--column names {shown(field)}",
                words.listed,
                did_you_mean(field[:_LONGEST_GUESS], words.names),
            )
        if folded(header) not in {folded(each) for each in headers}:
            raise InputError(
                f"no column is named {shown(header)}",
                ", ".join(shown(each) for each in headers[:_MOST_SHOWN] if each),
                did_you_mean(header[:_LONGEST_GUESS], [each for each in headers if each]),
            )
    return [
        said.get(
            folded(each), each if each in words.names else words.field_of(each) if each else None
        )
        for each in headers
    ]


def _refuse_twice(
    headers: Sequence[str], fields: Sequence[str | None], names: Sequence[str]
) -> None:
    for name in names:
        if fields.count(name) > 1:
            pairs = zip(headers, fields, strict=True)
            same = [shown(each) for each, field in pairs if field == name]
            raise InputError(
                f"column {name} stands twice"
                + ("" if len(set(same)) == 1 else f": {' and '.join(same)}"),
                "each column once",
                "remove one",
            )


def _named(at: int, name: str) -> str:
    return visible(name) or f"(column {at + 1}, without a name)"


def _unknown(unknown: Sequence[tuple[int, str]], words: Vocabulary) -> InputError:
    told = []
    for at, name in unknown[:_MOST_SHOWN]:
        text = name[:_LONGEST_GUESS]
        name_like = folded(text).replace(" ", "_")
        guess = words.other_thing(text) or did_you_mean(name_like, words.names)
        told.append(f"{shown(name) if name else _named(at, name)}{f' ({guess})' if guess else ''}")
    if len(unknown) > _MOST_SHOWN:
        told.append(f"{len(unknown) - _MOST_SHOWN} more")
    return InputError(
        f"unknown column{'s' if len(unknown) > 1 else ''} {', '.join(told)}",
        words.listed,
        'rename or remove them, say what they are with --column "HEADER=FIELD", or add '
        "--ignore-columns",
    )


def read_words(read: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return what was read as what, a line each.

    Examples
    --------
    >>> read_words([("Step 2 CK", "step2_ck")])
    ("'Step 2 CK' as step2_ck",)
    """
    return tuple(f"{shown(found)} as {meant}" for found, meant in read)


def refuse_no_rows(count: int, what: str = "applicant") -> None:
    """Refuse a file without rows.

    Parameters
    ----------
    count : int
        How many there are.
    what : str
        What a row speaks of.

    Raises
    ------
    InputError
        If there are none.
    """
    if not count:
        raise InputError(
            "the file has no rows", "a header and at least one row", f"give each {what} a row"
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
