"""Both outcomes' printed digits against both densities of a tilt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from imgstats.estimators import digits_model
from imgstats.estimators.tilt_model import Design, densities
from imgstats.tables import OutcomeSummary, Rounding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["compare_both", "digit_frame", "lay_out"]


def lay_out(
    table: OutcomeSummary, design: Design
) -> tuple[digits_model.Targets, digits_model.Targets]:
    """Lay both outcomes' digits out on the grid."""
    rounding = table.rounding or Rounding()
    return (
        digits_model.make_targets(design.grid, table.matched, rounding),
        digits_model.make_targets(design.grid, table.not_matched, rounding),
    )


def compare_both(
    theta: Array,
    design: Design,
    targets: tuple[digits_model.Targets, digits_model.Targets],
) -> tuple[digits_model.Digits, digits_model.Digits]:
    """Compare both fitted densities with the printed digits."""
    (matched, not_matched), _ = densities(theta, design)
    columns = design.columns(theta)
    return (
        digits_model.compare(matched, targets[0], columns[0]),
        digits_model.compare(not_matched, targets[1], columns[1]),
    )


def digit_frame(
    targets: tuple[digits_model.Targets, digits_model.Targets],
    both: tuple[digits_model.Digits, digits_model.Digits],
) -> pd.DataFrame:
    """Return printed digits with their residuals, a row each."""
    frames = [
        pd.DataFrame(
            {
                "outcome": outcome,
                "digit": target.names,
                "printed": target.printed,
                "residual_sd": each.residuals / np.sqrt(np.diag(each.covariance)),
            }
        )
        for outcome, target, each in zip(("matched", "not_matched"), targets, both, strict=True)
    ]
    return pd.concat(frames, ignore_index=True)
