"""A fitted tilt on the digits of other tables: how badly it fits them, many at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import WorkError
from imgstats.estimators import tilt_model
from imgstats.estimators.digits_model import stack
from imgstats.estimators.tilt_digits import compare_both, lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgstats.estimators.tilt_digits import Targets
    from imgstats.tables import OutcomeSummary

    Array = NDArray[np.float64]

__all__ = ["refit"]

# A misfit needs no more digits of the coefficients, and starts near where it ends.
_ROUGH, _SOON = 1e-3, 15


def refit(
    design: tilt_model.Design, theta: Array, tables: Sequence[OutcomeSummary]
) -> list[float | None]:
    """Return the misfit of each table on a design, None where the fit does not settle.

    Parameters
    ----------
    design : Design
        With one prior.
    theta : ndarray, shape (1, b + k)
        Coefficients to start from.
    tables : sequence of OutcomeSummary
        Of the same numbers of applicants.
    """
    targets = [lay_out(each, design) for each in tables]
    found: list[float | None] = [None] * len(tables)
    kinds = [(first.names, second.names) for first, second in targets]
    for kind in dict.fromkeys(kinds):
        # Tables that print the same digits are fitted at once.
        alike = [at for at, each in enumerate(kinds) if each == kind]
        for at, chi2 in zip(
            alike, _at_once(design, theta, [targets[at] for at in alike]), strict=True
        ):
            found[at] = chi2
    return found


def _at_once(design: tilt_model.Design, theta: Array, targets: list[Targets]) -> list[float | None]:
    """Return the misfit of each table of a kind."""
    rows = np.zeros(len(targets), dtype=np.intp)
    several = replace(design, precision=design.precision[rows])
    both = stack([first for first, _ in targets]), stack([second for _, second in targets])
    found: list[float | None] = [None] * len(targets)
    try:
        fitted = tilt_model.fit(
            several,
            lambda each: compare_both(each, several, both),
            start=theta[rows],
            tolerance=_ROUGH,
            patience=_SOON,
        )
    except WorkError:
        return found
    for at, chi2 in zip(fitted.settled, fitted.chi2, strict=True):
        found[at] = float(chi2)
    return found
