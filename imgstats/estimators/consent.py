"""A fitted curve where those whose scores are not summarised have other scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import InputError, TableError
from imgstats.estimators.contract import as_points
from imgstats.tables.unsaid.consent import SHIFT, rates_if_others_differ, summarised_shares

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from imgstats.estimators.tilt import TiltRate

__all__ = ["rate_if_others_differ"]

_SCORE = "step2_ck"


def rate_if_others_differ(
    fitted: TiltRate, x: ArrayLike, shift: float | None = None
) -> NDArray[np.float64]:
    """Return the rate at each score where the others' scores differ in opposite directions.

    Use it where a table's digits are about a part of a group whose counts are printed, such as
    those who agreed to research use: `TiltRate` takes the others to have like scores.

    Parameters
    ----------
    fitted : TiltRate
        A fitted curve. Its densities are those of the summarised part.
    x : array_like, shape (n,)
        Values of the measure.
    shift : float, optional
        How far the others' scores lie off, in the measure's units, at most a standard deviation of
        them. Step 2 CK has a default of 5 points, which is an assumption; other measures have none.

    Returns
    -------
    ndarray, shape (n, 2)
        Fractions: where the other matched lie higher by `shift` and the other not matched lower,
        and the other way round; of a walk from its mean densities, within a point of each size of
        bends moved by itself. NaN outside `fitted.ends_`, where nobody is. The rate of the whole
        group stays as counted; the doubt of sampling is not in these two.

    Raises
    ------
    InputError
        If the shift is missing, no number or too wide.
    TableError
        If the table counts a larger group and not how many of each outcome it summarises.

    Examples
    --------
    >>> from imgstats import PublishedTables, TiltRate
    >>> table = PublishedTables().outcome_summary(group="non_us_img", year="2026")
    >>> rate_if_others_differ(TiltRate().fit(table), [242]).round(2)
    array([[0.41, 0.44]])
    """
    if shift is None:
        if fitted.table_.measure != _SCORE:
            raise InputError(
                f"no shift of {fitted.table_.of.label}", "a shift in the measure's units"
            )
        shift = SHIFT
    shares = summarised_shares(fitted.table_)
    if shares is None:
        raise TableError("a summary without n", "the n of matched and of not matched")
    points, grid, (low, high) = as_points(x), fitted.grid_, fitted.ends_
    inside = (points >= low) & (points <= high)
    found = np.full((len(points), 2), np.nan)
    both = rates_if_others_differ(
        grid,
        fitted.predict_rate(np.clip(grid, low, high)),
        fitted.density_matched_,
        fitted.density_not_matched_,
        shares=shares,
        shift=shift,
    )
    for column, rates in enumerate(both):
        found[inside, column] = np.interp(points[inside], grid, rates)
    return found
