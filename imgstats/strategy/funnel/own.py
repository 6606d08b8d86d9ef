"""A person's own list of programs with their interview rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import InputError
from imgstats.strategy.funnel.chain import SHARE, ends, middle_range
from imgstats.strategy.funnel.chain import rates as rates_of
from imgstats.strategy.funnel.interviews import interview_counts
from imgstats.strategy.funnel.money import cost_usd
from imgstats.strategy.funnel.records import OwnList
from imgstats.strategy.funnel.sentences import span_words
from imgstats.text import shown
from imgstats.wording import count_words, level_words, thousands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgstats.strategy.funnel.match import RankRates
    from imgstats.strategy.funnel.records import FeeStep

    Array = NDArray[np.float64]

__all__ = ["own_list"]

_GRADE = "user"


def own_list(
    programs_rates: Sequence[tuple[str, float]],
    spreads: tuple[float, ...],
    ranks: RankRates | None,
    steps: Sequence[FeeStep],
) -> OwnList:
    """Return what is known of a list of programs, each with its interview rate.

    Parameters
    ----------
    programs_rates : sequence of (str, float)
        Program, and the share of its applicants that it interviews, a fraction.
    spreads : tuple of float
        Spreads of the applicants' levels.
    ranks : RankRates or None
        Match rates by ranks.
    steps : sequence of FeeStep
        The fee schedule.

    Raises
    ------
    InputError
        If no program is there, one is there twice, or a rate is none.

    Examples
    --------
    >>> found = own_list([("One", 0.1), ("Two", 0.3)], (0.0,), None, ())
    >>> round(found.expected, 6), found.interviews_low, found.interviews_high
    (0.4, 0, 1)
    """
    rates = _checked(programs_rates)
    counts = [interview_counts(rates, each) for each in spreads]
    ranges = [middle_range(each) for each in counts]
    none = ends(float(each[0]) for each in counts)
    low, high = min(each[0] for each in ranges), max(each[1] for each in ranges)
    cost, expected = cost_usd(steps, len(rates)), float(rates.sum())
    one = len(rates) == 1
    # A short list of low rates comes to less than a tenth.
    times = f"{expected:.1f}" if expected >= 1 else f"{expected:.2g}"
    return OwnList(
        applications=len(rates),
        cost_usd=cost,
        expected=expected,
        interviews_low=low,
        interviews_high=high,
        none_low=none[0],
        none_high=none[1],
        **rates_of(ranks, counts),
        grade=_GRADE,
        sentence=(
            f"The {count_words(len(rates), 'program')} of your list with an interview rate "
            f"interview{'s' if one else ''} an average applicant to {'it' if one else 'them'} "
            f"{times} times by {'its' if one else 'their'} own rate{'' if one else 's'}, for "
            f"{thousands(cost)} USD; {level_words(SHARE)} of applicants get {low} to {high}, and "
            f"{span_words(*none)} none. Programs without a rate are not in it."
        ),
    )


def _checked(programs_rates: Sequence[tuple[str, float]]) -> Array:
    """Return the rates, each of them checked."""
    if not programs_rates:
        raise InputError(
            "no program of the list has an interview rate",
            "at least one program with a rate",
            "leave the list out to see the published rates alone",
        )
    seen: set[str] = set()
    # A rate may come from a file or a notebook: what its type promises is looked at.
    given: Sequence[tuple[str, object]] = programs_rates
    for program, rate in given:
        if program in seen:
            raise InputError(f"program {shown(program)} is there twice", "each program once")
        seen.add(program)
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= float(rate) <= 1:
            raise InputError(
                f"interview rate of {shown(program)} is {shown(rate)}",
                "a fraction from 0 to 1",
                "4.5 % is 0.045",
            )
    return np.array([float(rate) for _, rate in programs_rates])
