"""Levels that the package uses unless told otherwise."""

__all__ = ["LEAST_P", "LEVEL"]

# Level of intervals, a fraction.
LEVEL = 0.95
# Under this p an estimator could hardly have printed a table's digits.
LEAST_P = 0.01
