"""Scenarios: how a rate would read under an odds ratio that somebody assumes.

No table gives internal-medicine match rates of international graduates by attempts, clinical
experience or visa, so any shift for them is an assumption, named as such and graded ``assumed``.
Nothing here is used unless somebody states a scenario, and no rate of a table moves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from imgstats.errors import InputError
from imgstats.factors import COMMON, FACTORS
from imgstats.grades import ASSUMED
from imgstats.joint.copula import is_number
from imgstats.text import plain_number, printable, shown
from imgstats.wording import interval_words, number_words, percent

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Scenario", "ScenarioBand", "parse_scenarios", "shift"]


_LONGEST = 60
_RANGE = "positive, plainly written numbers such as 0.3..0.9 or 0.5"
_HOW = "write factor=low..high, such as attempts=0.3..0.9"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioBand:
    """How a rate would read under a scenario.

    Attributes
    ----------
    factor : str
        The scenario's factor.
    odds_ratio_low, odds_ratio_high : float
        Ends of the assumed odds ratio.
    rate_low, rate_high : float
        The fitted rate shifted by both ends, fractions.
    outer_low, outer_high : float
        The rate's interval shifted too: its lower limit by the lower odds ratio, its upper limit
        by the upper one; fractions.
    grade : str
        Always ``assumed``.
    sentence : str
        All of it in words.
    """

    factor: str
    odds_ratio_low: float
    odds_ratio_high: float
    rate_low: float
    rate_high: float
    outer_low: float
    outer_high: float
    grade: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A named factor with a range of odds ratios that somebody assumes.

    Parameters
    ----------
    factor : str
        ``attempts``, ``usce``, ``visa`` or any plain name of up to 60 characters.
    odds_ratio_low, odds_ratio_high : float
        Ends of the range, positive; both the same for a single value.

    Raises
    ------
    InputError
        If the name is empty, too long or holds control characters, or an odds ratio is not
        positive and finite, or the ends are the wrong way round.

    Examples
    --------
    >>> scenario = Scenario.parse("attempts=0.3..0.9")
    >>> scenario.band(0.42, 0.40, 0.45).sentence
    'If attempts went with an odds ratio of 0.3 to 0.9, an assumption of whoever made this page, \
the rate of 42 % would read 18 % to 39 %; with the interval of the rate as well, 17 % to 42 %.'
    """

    factor: str
    odds_ratio_low: float
    odds_ratio_high: float

    def __post_init__(self) -> None:
        """Check name and odds ratios."""
        object.__setattr__(self, "factor", _checked_factor(self.factor))
        for name in ("odds_ratio_low", "odds_ratio_high"):
            object.__setattr__(self, name, _checked_odds_ratio(getattr(self, name), self.factor))
        if self.odds_ratio_low > self.odds_ratio_high:
            ends = (number_words(self.odds_ratio_low), number_words(self.odds_ratio_high))
            raise InputError(
                f"scenario {self.factor}: odds ratio {ends[0]}..{ends[1]}",
                "low at or below high",
                f"did you mean {ends[1]}..{ends[0]}?",
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a scenario from ``factor=low..high`` or ``factor=value``.

        Raises
        ------
        InputError
            If it is written otherwise, or is not allowed.

        Examples
        --------
        >>> Scenario.parse("visa=0.5").odds_ratio_high
        0.5
        >>> Scenario.parse("visa=0,5")
        Traceback (most recent call last):
        ...
        imgstats.errors.InputError: scenario visa: odds ratio '0,5'; allowed: positive, plainly \
written numbers such as 0.3..0.9 or 0.5; did you mean 0.5?
        """
        if not isinstance(text, str):
            raise InputError(f"scenario {text!r:.60}", "a text", _HOW)
        factor, equals, written = (part.strip() for part in text.partition("="))
        if not equals or not written:
            raise InputError(f"scenario {shown(text)} without an odds ratio", _RANGE, _HOW)
        factor = _checked_factor(factor)
        low, dots, high = (part.strip() for part in written.partition(".."))
        first, last = (_odds(each) for each in ((low, high) if dots else (low, low)))
        if first is None or last is None:
            raise InputError(
                f"scenario {factor}: odds ratio {shown(written)}", _RANGE, _hint(written)
            )
        return cls(factor=factor, odds_ratio_low=first, odds_ratio_high=last)

    def band(self, rate: float, low: float, high: float, of: str = "") -> ScenarioBand:
        """Return how a rate with its interval would read.

        Parameters
        ----------
        rate : float
            The rate, a fraction.
        low, high : float
            Limits of its interval, fractions.
        of : str
            What the rate is of, where another one stands beside it.

        Raises
        ------
        InputError
            If they are not fractions with low <= rate <= high.
        """
        if not _checked_fraction(low) <= _checked_fraction(rate) <= _checked_fraction(high):
            raise InputError(
                f"rate {rate:g} with interval {low:g} to {high:g}", "a rate inside its interval"
            )
        rates = shift(rate, self.odds_ratio_low), shift(rate, self.odds_ratio_high)
        outer = shift(low, self.odds_ratio_low), shift(high, self.odds_ratio_high)
        return ScenarioBand(
            factor=self.factor,
            odds_ratio_low=self.odds_ratio_low,
            odds_ratio_high=self.odds_ratio_high,
            rate_low=rates[0],
            rate_high=rates[1],
            outer_low=outer[0],
            outer_high=outer[1],
            grade=ASSUMED,
            sentence=self._sentence(
                f"{of}, {percent(rate)}," if of else percent(rate), rates, outer
            ),
        )

    def _sentence(self, rate: str, rates: tuple[float, float], outer: tuple[float, float]) -> str:
        return (
            f"If {_assumed(self.factor)} went with an odds ratio of {self._odds_ratio_words()}, an "
            f"assumption of whoever made this page, the rate of {rate} would read "
            f"{_range_words(*rates)}; with the interval of the rate as well, "
            f"{_range_words(*outer)}."
        )

    def _odds_ratio_words(self) -> str:
        words = [number_words(each) for each in (self.odds_ratio_low, self.odds_ratio_high)]
        return words[0] if words[0] == words[1] else f"{words[0]} to {words[1]}"


def shift(rate: float, odds_ratio: float) -> float:
    """Return a rate whose odds are multiplied.

    Parameters
    ----------
    rate : float
        A fraction from 0 to 1.
    odds_ratio : float
        Positive.

    Raises
    ------
    InputError
        If the rate is no fraction, or the odds ratio is not positive and finite.

    Examples
    --------
    >>> shift(0.5, 3.0), shift(0.42, 1.0)
    (0.75, 0.42)
    """
    share, ratio = _checked_fraction(rate), _checked_odds_ratio(odds_ratio, "shift")
    return share if ratio == 1 else share * ratio / (1 - share + share * ratio)


def parse_scenarios(given: Iterable[Scenario | str]) -> tuple[Scenario, ...]:
    """Return one scenario for each that was given, those that are text read.

    Raises
    ------
    InputError
        As `Scenario.parse`, and if a factor comes twice.

    Examples
    --------
    >>> [each.factor for each in parse_scenarios(["attempts=0.3..0.9", "visa=0.5"])]
    ['attempts', 'visa']
    """
    scenarios = tuple(
        each if isinstance(each, Scenario) else Scenario.parse(each) for each in given
    )
    _refuse_twice([each.factor for each in scenarios])
    return scenarios


def _checked_factor(name: object) -> str:
    """Return a factor's name on one line; a common one in its usual letters."""
    folded = " ".join(name.split()) if isinstance(name, str) else ""
    if not folded:
        raise InputError(
            "a scenario without a factor", f"{', '.join(COMMON)} or any plain name", _HOW
        )
    if len(folded) > _LONGEST or not printable(folded) or "=" in folded:
        raise InputError(
            f"scenario factor {shown(folded)}",
            f"up to {_LONGEST} printable characters without =",
            "shorten it or remove control characters",
        )
    return folded.lower() if folded.lower() in COMMON else folded


def _checked_odds_ratio(value: object, factor: str) -> float:
    if not is_number(value) or value <= 0:
        found = number_words(value) if is_number(value) else shown(value)
        raise InputError(
            f"scenario {factor}: odds ratio {found}",
            "a positive, finite number",
            "under 1 for a factor of those who match less often, over 1 for the opposite",
        )
    return float(value)


def _checked_fraction(value: object) -> float:
    if not is_number(value) or not 0 <= value <= 1:
        raise InputError(f"rate {shown(value)}", "a fraction from 0 to 1", "give 42 % as 0.42")
    return float(value)


def _refuse_twice(factors: list[str]) -> None:
    for each in factors:
        if factors.count(each) > 1:
            raise InputError(
                f"scenario {each} is given {factors.count(each)} times", "each factor once"
            )


def _assumed(factor: str) -> str:
    return (FACTORS[factor].assumed if factor in FACTORS else "") or factor


def _range_words(low: float, high: float) -> str:
    return percent(low) if percent(low) == percent(high) else interval_words(low, high)


def _hint(written: str) -> str:
    """Say what to do about an odds ratio that cannot be read."""
    fixed = re.sub(r"\s*(-|\u2013|:|\.\.\.|\bto\b)\s*", "..", written.replace(",", "."))
    low, dots, high = fixed.partition("..")
    if _odds(low) is not None and (_odds(high) is not None or not dots):
        return f"did you mean {fixed}?"
    return "write a decimal point, and two dots between low and high"


def _odds(text: str) -> float | None:
    return plain_number(text, signed=False, digits=6)
