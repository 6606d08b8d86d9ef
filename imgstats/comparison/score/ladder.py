"""What a table's figures allow at a score without a curve, rung by rung."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.score.records import Ladder, Rung
from imgstats.wording import interval_words, thousands

if TYPE_CHECKING:
    from imgstats.curves.record import RateCurve

__all__ = ["ASSUMED_BY_RUNG", "ladder_at"]

# In the order of the rungs: what the scores of each outcome are taken to do.
ASSUMED_BY_RUNG = {
    "digits": "",
    "unimodal": ": assumed is only that the scores of each outcome have one peak",
    "smooth": ": assumed is only that the scores of each outcome have one peak and do not jump",
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
    last = rungs[-1]
    return Ladder(
        rungs=rungs,
        sentence=(
            "The figures alone, without a smooth curve, allow "
            f"{interval_words(last.low, last.high)}{ASSUMED_BY_RUNG[last.name]}."
        ),
        caption=_caption(rungs, n),
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
