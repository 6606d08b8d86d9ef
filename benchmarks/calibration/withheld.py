"""Printed digits that a fit did not see: it foretells each from the others, with an interval.

The truth of a published table is not known, but its digits are. Of every table of Step 2 CK scores
of 2026 that can be fitted, quartiles, mean and sd of one outcome are withheld one by one; the
other digits are fitted, and the withheld one is compared with what the fitted density has for it.

``python -m benchmarks.calibration.withheld`` writes ``withheld.csv``, in a minute.
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.calibration.formulas import luo_mean, shi_sd, wan_sd
from imgstats.curves.tasks import summary_keys
from imgstats.errors import InputError, WorkError
from imgstats.estimators import TiltRate
from imgstats.estimators.digits_model import compare, make_targets
from imgstats.estimators.mixture import mixture_quantile
from imgstats.tables import OutcomeSummary, Rounding, Summary
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imgstats.estimators.digits_model import Digits

    Array = NDArray[np.float64]

__all__ = [
    "COLUMNS",
    "DIGITS",
    "FORMULAS",
    "OUTCOMES",
    "WITHHELD",
    "Foretold",
    "foretell",
    "tables",
    "withhold",
    "write",
]

WITHHELD = Path(__file__).with_name("withheld.csv")
QUARTILES = {"q1": 0.25, "median": 0.50, "q3": 0.75}
DIGITS = (*QUARTILES, "mean", "sd")
OUTCOMES = ("matched", "not_matched")
FORMULAS: dict[str, tuple[str, Callable[[Summary], float | None]]] = {
    "luo": ("mean", luo_mean),
    "wan": ("sd", wan_sd),
    "shi": ("sd", shi_sd),
}
COLUMNS = [
    "specialty", "outcome", "n", "digit", "printed", "foretold", "low", "high", "given",
    "given_low", "given_high", *FORMULAS,
]  # fmt: skip
_GROUP, _YEAR, _MEASURE = "non_us_img", "2026", "step2_ck"
_LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """What a fit foretells of a digit: middle and ends of its interval."""

    value: float
    low: float
    high: float


def tables() -> dict[str, OutcomeSummary]:
    """Return the tables of Step 2 CK scores of non-US IMGs in 2026 by specialty."""
    published = PublishedTables()
    wanted = (_YEAR, _GROUP, _MEASURE)
    return {
        key.specialty: published.outcome_summary(
            group=_GROUP, year=_YEAR, specialty=key.specialty, measure=_MEASURE
        )
        for key in sorted(summary_keys(published))
        if (key.match_year, key.applicant_group, key.measure) == wanted
    }


def withhold() -> pd.DataFrame:
    """Withhold each digit in turn and foretell it.

    Returns
    -------
    DataFrame
        With `COLUMNS`, a row per printed digit of a table that can be fitted. Of ``luo``, ``wan``
        and ``shi``, what the formula makes of the digits that are left; NaN where it does not
        speak of the digit. ``foretold`` is NaN where the fit did not settle.
    """
    rows: list[dict[str, object]] = []
    for specialty, table in tables().items():
        if min(len(table.outcome(name).printed) for name in OUTCOMES) == 0:
            continue
        for outcome in OUTCOMES:
            printed = table.outcome(outcome)
            digits = [digit for digit in DIGITS if printed.value(digit) is not None]
            rows += [_row(table, outcome, digit) | {"specialty": specialty} for digit in digits]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(table: OutcomeSummary, outcome: str, digit: str) -> dict[str, object]:
    """Return what is foretold of one digit from the others."""
    whole = table.outcome(outcome)
    rest = replace(whole, **{digit: None})
    row: dict[str, object] = {
        "outcome": outcome,
        "n": whole.n,
        "digit": digit,
        "printed": whole.value(digit),
    }
    row |= {name: make(rest) for name, (of, make) in FORMULAS.items() if of == digit}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = TiltRate().fit(_with(table, outcome, rest))
    except (InputError, WorkError):
        return row
    alone, given = (foretell(fitted, outcome, digit, given=each) for each in (False, True))
    row |= {"foretold": alone.value, "low": alone.low, "high": alone.high}
    return row | {"given": given.value, "given_low": given.low, "given_high": given.high}


def _with(table: OutcomeSummary, outcome: str, summary: Summary) -> OutcomeSummary:
    """Return the table with another summary of one outcome."""
    if outcome == "matched":
        return replace(table, matched=summary)
    return replace(table, not_matched=summary)


def foretell(
    fitted: TiltRate, outcome: str, digit: str, *, given: bool = False, level: float = _LEVEL
) -> Foretold:
    """Return what a fit foretells of a printed digit, with its interval.

    Parameters
    ----------
    fitted : TiltRate
        After `fit`, without the digit.
    outcome : str
        ``matched`` or ``not_matched``.
    digit : str
        One of `DIGITS`.
    given : bool
        Whether to use that one sample printed all digits of the outcome.
    level : float
        Level of the interval, a fraction.

    Notes
    -----
    A component of the mixture foretells the digit of its density. Its variance adds up the doubt
    of the coefficients (delta method), the digit's own sampling and its rounding.

    The sample that printed the digit printed the others too, so that sum counts what they share
    twice. With `given` the digit is foretold conditionally: how far the other digits of the
    outcome lie from the density tells how far this one will, and its sampling variance is what
    they leave of it. Extremes are taken to be independent of the rest, as in the fit.
    """
    parts = [_part(each, fitted, outcome, digit) for each in _components(fitted, outcome)]
    if given:
        digits, crossed = _others(fitted, outcome, parts)
        parts = [
            part.conditional(cross, residuals, covariance, jacobian)
            for part, cross, residuals, covariance, jacobian in zip(
                parts,
                crossed,
                digits.residuals,
                digits.covariance,
                digits.jacobian,
                strict=True,
            )
        ]
    rounding = fitted.table_.rounding or Rounding()
    unit = {"mean": rounding.mean, "sd": rounding.sd}.get(digit, 1.0)
    means = np.array([[part.value] for part in parts])
    sds = np.sqrt([[part.variance + unit**2 / 12] for part in parts])
    weights = fitted.components_["weight"].to_numpy()
    middle, low, high = (
        float(mixture_quantile(means, sds, weights, each)[0])
        for each in (0.5, (1 - level) / 2, (1 + level) / 2)
    )
    return Foretold(value=middle, low=low, high=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one component says of a digit.

    Attributes
    ----------
    value : float
        The digit of its density.
    density, influence : ndarray, shape (g,)
        The density, and how much one more person at each score moves the digit.
    gradient : ndarray, shape (k,)
        Derivative of the value by the coefficients.
    doubt : ndarray, shape (k, k)
        Covariance of the coefficients.
    sampling : float
        Variance of the digit of a sample.
    """

    value: float
    density: Array
    influence: Array
    gradient: Array
    doubt: Array
    sampling: float

    @property
    def variance(self) -> float:
        """Variance of doubt and sampling."""
        return float(self.gradient @ self.doubt @ self.gradient) + self.sampling

    def conditional(
        self, cross: Array, residuals: Array, covariance: Array, jacobian: Array
    ) -> _Part:
        """Return the same, given the other digits' residuals and their covariance with this one."""
        slopes = np.linalg.solve(covariance, cross)
        return replace(
            self,
            value=self.value - float(slopes @ residuals),
            gradient=self.gradient - slopes @ jacobian,
            sampling=self.sampling - float(slopes @ cross),
        )


def _part(
    component: tuple[Array, Array, Array], fitted: TiltRate, outcome: str, digit: str
) -> _Part:
    density, columns, doubt = component
    value, influence = _functional(digit, fitted.grid_, density)
    return _Part(
        value=value,
        density=density,
        influence=influence,
        gradient=influence @ (density[:, None] * (columns - density @ columns)),
        doubt=doubt,
        sampling=_covariance(density, influence, influence) / _number(fitted, outcome),
    )


def _number(fitted: TiltRate, outcome: str) -> int:
    return fitted.table_.outcome(outcome).n or 1


def _covariance(density: Array, first: Array, second: Array) -> float:
    return float(density @ (first * second) - (density @ first) * (density @ second))


def _others(fitted: TiltRate, outcome: str, parts: list[_Part]) -> tuple[Digits, list[Array]]:
    """Return the outcome's printed digits against each component, and their covariances.

    A list has, for each component, the covariance of the withheld digit with each printed one.
    """
    rounding = fitted.table_.rounding or Rounding()
    targets = make_targets(fitted.cells_, fitted.table_.outcome(outcome), rounding)
    columns = np.array([each for _, each, _ in _components(fitted, outcome)])
    digits = compare(np.array([part.density for part in parts]), targets, columns)
    n = _number(fitted, outcome)
    crossed = []
    for part in parts:
        cross = np.zeros(len(targets.names))
        for place, name in enumerate(targets.names):
            if name in QUARTILES:
                influence = targets.below[0, place]  # the printed quartiles come first
            elif name in DIGITS:
                _, influence = _functional(name, fitted.grid_, part.density)
            else:
                continue
            cross[place] = _covariance(part.density, part.influence, influence) / n
        crossed.append(cross)
    return digits, crossed


def _components(fitted: TiltRate, outcome: str) -> list[tuple[Array, Array, Array]]:
    """Return each component's density, derivatives of its logarithm, and covariance.

    No public attribute of the estimator has the derivatives.
    """
    sides = {name: rest for name, *rest in fitted._sides()}  # noqa: SLF001
    densities, columns = sides[outcome]
    covariances = fitted._covariance_
    # A polynomial's derivatives are those of every component.
    whole = np.broadcast_to(columns, (len(densities), *columns.shape[-2:]))
    return list(zip(densities, whole, covariances, strict=True))


def _functional(digit: str, grid: Array, density: Array) -> tuple[float, Array]:
    """Return a digit of a density and its influence function, shape (g,)."""
    mean = float(density @ grid)
    if digit == "mean":
        return mean, grid
    if digit == "sd":
        squares = (grid - mean) ** 2
        sd = float(np.sqrt(density @ squares))
        return sd, squares / (2 * sd)
    # The middle of the cdf's step at a score, drawn through; it rises by the density.
    middles = np.cumsum(density) - density / 2
    value = float(np.interp(QUARTILES[digit], middles, grid))
    height = float(np.interp(value, grid, density))
    # How much of each score lies below the quantile: all, none, or a part at the score it is in.
    below = np.clip(value - grid + 0.5, 0, 1)
    return value, -below / height


def write(path: Path = WITHHELD) -> None:
    """Withhold, foretell, and write the rows as CSV."""
    withhold().to_csv(path, index=False, float_format="%.4f", lineterminator="\n")


def main() -> int:
    """Write ``withheld.csv``."""
    write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
