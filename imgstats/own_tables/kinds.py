"""The four kinds of own tables: columns and their other names, limits, examples, and uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from imgstats.measures import MEASURES, Measure
from imgstats.own_tables.said import one_of

__all__ = [
    "COLUMNS",
    "FLAGS",
    "KINDS",
    "MEANINGS",
    "MOST_PEOPLE",
    "OWN_KINDS",
    "OWN_MEASURES",
    "USES",
    "Column",
    "Use",
    "limits",
    "needs_measure",
    "step_of",
    "template",
]

KINDS = ("band", "summary", "count", "share")
OWN_MEASURES = ("attempts", "usce_months", "step2_ck", "contiguous_ranks")
# Those that may be of any other measure: an estimator answers for them.
OWN_KINDS = ("band", "summary")
# How a cell says true and false, in any case.
FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# The whole Match has some 50,000 applicants a year.
MOST_PEOPLE = 1_000_000
# What an `Applicant` may say of a measure whose scale has no end.
_MOST = {"attempts": 999, "usce_months": 600, "contiguous_ranks": 999}

CellType = Literal["people", "value", "part", "unit", "words", "flag", "about"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a kind of table may have.

    Attributes
    ----------
    name : str
        Name in the header.
    type : str
        ``people`` (a count), ``value`` (of the measure), ``part`` (a fraction), ``unit`` (a step of
        rounding), ``words``, ``flag`` (true or false) or ``about`` (what tells the measure).
    needed : bool
        Whether the column must be there and every cell of it filled.
    """

    name: str
    type: CellType
    needed: bool = False


_DIGITS = ("min", "q1", "median", "q3", "max", "mean")

COLUMNS: dict[str, tuple[Column, ...]] = {
    "band": (
        Column("low", "value"),
        Column("high", "value"),
        Column("matched", "people"),
        Column("not_matched", "people"),
        Column("n", "people"),
        Column("rate", "part"),
        Column("rate_unit", "unit"),
    ),
    "summary": (
        Column("outcome", "words", needed=True),
        Column("n", "people", needed=True),
        *(Column(name, "value") for name in _DIGITS),
        Column("sd", "unit"),
        Column("group_count", "people"),
        Column("scale_low", "value"),
        Column("scale_high", "value"),
        Column("mean_unit", "unit"),
        Column("sd_unit", "unit"),
        Column("quartile_unit", "unit"),
        Column("n_exact", "flag"),
    ),
    "count": (
        Column("matched", "people"),
        Column("not_matched", "people"),
        Column("n", "people"),
    ),
    "share": (
        Column("question", "words", needed=True),
        Column("answer", "words", needed=True),
        Column("share", "part", needed=True),
        Column("respondents", "people"),
        Column("exclusive", "flag"),
    ),
}


@dataclass(frozen=True, slots=True)
class Use:
    """Where an answer reads a table.

    Attributes
    ----------
    place : str
        The measure whose rate it gives or whose evidence it is.
    words : str
        The place in words.
    turn : int
        Of two tables for one rate the lower turn comes first, then the newer.
    evidence : bool
        Whether it is shown beside others and gives no rate.
    """

    place: str
    words: str
    turn: int = 1
    evidence: bool = False


# Every pair of kind and measure that an answer reads; `imgstats data add` refuses the others.
USES: dict[tuple[str, str], Use] = {
    ("band", "step2_ck"): Use("step2_ck", "the headline"),
    ("summary", "step2_ck"): Use("step2_ck", "the headline"),
    ("count", ""): Use("step2_ck", "the headline", turn=2),
    ("band", "attempts"): Use("attempts", "exam attempts, the headline"),
    # A summary of a number that most people have at its lowest value gives no rate by value.
    ("summary", "attempts"): Use("attempts", "exam attempts, evidence", evidence=True),
    ("share", "attempts"): Use("attempts", "exam attempts, evidence", evidence=True),
    ("band", "usce_months"): Use("usce_months", "US clinical experience, the headline"),
    ("summary", "usce_months"): Use(
        "usce_months", "US clinical experience, evidence", evidence=True
    ),
    ("share", "usce_months"): Use("usce_months", "US clinical experience, evidence", evidence=True),
    ("band", "contiguous_ranks"): Use("contiguous_ranks", "contiguous ranks, the headline"),
    ("summary", "contiguous_ranks"): Use("contiguous_ranks", "contiguous ranks", turn=2),
    ("share", "contiguous_ranks"): Use(
        "contiguous_ranks", "contiguous ranks, evidence", evidence=True
    ),
}

# Other names of columns, folded by `meanings.folded`. A rate is told by its words, see there: it
# may be in per cent, or of those who did not match.
MEANINGS: dict[str, frozenset[str]] = {
    "low": frozenset({"low", "from", "lowest", "lower", "at_least", "band_low"}),
    "high": frozenset({"high", "to", "highest", "upper", "at_most", "band_high"}),
    "matched": frozenset(
        {"matched", "did_match", "n_matched", "matched_n", "number_matched", "matched_number",
         "total_matched", "matched_total", "matched_count", "count_matched", "who_matched"}
    ),
    "not_matched": frozenset(
        {"not_matched", "notmatched", "unmatched", "un_matched", "nonmatched", "non_matched",
         "did_not_match", "didnt_match", "failed_to_match", "n_not_matched", "not_matched_n",
         "n_unmatched", "unmatched_n", "number_unmatched", "number_not_matched",
         "total_unmatched", "unmatched_total", "unmatched_count", "count_unmatched",
         "total_not_matched", "not_matched_total", "not_matched_count", "who_did_not_match"}
    ),
    "n": frozenset(
        {"n", "total", "count", "total_n", "n_total", "total_count", "number", "applicants",
         "number_of_applicants", "n_applicants", "total_applicants", "all_applicants"}
    ),
    "rate": frozenset({"rate"}),
    "rate_unit": frozenset({"rate_unit"}),
    "min": frozenset({"min", "minimum", "lowest"}),
    "q1": frozenset({"q1", "lower_quartile", "first_quartile", "p25", "25th_percentile"}),
    "median": frozenset({"median", "middle", "p50", "50th_percentile"}),
    "q3": frozenset({"q3", "upper_quartile", "third_quartile", "p75", "75th_percentile"}),
    "max": frozenset({"max", "maximum", "highest"}),
    "mean": frozenset({"mean", "average", "middle"}),
    "sd": frozenset({"sd", "std", "stdev", "std_dev", "standard_deviation"}),
}  # fmt: skip


# Made up, and round enough to look it.
_TEMPLATES = {
    "band": "low,high,matched,not_matched\n1,1,60,40\n2,2,20,30\n3,,10,40\n",
    "summary": (
        "outcome,n,min,q1,median,q3,max,mean,sd\n"
        "matched,400,210,240,250,260,290,250,15\n"
        "not_matched,600,210,230,240,250,290,240,15\n"
    ),
    "count": "matched,not_matched\n400,600\n",
    "share": (
        "question,answer,share,respondents\n"
        "An example question,never,0.2,100\n"
        "An example question,seldom,0.7,100\n"
        "An example question,often,0.1,100\n"
    ),
}
_SAID = "measure,measure_step,measure_low,measure_high,outcome_yes,outcome_no"
_OWN_SAID = "gpa,0.01,0,4,passed,failed"
_OWN_TEMPLATES = {
    "band": (
        "low,high,passed,failed",
        "2.00,2.99,10,40",
        "3.00,3.49,30,30",
        "3.50,4.00,60,10",
    ),
    "summary": (
        "outcome,n,min,q1,median,q3,max,mean,sd",
        "passed,100,2.00,3.10,3.40,3.70,4.00,3.38,0.40",
        "failed,80,2.00,2.70,3.00,3.30,4.00,3.00,0.40",
    ),
}


def needs_measure(kind: str) -> bool:
    """Return whether a kind says nothing without its measure.

    Examples
    --------
    >>> needs_measure("band"), needs_measure("count")
    (True, False)
    """
    return kind in {"band", "summary"}


def step_of(measure: str | Measure) -> float | None:
    """Return the step between values of which a table names no part; months may be halves.

    Examples
    --------
    >>> step_of("attempts"), step_of("usce_months"), step_of(Measure("gpa", step=0.01))
    (1.0, None, 0.01)
    """
    if isinstance(measure, Measure):
        return measure.step
    return None if measure == "usce_months" else 1.0


def limits(measure: str | Measure) -> tuple[float, float]:
    """Return the lowest and the highest value of a measure that a table may name.

    Examples
    --------
    >>> limits("step2_ck"), limits("attempts"), limits(Measure("gpa", low=0, high=4))
    ((1, 300), (1, 999), (0, 4))
    """
    if isinstance(measure, Measure):
        return measure.limits
    low, high = MEASURES[measure].limits
    return low, min(high, _MOST.get(measure, high))


def template(kind: str, *, own: bool = False) -> str:
    """Return an example CSV of a kind; its numbers are made up.

    Parameters
    ----------
    kind : str
        ``band``, ``summary``, ``count`` or ``share``.
    own : bool
        Whether it is of a measure of one's own, with what tells the measure in the file.

    Raises
    ------
    InputError
        If it is another kind.

    Examples
    --------
    >>> print(template("count"), end="")
    matched,not_matched
    400,600
    """
    if not own:
        return _TEMPLATES[one_of(kind, "kind", KINDS)]
    head, *rows = _OWN_TEMPLATES[one_of(kind, "kind", OWN_KINDS)]
    return "".join(
        f"{each}\n" for each in (f"{head},{_SAID}", *(f"{row},{_OWN_SAID}" for row in rows))
    )
