"""The measures that published tables summarise: names, limits, steps and words.

One place for what is known of a measure as such, so that no estimator, table or page carries a
limit or a word of its own.
"""

from __future__ import annotations

import math
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imgstats.errors import ImgstatsError, InputError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "MEASURES",
    "Measure",
    "OutcomeWords",
    "band_of",
    "measure",
    "measure_of",
    "ten_point_bands",
]

_BAND = 10
# The words of matching, longer ones first.
_MATCHING = re.compile(
    r"\b(did not match|not[ _]matched|matched|match rates?|applicants?)\b", re.IGNORECASE
)
# What a rate is called, by the word for those it counts.
_RATES = {"matched": "match rate", "passed": "pass rate"}


@dataclass(frozen=True, slots=True)
class OutcomeWords:
    """What the two outcomes of a measure's tables are called.

    Parameters
    ----------
    yes, no : str
        Those whom the rate counts, and the others.
    rate : str
        What the rate is called. Default: ``match rate`` and ``pass rate`` where the word is one of
        these, else ``share`` and the word.
    people : str
        Who they are. Default: ``applicants`` where they match, else ``people``.

    Examples
    --------
    >>> OutcomeWords("passed", "failed").rate, OutcomeWords("admitted", "not admitted").rate
    ('pass rate', 'share admitted')
    """

    yes: str = "matched"
    no: str = "not matched"
    rate: str = ""
    people: str = ""

    def __post_init__(self) -> None:
        """Check the words and fill in those that follow from the others."""
        for name in ("yes", "no", "rate", "people"):
            if not isinstance(getattr(self, name), str):
                raise InputError(f"{name} is {getattr(self, name)!r:.80}", "a word")
            object.__setattr__(self, name, " ".join(getattr(self, name).split()))
        if not self.yes or not self.no or self.yes.casefold() == self.no.casefold():
            raise InputError(f"outcomes {self.yes!r} and {self.no!r}", "two different words")
        if not self.rate:
            object.__setattr__(self, "rate", _RATES.get(self.yes, f"share {self.yes}"))
        if not self.people:
            usual = "applicants" if self.yes == "matched" else "people"
            object.__setattr__(self, "people", usual)

    def of(self, outcome: str) -> str:
        """Return the word for ``matched`` or ``not_matched``, as columns are named."""
        return self.yes if outcome == "matched" else self.no

    def say(self, text: str) -> str:
        """Tell a sentence about matching in these words: sentences are written once.

        Examples
        --------
        >>> OutcomeWords("passed", "failed").say("Match rate: 3 of 5 applicants matched")
        'Pass rate: 3 of 5 people passed'
        """
        return _MATCHING.sub(self._said, text) if self != OutcomeWords() else text

    def _said(self, found: re.Match[str]) -> str:
        word = found[0]
        told = {
            "did not match": self.no,
            "not matched": self.no,
            "matched": self.yes,
            "match rate": self.rate,
            "match rates": f"{self.rate}s",
            "applicants": self.people,
            "applicant": "person" if self.people == "people" else self.people.removesuffix("s"),
        }[word.lower().replace("_", " ")]
        return told[:1].upper() + told[1:] if word[:1].isupper() else told

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Let an error that is raised inside speak in these words."""
        try:
            yield
        except ImgstatsError as e:
            e.reword(self.say)
            raise


@dataclass(frozen=True, slots=True)
class Measure:
    """What is known of a measure before any table is read.

    Parameters
    ----------
    name : str
        Column name, such as ``step2_ck`` or ``gpa``.
    label : str
        Name in a sentence. Default: the name.
    unit : str
        Unit of one step, such as ``point`` or ``rank``.
    low, high : float or None
        Limits of the scale; None where there is none or it is not known.
    step : float or None
        Distance of two neighbouring values, such as 0.01 for a grade point average; None to take
        it from the printed decimals.
    mean_unit, sd_unit : float or None
        Rounding units of means and standard deviations; None to take them from the decimals.
    is_count : bool
        Whether it counts something: its curve is then one in the logarithm.
    words : OutcomeWords
        What the outcomes are called.

    Raises
    ------
    InputError
        If the name is empty, the limits are in the wrong order, or a step is not above 0.

    Examples
    --------
    >>> gpa = Measure("gpa", low=0, high=4, step=0.01, words=OutcomeWords("passed", "failed"))
    >>> gpa.label, gpa.words.rate
    ('gpa', 'pass rate')

    A table of it keeps all this, and estimators, figures and errors use it:

    >>> from imgstats import OutcomeSummary, Summary, TiltRate
    >>> table = OutcomeSummary(
    ...     measure=gpa,
    ...     matched=Summary(n=80, min=2.51, q1=3.12, median=3.41, q3=3.73, max=4),
    ...     not_matched=Summary(n=45, min=2.23, q1=2.91, median=3.14, q3=3.42, max=4),
    ... )
    >>> TiltRate().fit(table).predict_rate([3, 3.6]).round(2)
    array([0.54, 0.74])
    """

    name: str
    label: str = field(default="", kw_only=True)
    unit: str = field(default="point", kw_only=True)
    low: float | None = field(default=None, kw_only=True)
    high: float | None = field(default=None, kw_only=True)
    step: float | None = field(default=None, kw_only=True)
    mean_unit: float | None = field(default=None, kw_only=True)
    sd_unit: float | None = field(default=None, kw_only=True)
    is_count: bool = field(default=False, kw_only=True)
    words: OutcomeWords = field(default_factory=OutcomeWords, kw_only=True)

    def __post_init__(self) -> None:
        """Check limits and step, and fill in the label."""
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(f"measure is {self.name!r:.80}", "a name such as gpa")
        if not self.label:
            object.__setattr__(self, "label", self.name.replace("_", " "))
        for name in ("low", "high", "step", "mean_unit", "sd_unit"):
            value = getattr(self, name)
            if value is not None and not _is_finite(value):
                raise InputError(f"{self.name}: {name} is {value!r:.80}", "a finite number")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise InputError(f"{self.name}: {self.low:g} to {self.high:g}", "low below high")
        if self.step is not None and self.step <= 0:
            raise InputError(f"{self.name}: step {self.step:g}", "a step above 0, such as 0.01")
        low, high = self.limits
        if self.step is not None and self.step > high - low:
            raise InputError(
                f"{self.name}: step {self.step:g} on a scale from {low:g} to {high:g}",
                "a step within the scale",
            )
        if not isinstance(self.words, OutcomeWords):
            raise InputError(
                f"{self.name}: words is {self.words!r:.80}",
                "OutcomeWords, such as OutcomeWords('passed', 'failed')",
            )

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest value; infinite where there is none or it is not known."""
        low = -math.inf if self.low is None else self.low
        return low, math.inf if self.high is None else self.high


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _count(name: str, label: str, unit: str, low: int = 0) -> Measure:
    return Measure(
        name,
        label=label,
        unit=unit,
        low=low,
        step=1,
        mean_unit=0.1,
        sd_unit=0.1,
        is_count=True,
    )


_ALL = (
    # USMLE reports three-digit scores from 1 to 300; NRMP prints Step 2 CK means without decimals.
    Measure(
        "step2_ck",
        label="USMLE Step 2 CK score",
        low=1,
        high=300,
        step=1,
        mean_unit=1.0,
        sd_unit=1.0,
    ),
    _count("contiguous_ranks", "number of contiguous ranks", "rank", low=1),
    # No published table has these two for IMGs; a user's own table may.
    _count("attempts", "number of exam attempts", "attempt", low=1),
    _count("usce_months", "months of US clinical experience", "month"),
    _count("distinct_specialties_ranked", "number of specialties ranked", "specialty", low=1),
    _count("publications", "number of publications", "publication"),
    _count("abstracts", "number of abstracts", "abstract"),
    _count("presentations", "number of presentations", "presentation"),
    _count("research_experiences", "number of research experiences", "experience"),
    _count("work_experiences", "number of work experiences", "experience"),
    _count("volunteer_experiences", "number of volunteer experiences", "experience"),
)

MEASURES: dict[str, Measure] = {each.name: each for each in _ALL}


def measure(name: str) -> Measure:
    """Return the measure of that name.

    Raises
    ------
    InputError
        If the name is not one of `MEASURES`.

    Examples
    --------
    >>> measure("step2_ck").high
    300
    """
    if name not in MEASURES:
        raise InputError(
            f"unknown measure {name!r}", ", ".join(MEASURES), did_you_mean(name, MEASURES)
        )
    return MEASURES[name]


def measure_of(name: str) -> Measure:
    """Return what is known of a measure: that of `MEASURES`, or its name alone.

    Examples
    --------
    >>> measure_of("step2_ck").high, measure_of("gpa").high
    (300, None)
    """
    return MEASURES.get(name) or Measure(name)


def band_of(value: int, of: Measure) -> tuple[int, int]:
    """Return the 10-point band of a score, both ends included; the last one ends with the scale.

    Examples
    --------
    >>> band_of(242, MEASURES["step2_ck"]), band_of(300, MEASURES["step2_ck"])
    ((240, 249), (290, 300))
    """
    low = value // _BAND * _BAND
    top = int(of.high) if of.high is not None else low + _BAND - 1
    if low >= top:
        low = top - _BAND
    high = top if low + _BAND >= top else low + _BAND - 1
    return low if of.low is None else max(low, int(of.low)), high


def ten_point_bands(of: Measure) -> list[tuple[int, int]]:
    """Return the 10-point bands of a scale with both ends; none where an end is not known.

    Examples
    --------
    >>> ten_point_bands(MEASURES["step2_ck"])[0], len(ten_point_bands(MEASURES["step2_ck"]))
    ((1, 9), 30)
    """
    if of.low is None or of.high is None:
        return []
    values = range(int(of.low), int(of.high) + 1)
    return list(dict.fromkeys(band_of(each, of) for each in values))
