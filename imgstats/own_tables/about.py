"""What is said of a measure of one's own: by options, by a file's columns, or by a `Measure`.

All three are the columns of a tidy table, so that `tables.measured.one_measure` makes the measure
and judges it once.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from imgstats.errors import InputError, TableError
from imgstats.measures import MEASURES, Measure, OutcomeWords
from imgstats.own_tables.kinds import COLUMNS, FLAGS, OWN_KINDS, Column
from imgstats.own_tables.meanings import folded
from imgstats.own_tables.said import one_line
from imgstats.tables.measured import measure_columns, one_measure
from imgstats.text import plain_number, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgstats.own_tables.reading import Row

__all__ = [
    "ABOUT",
    "UNNAMED",
    "about_columns",
    "check_own",
    "columns_with",
    "measure_said",
    "merged",
    "name_of",
    "refuse_other_rows",
    "words_of",
]

# A measure that nobody named.
UNNAMED = "value"
_WORDS = {"measure", "measure_label", "measure_unit"}
_FLAGS = {"measure_is_count"}
_OUTCOMES = tuple(f"outcome_{each.name}" for each in fields(OutcomeWords))
# Columns of a file that tell its measure, the same in all its rows.
ABOUT = (
    "measure",
    *(f"measure_{each.name}" for each in fields(Measure) if each.name not in {"name", "words"}),
    *_OUTCOMES,
)


def columns_with(kind: str) -> tuple[Column, ...]:
    """Return the columns of a kind, those that tell a measure among them.

    Examples
    --------
    >>> [each.name for each in columns_with("count")]
    ['matched', 'not_matched', 'n']
    """
    own = ABOUT if kind in OWN_KINDS else ()
    return (*COLUMNS[kind], *(Column(name, "about") for name in own))


def measure_said(
    name: str,
    *,
    step: float | None = None,
    low: float | None = None,
    high: float | None = None,
    outcome: str = "",
    rate: str = "",
    people: str = "",
) -> Measure | str:
    """Return a measure as options say it; its name alone where they say no more.

    Parameters
    ----------
    name : str
        Of the measure.
    step, low, high : float, optional
        Distance of two neighbouring values, and the ends of the scale.
    outcome : str
        Both outcomes with a stroke between them, such as ``passed/failed``; first the one whose
        rate it is.
    rate, people : str
        What the rate is called, and who they are.

    Raises
    ------
    InputError
        If the words are not two, or the numbers contradict each other.

    Examples
    --------
    >>> gpa = measure_said("gpa", step=0.01, low=0, high=4, outcome="passed/failed")
    >>> gpa.words.rate, measure_said("gpa")
    ('pass rate', 'gpa')
    """
    said: dict[str, Any] = {"measure_step": step, "measure_low": low, "measure_high": high}
    said |= _outcome_words(outcome) | {"outcome_rate": rate, "outcome_people": people}
    given = {key: value for key, value in said.items() if value is not None and value != ""}
    return _made({"measure": name or UNNAMED} | given) if given else name


def _outcome_words(outcome: str) -> dict[str, str]:
    """Return both words of ``passed/failed``."""
    if not outcome:
        return {}
    words = [one_line(each, "outcome") for each in outcome.split("/")]
    if len(words) != 2 or not all(words):
        raise InputError(
            f"outcome is {shown(outcome)}",
            "two words with a stroke between them, such as passed/failed",
            "name the one whose rate it is first",
        )
    return {"outcome_yes": words[0], "outcome_no": words[1]}


def about_columns(measure: Measure | str) -> dict[str, object]:
    """Return what is said of a measure as columns, its name among them.

    Examples
    --------
    >>> about_columns(Measure("gpa", high=4)), about_columns("")
    ({'measure': 'gpa', 'measure_high': 4}, {})
    """
    if isinstance(measure, Measure):
        name = {} if measure.name == UNNAMED else {"measure": measure.name}
        return name | measure_columns(measure)
    return {"measure": measure} if measure else {}


def merged(told: Measure | str, first: Mapping[str, str]) -> Measure | str:
    """Return a measure as it was told and as the first row of its file says it.

    Parameters
    ----------
    told : Measure or str
        As options or a call say it; may be an empty name.
    first : mapping of str to str
        Cells of the file's first row by the columns of `ABOUT`; others do not matter.

    Raises
    ------
    TableError
        If the file says something else, or what it says is no measure.

    Examples
    --------
    >>> merged("", {"measure": "gpa", "measure_step": "0.01"}).step
    0.01
    """
    said = {name: _value(name, first[name]) for name in ABOUT if first.get(name)}
    given = about_columns(told)
    for name, value in given.items():
        if name in said and said[name] != value:
            raise TableError(
                f"the file says {name} {shown(said[name])}",
                f"{value}, as it was given",
                "give the one that is right",
            )
    both = given | said
    return _made(both) if both.keys() - {"measure"} else str(both.get("measure", ""))


def _made(columns: dict[str, Any]) -> Measure:
    return one_measure([{"measure": UNNAMED} | columns])


def _value(name: str, cell: str) -> object:
    """Return what a cell says of the measure."""
    if name in _WORDS or name in _OUTCOMES:
        return one_line(cell, name)
    if name in _FLAGS:
        if cell.lower() not in FLAGS:
            raise TableError(f"{name} is {shown(cell)}", "true or false")
        return FLAGS[cell.lower()]
    number = plain_number(cell)
    if number is None:
        raise TableError(f"{name} is {shown(cell)}", "a number", "write it plainly, such as 0.01")
    return number


def name_of(measure: str | Measure) -> str:
    """Return a measure's name."""
    return measure.name if isinstance(measure, Measure) else measure


def words_of(measure: Measure | str) -> OutcomeWords:
    """Return what the outcomes of a measure's tables are called."""
    return measure.words if isinstance(measure, Measure) else OutcomeWords()


def check_own(measure: Measure, kind: str) -> None:
    """Refuse a measure of one's own that could be taken for something else.

    Raises
    ------
    InputError
        If its name is another spelling of a known measure, an outcome's word is that of the other
        outcome or of a column, or the kind is none that has a measure of one's own.

    Examples
    --------
    >>> check_own(Measure("gpa"), "band")
    >>> check_own(Measure("STEP 2 CK"), "band")
    Traceback (most recent call last):
    ...
    imgstats.errors.InputError: measure 'STEP 2 CK' is step2_ck written otherwise; allowed: \
step2_ck, or another name; write step2_ck without words of its own
    """
    if kind not in OWN_KINDS:
        raise InputError(f"a {kind} of {shown(measure.name)}", "a band or a summary of it")
    words = measure.words
    for word in (words.yes, words.no, words.rate, words.people, measure.unit, measure.label):
        one_line(word, "a word of the measure")
    one_line(measure.name, "measure", needed=True)
    alike = [each for each in MEASURES if _squeezed(each) == _squeezed(measure.name)]
    if measure.name not in MEASURES and alike:
        raise InputError(
            f"measure {shown(measure.name)} is {alike[0]} written otherwise",
            f"{alike[0]}, or another name",
            f"write {alike[0]} without words of its own",
        )
    if words == OutcomeWords():
        return
    taken = {each.name for each in COLUMNS["band"]} if kind == "band" else set()
    for word, own in ((words.yes, "matched"), (words.no, "not_matched")):
        other = (taken | {"matched", "not_matched"}) - {own}
        if folded(word) in other or not folded(word):
            raise InputError(
                f"outcome {shown(word)} as the word for {words.of(own)}",
                f"a word that is no column of its own: not {', '.join(sorted(other))}",
                "name the outcome whose rate it is first",
            )


def _squeezed(name: str) -> str:
    return folded(name).replace("_", "")


def refuse_other_rows(rows: Sequence[Row]) -> None:
    """Refuse a file of which two rows tell two measures.

    Raises
    ------
    TableError
        With the line of the first row that differs.
    """
    for row in rows:
        for name in ABOUT:
            if row.cells.get(name, "") != rows[0].cells.get(name, ""):
                raise TableError(
                    f"line {row.line}: {name} is {shown(row.cells[name])}",
                    f"the same in all rows: {shown(rows[0].cells[name])}",
                    "give each measure a file of its own",
                )
