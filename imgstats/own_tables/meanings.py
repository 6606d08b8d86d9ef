"""What a column of a file means: by its name where that is one meaning, never by a guess."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from imgstats.errors import InputError, TableError, did_you_mean
from imgstats.measures import OutcomeWords
from imgstats.own_tables.kinds import COLUMNS, MEANINGS, OWN_MEASURES
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.own_tables.kinds import Column

__all__ = [
    "column_of",
    "folded",
    "meanings_of",
    "outcome_of",
    "own_column",
    "refuse_other_exam",
    "says_per_cent",
]

_LONGEST = 100
_MATCHING = OutcomeWords()
_PER_CENT = {"percent", "percentage", "pct", "perc"}
_PARTS = {"rate", "proportion", "fraction", "share", "ratio"}
_NEGATIONS = {"not", "no", "non", "un", "without", "didnt", "failed", "fail", "never"}
_NEGATED = re.compile(r"un|non|not")
# What an exam that is not Step 2 CK is called; a column or measure of it has another scale.
_EXAMS = re.compile(
    r"(?:usmle_?)?step_?[13]|step_?2_?cs|comlex(?:_?(?:level_?)?[123].*|_?usa)?|level_?[123]|ce_level_?\d"
)
_TEMPLATE = "`imgstats data template {}` prints an example"
_SAY_WORDS = "remove it, or give both words with --outcome if it is the name of an outcome"
_OTHER_EXAM = "say its scale with --low, --high and --step, or ask `imgstats fit`"


def folded(name: str) -> str:
    """Return a name as `MEANINGS` spells it: lower case, words joined by ``_``, % as a word.

    Examples
    --------
    >>> folded("Did not match"), folded("% matched"), folded("N")
    ('did_not_match', 'percent_matched', 'n')
    """
    plain = unicodedata.normalize("NFKC", name[:_LONGEST]).casefold().replace("'", "")
    return re.sub(r"[\W_]+", "_", plain.replace("%", " percent ")).strip("_")


def meanings_of(name: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a name may mean: one, several, or none.

    Parameters
    ----------
    name : str
        A column's name as it is written.
    known : sequence of str
        The columns that the kind of table has.

    Examples
    --------
    >>> meanings_of("unmatched", ["matched", "not_matched"])
    ('not_matched',)
    >>> meanings_of("middle", ["median", "mean"]), meanings_of("macthed", ["matched"])
    (('median', 'mean'), ())
    """
    spelled = folded(name)
    if spelled in known:
        return (spelled,)
    found = [each for each in known if spelled in MEANINGS.get(each, ())]
    if not found and "rate" in known and _is_rate(spelled):
        return ("rate",)
    return tuple(found)


def says_per_cent(name: str) -> bool:
    """Return whether a name says that its values are per cent.

    Examples
    --------
    >>> says_per_cent("match rate (%)"), says_per_cent("match_rate")
    (True, False)
    """
    return bool(_PER_CENT & _words(folded(name)))


def own_column(name: str, known: Sequence[str], words: OutcomeWords | None) -> str:
    """Return the column that a table's own words name; empty where they do not.

    Examples
    --------
    >>> passing = OutcomeWords("passed", "failed", people="students")
    >>> [own_column(each, ["matched", "n"], passing) for each in ("n_passed", "students", "pass")]
    ['matched', 'n', '']
    """
    if words is None or words == _MATCHING:
        return ""
    spelled = folded(name)
    named = {"matched": words.yes, "not_matched": words.no, "rate": words.rate, "n": words.people}
    for column, word in named.items():
        part = folded(word)
        counted = {f"n_{part}", f"{part}_n", f"number_{part}", f"{part}_count", f"total_{part}"}
        if column in known and spelled in ({part} if column == "rate" else {part} | counted):
            return column
    return ""


def outcome_of(cell: str, words: OutcomeWords) -> str:
    """Return ``matched`` or ``not_matched`` for an outcome in a table's own words, else the cell.

    Examples
    --------
    >>> outcome_of("Failed", OutcomeWords("passed", "failed"))
    'not_matched'
    """
    spelled = folded(cell)
    if spelled == folded(words.yes):
        return "matched"
    return "not_matched" if spelled == folded(words.no) else cell


def column_of(
    name: str, columns: Sequence[Column], kind: str = "", words: OutcomeWords | None = None
) -> str:
    """Return the column that a name means.

    Parameters
    ----------
    name : str
        A column's name as it is written.
    columns : sequence of Column
        The columns that the kind of table has.
    kind : str
        The kind, for the advice.
    words : OutcomeWords, optional
        What the outcomes of a measure of one's own are called; they go before all other names.

    Raises
    ------
    TableError
        If it means none of them, or several. No guess is offered that says the opposite, or that
        takes a rate for a count.

    Examples
    --------
    >>> from imgstats.own_tables.kinds import COLUMNS
    >>> column_of("did not match", COLUMNS["band"])
    'not_matched'
    >>> column_of("percent_matched", COLUMNS["band"])
    Traceback (most recent call last):
    ...
    imgstats.errors.TableError: column 'percent_matched' is a rate in per cent; allowed: rate as a \
fraction, with n; give rate as a fraction, with n, such as 0.45
    """
    known = [column.name for column in columns]
    if own := own_column(name, known, words):
        return own
    if name in known:
        return name
    found = meanings_of(name, known)
    if found == ("rate",) and words not in (None, _MATCHING) and folded(name) != "rate":
        found = ()  # a rate of whom, only the table's own words can say
    if len(found) > 1:
        raise TableError(
            f"column {shown(name)} may mean {' or '.join(found)}",
            ", ".join(column.name for column in columns if column.type != "about"),
            "name it as one of them",
        )
    if found and not says_per_cent(name):
        return found[0]
    shown_ones = [column.name for column in columns if column.type != "about"]
    raise _refusal(name, shown_ones, kind, words)


def _refusal(name: str, known: Sequence[str], kind: str, own: OutcomeWords | None) -> TableError:
    """Return why a name means no column."""
    spelled = folded(name)
    words = _words(spelled)
    if not name:
        return TableError("a column has no name", ", ".join(known), "remove it")
    if words & _PER_CENT and "share" in known:
        what = f"column {shown(name)} is a share in per cent"
        return TableError(what, "share as a fraction", "give 45 % as 0.45")
    if words & (_PER_CENT | _PARTS) and "rate" in known:
        whose = "of one outcome or the other" if own else "of those who did not match"
        unit = "in per cent" if words & _PER_CENT else whose
        return TableError(
            f"column {shown(name)} is a rate {unit}",
            "rate as a fraction, with n",
            "give rate as a fraction, with n, such as 0.45",
        )
    if _EXAMS.match(spelled):
        return TableError(
            f"column {shown(name)} is about another exam",
            ", ".join(known),
            "values of another exam have another scale: remove the column",
        )
    if spelled in {*OWN_MEASURES, "score", "scores", "ranks", "months"} and "low" in known:
        return TableError(
            f"unknown column {shown(name)}",
            "low and high, the ends of each band of the measure, both included",
            f"write exactly 2 as low 2 and high 2, 3 or more as low 3; {_TEMPLATE.format(kind)}",
        )
    guess = did_you_mean(spelled, known) or _other_kind(spelled, kind)
    return TableError(
        f"unknown column {shown(name)}",
        ", ".join(known),
        guess or ("remove it" if own != _MATCHING else _SAY_WORDS),
    )


def _other_kind(name: str, kind: str) -> str:
    """Say which other kind of table has a column of that name; empty where several or none do."""
    found = [
        each for each, columns in COLUMNS.items() if name in {column.name for column in columns}
    ]
    return f"--kind {found[0]} has it, --kind {kind} has not" if kind and len(found) == 1 else ""


def refuse_other_exam(measure: str) -> None:
    """Refuse the name of another exam as a measure: its nearest name here has another scale.

    Raises
    ------
    InputError
        If it is one.

    Examples
    --------
    >>> refuse_other_exam("step2_ck")
    >>> refuse_other_exam("Step 1")
    Traceback (most recent call last):
    ...
    imgstats.errors.InputError: measure 'Step 1' is another exam; allowed: attempts, usce_months, \
step2_ck, contiguous_ranks; say its scale with --low, --high and --step, or ask `imgstats fit`
    """
    if isinstance(measure, str) and _EXAMS.match(folded(measure)):
        raise InputError(
            f"measure {shown(measure)} is another exam",
            ", ".join(OWN_MEASURES),
            _OTHER_EXAM,
        )


def _words(spelled: str) -> set[str]:
    return set(spelled.split("_"))


def _is_rate(spelled: str) -> bool:
    """Say whether a name is that of the rate of the matched."""
    words = _words(spelled)
    return bool(words & (_PARTS | _PER_CENT)) and not _is_negated(spelled) and "unit" not in words


def _is_negated(spelled: str) -> bool:
    """Say whether a name speaks of those who did not."""
    words = _words(spelled)
    return bool(words & _NEGATIONS) or any(
        _NEGATED.match(each) and each not in {"unit", "note", "notes"} for each in words
    )
