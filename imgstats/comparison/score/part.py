"""The score's part of a comparison, whichever way its rate comes about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgstats.comparison.score.records import BandEstimate, Printed

if TYPE_CHECKING:
    from imgstats.comparison.score.records import Curve, Fact, Headline, Place
    from imgstats.curves.record import RateCurve
    from imgstats.tables import OutcomeSummary

__all__ = ["ScorePart", "band_estimates", "floats", "printed_digits", "score_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """Headline, place and curve, with what they take for granted and what to be warned of.

    `rate_curve` holds both outcomes' densities, for a score that is taken together with another
    number; None where they are not known.
    """

    headline: Headline
    place: Place | None
    curve: Curve | None
    assumptions: tuple[Fact, ...]
    notes: tuple[str, ...]
    rate_curve: RateCurve | None = None


def band_estimates(
    curve: RateCurve, low: float, high: float, own: tuple[int, int]
) -> tuple[BandEstimate, ...]:
    """Return the bands of a curve that touch low..high."""
    bands = curve.bands
    touching = np.flatnonzero((bands["high"] >= low) & (bands["low"] <= high))
    rows = ({name: float(column[at]) for name, column in bands.items()} for at in touching)
    return tuple(
        BandEstimate(
            low=int(row["low"]),
            high=int(row["high"]),
            rate=row["rate"],
            rate_low=row["rate_low"],
            rate_high=row["rate_high"],
            n=None if math.isnan(row["n"]) else row["n"],
            own=(row["low"], row["high"]) == own,
        )
        for row in rows
    )


def floats(values: object) -> tuple[float, ...]:
    """Return an array's values as plain floats."""
    return tuple(float(each) for each in np.asarray(values, dtype=np.float64))


def score_in(ends: tuple[float, float] | None, low: float, high: float) -> bool:
    """Say whether a printed score lies between low and high."""
    return ends is None or not (high < ends[0] or low > ends[1])


def printed_digits(table: OutcomeSummary) -> tuple[Printed, ...]:
    """Return both outcomes' digits as printed."""
    return tuple(
        Printed(
            outcome=name,
            n=side.n,
            min=side.min,
            q1=side.q1,
            median=side.median,
            q3=side.q3,
            max=side.max,
            mean=side.mean,
            sd=side.sd,
        )
        for name, side in (("matched", table.matched), ("not_matched", table.not_matched))
    )
