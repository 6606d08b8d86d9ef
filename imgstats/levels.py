"""Levels that the package uses unless told otherwise."""

from __future__ import annotations

from numbers import Real

from imgstats.errors import InputError

__all__ = ["LEAST_P", "LEVEL", "check_level"]

# Level of intervals, a fraction.
LEVEL = 0.95
# Under this p an estimator could hardly have printed a table's digits.
LEAST_P = 0.01


def check_level(level: object) -> float:
    """Return an interval's level.

    Raises
    ------
    InputError
        If the level is not strictly between 0 and 1.
    """
    # A number of any kind, numpy's too; True and False are 1 and 0.
    if not isinstance(level, Real) or not 0 < float(level) < 1:
        raise InputError(f"level {level!r}", "a fraction between 0 and 1", "0.95 is 95 %")
    return float(level)
