"""Both outcomes' printed digits against both densities of a tilt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from imgstats.estimators import digits_model
from imgstats.estimators.tilt_model import Design, densities
from imgstats.tables import OutcomeSummary, Rounding
from imgstats.tables.steps import decimals, is_multiple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Targets = tuple[digits_model.Targets, digits_model.Targets]
    Both = tuple[digits_model.Digits, digits_model.Digits]

__all__ = [
    "compare_both",
    "digit_frame",
    "lay_out",
    "misfit_words",
    "quartile_unit",
    "rounding_words",
    "unsettled_words",
]

# A digit farther than this from the curve, in its own sds, is worth a warning.
_FAR = 3.0

# Steps that a report may round quartiles to, and how many quartiles must agree before it is so.
_COARSE, _MANY_QUARTILES = (5, 10, 50, 100, 500, 1000, 5000, 10_000), 4


def lay_out(table: OutcomeSummary, design: Design) -> Targets:
    """Lay both outcomes' digits out on the cells."""
    rounding = replace(
        table.rounding or Rounding(), quartile=quartile_unit(table, log_scale=design.log_scale)
    )
    return (
        digits_model.make_targets(design.cells, table.matched, rounding),
        digits_model.make_targets(design.cells, table.not_matched, rounding),
    )


def quartile_unit(table: OutcomeSummary, *, log_scale: bool | None = None) -> float:
    """Return the rounding unit of the quartiles: as told, or 5, 10, 50 ... steps if all are such.

    Four exact scores that are all multiples of 5 are one case in 625. Counts are small, and their
    quartiles often 0, so they are taken as they are.
    """
    told = (table.rounding or Rounding()).quartile
    if told is not None:
        return told
    sides = (table.matched, table.not_matched)
    printed = [each for side in sides for each in (side.q1, side.median, side.q3) if each]
    log_scale = table.of.is_count if log_scale is None else log_scale
    if log_scale:
        return 0.0
    # A grid that nobody gave may be finer than the print: then the print is a rounding.
    step, place = table.step, 10.0 ** -max(map(decimals, printed), default=0)
    found = place if table.of.step is None and place > 1.5 * step else 0.0
    if len(printed) < _MANY_QUARTILES:
        return found
    for times in _COARSE:
        unit = float(f"{times * step:.9g}")
        if not all(is_multiple(each, unit) for each in printed):
            break
        found = unit
    return found


def compare_both(theta: Array, design: Design, targets: Targets) -> Both:
    """Compare the fitted densities of both outcomes with the printed digits."""
    (matched, not_matched), _ = densities(theta, design)
    columns = design.columns(theta)
    return (
        digits_model.compare(matched, targets[0], columns[0]),
        digits_model.compare(not_matched, targets[1], columns[1]),
    )


def digit_frame(targets: Targets, both: Both, row: int = 0) -> pd.DataFrame:
    """Return printed digits with the residuals of one of the fits, a row each."""
    frames = [
        pd.DataFrame(
            {
                "outcome": outcome,
                "digit": target.names,
                "printed": target.printed[0],
                "residual_sd": each.residuals[row] / np.sqrt(np.diag(each.covariance[row])),
            }
        )
        for outcome, target, each in zip(("matched", "not_matched"), targets, both, strict=True)
    ]
    return pd.concat(frames, ignore_index=True)


def _worst(digits: pd.DataFrame) -> tuple[str, float]:
    """Return the digit farthest from its fit in words, and how far, in its own sds."""
    residuals = digits["residual_sd"].abs().to_numpy()
    at = int(residuals.argmax())
    outcome, digit, printed = (digits[name].iloc[at] for name in ("outcome", "digit", "printed"))
    return f"{outcome.replace('_', ' ')} {digit} {printed:g}", float(residuals[at])


def misfit_words(digits: pd.DataFrame) -> str:
    """Say which digit a curve comes nowhere near; empty where it is near all of them."""
    words, away = _worst(digits)
    if away <= _FAR:
        return ""
    return (
        f"the curve does not fit the printed digits: {words} is {away:.1f} of its standard "
        "deviations from it, so rates and intervals may both be wrong; check the table, or give it "
        "to an estimator that assumes less, such as RateBounds"
    )


def rounding_words(table: OutcomeSummary, *, log_scale: bool | None = None) -> str:
    """Say that quartiles are read as rounded though the table does not tell; else empty."""
    unit = quartile_unit(table, log_scale=log_scale)
    if not unit or (table.rounding or Rounding()).quartile is not None:
        return ""
    return (
        f"all printed quartiles are multiples of {unit:g}: they are read as rounded to {unit:g}; "
        f"say Rounding(quartile={unit:g}), or quartile=0 if they are exact"
    )


def unsettled_words(targets: Targets, both: Both) -> str:
    """Say which digit a fit that does not settle is farthest from; empty where none is a number."""
    digits = digit_frame(targets, both).dropna()
    if digits.empty:
        return ""
    words, away = _worst(digits)
    return f"; it is farthest from the printed {words}, by {away:.1f} of its standard deviations"
