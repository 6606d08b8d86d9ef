"""What a table's figures allow at a score without a curve, rung by rung."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.score.records import Ladder, Rung
from imgstats.wording import interval_words, thousands

if TYPE_CHECKING:
    from imgstats.curves.record import RateCurve

__all__ = ["ASSUMED_BY_RUNG", "ladder_at"]

_ONE_PEAK = " where the scores of each outcome have one peak"
# In the order of the rungs: where the bounds hold, and the rung in short where it is not the last.
ASSUMED_BY_RUNG = {
    "digits": ("", "with nothing assumed"),
    "unimodal": (_ONE_PEAK, "with one peak only"),
    "smooth": (f"{_ONE_PEAK} and neighbouring scores differ by at most a fifth", ""),
}
_CAPTIONS = {
    "digits": "nothing but the printed figures",
    "unimodal": "one peak in the scores of each outcome",
    "smooth": "no jumps either: the shares of neighbouring scores differ by at most a fifth",
}


def ladder_at(curve: RateCurve, score: int, n: int) -> Ladder | None:
    """Return the bounds at a score, None where the curve holds none there.

    Parameters
    ----------
    curve : RateCurve
        With columns ``digits_low`` to ``smooth_high``, or without.
    score : int
        A Step 2 CK score.
    n : int
        Applicants behind the printed figures.
    """
    rungs = tuple(_rungs(curve, score))
    if not rungs:
        return None
    return Ladder(
        rungs=rungs,
        sentence=_sentence(rungs),
        caption=_caption(rungs, n),
    )


def _sentence(rungs: tuple[Rung, ...]) -> str:
    """Say what the strongest rung allows and on what condition, then the weaker ones."""
    *weaker, last = rungs
    others = [
        f"{interval_words(each.low, each.high)} {ASSUMED_BY_RUNG[each.name][1]}"
        for each in reversed(weaker)
    ]
    aside = f" ({', '.join(others)})" if others else ""
    return (
        "The figures alone, without a smooth curve, allow "
        f"{interval_words(last.low, last.high)}{ASSUMED_BY_RUNG[last.name][0]}{aside}."
    )


def _rungs(curve: RateCurve, score: int) -> list[Rung]:
    """Return the rungs that were worked out at a score."""
    at, columns = curve.position(score), curve.columns
    found = []
    for name in ASSUMED_BY_RUNG:
        low, high = (columns.get(f"{name}_{end}") for end in ("low", "high"))
        if low is not None and high is not None and low[at] <= high[at]:  # NaN is no bound
            found.append(Rung(name=name, low=float(low[at]), high=float(high[at])))
    return found


def _caption(rungs: tuple[Rung, ...], n: int) -> str:
    """Say what each bar assumes and whom it is about."""
    assumed = "; ".join(_CAPTIONS[each.name] for each in rungs)
    return (
        f"What is assumed, from the top: {assumed}; last, the smooth curve of the headline with "
        "its interval, which is about the whole group. The bars above it are about the "
        f"{thousands(n)} applicants behind the printed figures, with room for sampling from the "
        "second on."
    )
