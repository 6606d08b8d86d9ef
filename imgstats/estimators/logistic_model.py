"""A logistic curve fitted to the counts of bands.

Plain functions on arrays and a small frozen record; `LogisticRate` prepares their input and keeps
their output.

The rate of band b is the average of the curve over the scores in it::

    p_b = sum over values x in b of g(x | b) expit(eta(x))

g is a density over all values that the bands hold, fitted to the bands' n. A band that hides a
count enters by the probability of what it prints (`imgstats.estimators._hidden`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import expit, xlogy

from imgstats.errors import TableError
from imgstats.estimators.logistic_density import Density, Scores, ascend, band_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.estimators._banded import BandCounts
    from imgstats.estimators._hidden import HiddenCount
    from imgstats.estimators._hidden_total import HiddenTotal

    Array = NDArray[np.float64]

__all__ = ["Curve", "check_bands", "fit_curve", "is_separated", "telling"]

# Logit per standardised column. A table that leaves a coefficient this free says nothing of it.
_LARGEST_SE = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What `fit_curve` found.

    Attributes
    ----------
    beta : ndarray, shape (k,)
        Coefficients of the logit.
    covariance : ndarray, shape (k + d, k + d)
        Of the coefficients of the logit, then of log g, which was fitted first.
    expected : ndarray, shape (bands,)
        Fitted rate of each band, a fraction.
    chi2 : float
        Pearson's misfit of the counts.
    n_iter : int
        Scoring steps.
    """

    beta: Array
    covariance: Array
    expected: Array
    chi2: float
    n_iter: int


class _Pull(NamedTuple):
    """What hidden counts add to gradient and information by their rates, and to the misfit.

    `bands` and `pull` have shape (m,), `weight` (m, m): a printed total ties the counts together.
    """

    bands: NDArray[np.intp]
    pull: Array
    weight: Array
    chi2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Likelihood:
    """The bands' counts as a function of the logit's coefficients.

    A rounded rate adds the variance r of its count: v = n p q + r. The integral of (matched - n p)
    n / v is {(matched + n s) log(p + s) + (n - matched + n s) log(q + s)} / (1 + 2 s), where -s and
    1 + s are the roots of v; with exact counts s is 0. `counts` has nobody in bands that hide a
    count; these are in `hidden`.
    """

    design: Array
    scores: Scores
    density: Density
    counts: BandCounts
    hidden: tuple[HiddenCount, ...]
    total: HiddenTotal | None

    def rates(self, beta: Array) -> tuple[Array, Array]:
        """Return the rate of each band and its complement, which keeps its digits near 0."""
        eta, inside = self.design @ beta, self.density.inside
        return (
            band_sums(inside * expit(eta), self.scores.band),
            band_sums(inside * expit(-eta), self.scores.band),
        )

    def slopes(self, beta: Array) -> Array:
        """Return the derivative of the bands' rates by the coefficients, shape (bands, k)."""
        eta = self.design @ beta
        steep = self.density.inside * expit(eta) * expit(-eta)
        return band_sums(steep[:, None] * self.design, self.scores.band)

    def inverse_variance(self, beta: Array) -> Array:
        """Return n / v of each band; 0 where nobody is, shape (bands,)."""
        p, q = self.rates(beta)
        variance = self.counts.n * p * q + self.counts.rounding_variance
        result: Array = np.divide(
            self.counts.n,
            variance,
            out=np.zeros_like(p),
            where=(self.counts.n > 0) & (variance > 0),
        )
        return result

    def value(self, beta: Array) -> float:
        """Return the logarithm of the (quasi-)likelihood."""
        p, q = self.rates(beta)
        n, matched = self.counts.n, self.counts.matched
        relative = np.divide(self.counts.rounding_variance, n, out=np.zeros_like(n), where=n > 0)
        s = (np.sqrt(1 + 4 * relative) - 1) / 2
        up, down = xlogy(matched + n * s, p + s), xlogy(n - matched + n * s, q + s)
        shown = float(((up + down) / (1 + 2 * s)).sum())
        if self.total is not None:
            summed = [self.hidden[at] for at in self.total.parts]
            shown += self.total.log_probability([h.shares(p[h.band], q[h.band]) for h in summed])
        return sum((h.log_likelihood(p[h.band], q[h.band]) for h in self.hidden), start=shown)

    def residuals(self, beta: Array) -> Array:
        """Return matched minus expected, shape (bands,)."""
        p, q = self.rates(beta)
        result: Array = self.counts.matched * q - (self.counts.n - self.counts.matched) * p
        return result

    def information(self, beta: Array) -> tuple[Array, Array]:
        """Return the expected information of the coefficients, and theirs with those of log g."""
        slopes = self.slopes(beta)
        weighted = slopes.T @ self._weight(self.inverse_variance(beta), self._of_hidden(beta))
        rates = self.density.inside * expit(self.design @ beta)
        bend = band_sums(rates[:, None] * self.density.columns, self.scores.band)
        return weighted @ slopes, weighted @ bend

    def _weight(self, inverse_variance: Array, hidden: _Pull) -> Array:
        """Return what the bands' rates tell of each other, shape (bands, bands)."""
        weight = np.diag(self.counts.n * inverse_variance)
        weight[np.ix_(hidden.bands, hidden.bands)] = hidden.weight
        return weight

    def derivatives(self, beta: Array) -> tuple[Array, Array]:
        """Return gradient and expected information."""
        slopes, hidden = self.slopes(beta), self._of_hidden(beta)
        inverse_variance = self.inverse_variance(beta)
        pull = self.residuals(beta) * inverse_variance
        pull[hidden.bands] = hidden.pull
        return pull @ slopes, slopes.T @ self._weight(inverse_variance, hidden) @ slopes

    def chi2(self, beta: Array) -> float:
        """Return Pearson's misfit."""
        residual = self.residuals(beta)
        weight = np.divide(
            self.inverse_variance(beta),
            self.counts.n,
            out=np.zeros_like(residual),
            where=self.counts.n > 0,
        )
        shown = float((residual**2 * weight).sum())
        return shown + self._of_hidden(beta).chi2

    def _of_hidden(self, beta: Array) -> _Pull:
        """Return what the hidden counts add, as their expected numbers would."""
        p, q = self.rates(beta)
        # Too near an end for floats nothing pulls.
        kept = [at for at, each in enumerate(self.hidden) if p[each.band] * q[each.band] > 0]
        counts = [self.hidden[at] for at in kept]
        bands = np.array([each.band for each in counts], dtype=np.intp)
        p, q = p[bands], q[bands]
        places = list(zip(counts, p.tolist(), q.tolist(), strict=True))
        shares = [each.shares(a, b) for each, a, b in places]
        scores = [each.scores(a, b) for each, a, b in places]
        shares, spread = self._given_total(kept, shares, scores)
        expected = [each.expected(share) for each, share in zip(counts, shares, strict=True)]
        matched, others = np.array(expected).reshape(-1, 2).T
        slope = p * q
        residual = matched * q - others * p
        information = _not_negative(np.diag((matched + others) * slope) - spread)
        return _Pull(
            bands=bands,
            pull=residual / slope,
            weight=information / np.outer(slope, slope),
            chi2=float((residual**2 / ((matched + others) * slope)).sum()),
        )

    def _given_total(
        self, kept: list[int], shares: list[Array], scores: list[Array]
    ) -> tuple[list[Array], Array]:
        """Return the kept counts' shares and their scores' covariance, given a printed total."""
        spread = np.diag(
            [
                share @ (score - share @ score) ** 2
                for share, score in zip(shares, scores, strict=True)
            ]
        )
        if self.total is None or not set(self.total.parts) <= set(kept):
            return shares, spread
        parts = [kept.index(at) for at in self.total.parts]
        given = self.total.given([shares[at] for at in parts], [scores[at] for at in parts])
        if given is None:
            return shares, spread
        spread[np.ix_(parts, parts)] = given.covariance
        told = dict(zip(parts, given.shares, strict=True))
        return [told.get(at, share) for at, share in enumerate(shares)], spread


def _not_negative(information: Array) -> Array:
    """Return the matrix without its directions of negative information."""
    values, vectors = np.linalg.eigh(information)
    result: Array = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return result


def fit_curve(design: Array, scores: Scores, density: Density, counts: BandCounts) -> Curve:
    """Fit the coefficients of the logit to the bands' counts.

    Maximum likelihood with exact and hidden counts, quasi-likelihood (Wedderburn 1974) with rounded
    rates.

    Parameters
    ----------
    design : ndarray, shape (g, k)
        Basis of the logit at each value; the first column is 1.
    scores, density, counts : Scores, Density, BandCounts
        Where applicants are and how many matched.

    Returns
    -------
    Curve
        Coefficients and their covariance.

    Raises
    ------
    TableError
        If the likelihood has no top at finite coefficients.
    """
    likelihood = _Likelihood(
        design=design,
        scores=scores,
        density=density,
        counts=counts.without_hidden,
        hidden=counts.hidden,
        total=counts.total,
    )
    start = np.zeros(design.shape[1])
    start[0] = np.log((counts.matched.sum() + 0.5) / ((counts.n - counts.matched).sum() + 0.5))
    found = ascend(likelihood.value, likelihood.derivatives, start)
    if found is None:
        raise _no_top(counts)
    beta, steps = found
    information, cross = likelihood.information(beta)
    own = np.asarray(np.linalg.pinv(information, hermitian=True, rcond=1e-14), dtype=np.float64)
    if np.sqrt(np.diag(own)).max() > _LARGEST_SE or np.linalg.matrix_rank(own) < len(beta):
        raise _no_top(counts)
    return Curve(
        beta=beta,
        covariance=_joint(own, cross, density.covariance),
        expected=likelihood.rates(beta)[0],
        chi2=likelihood.chi2(beta),
        n_iter=steps,
    )


def _joint(own: Array, cross: Array, first: Array) -> Array:
    """Return the covariance of the second step's coefficients, then the first's (Murphy, Topel)."""
    lean = own @ cross
    return np.block([[own + lean @ first @ lean.T, -lean @ first], [-(lean @ first).T, first]])


def _no_top(counts: BandCounts) -> TableError:
    return TableError(
        "the counts do not hold the curve's coefficients: the likelihood has no top",
        "more bands with both matched and not matched than the curve has bends",
        f"bands with both: {int(_mixed(counts).sum())}; use a line, fewer knots or BandRate",
    )


def _mixed(counts: BandCounts) -> NDArray[np.bool_]:
    """Return which bands certainly hold both; a rounded rate counts by its middle."""
    least, most = (
        np.where(counts.is_hidden, end, counts.matched)
        for end in (counts.matched_low, counts.matched_high)
    )
    result: NDArray[np.bool_] = (least > 0) & (
        most < np.where(counts.is_hidden, counts.n_high, counts.n)
    )
    return result


def telling(counts: BandCounts) -> NDArray[np.bool_]:
    """Return which bands tell anything of their rate."""
    found = (counts.n > 0) & ~counts.is_hidden
    found[[each.band for each in counts.hidden]] = True
    return found


def is_separated(counts: BandCounts) -> bool:
    """Whether a step somewhere along the measure fits all counts (Albert and Anderson 1984).

    Examples
    --------
    >>> from imgstats.estimators._banded import band_counts
    >>> from imgstats.tables import BandTable
    >>> table = BandTable.from_counts("score", [(1, 1, 0, 5), (2, 2, 3, 3), (3, 3, 4, 0)])
    >>> is_separated(band_counts(table))
    True
    """
    # A hidden count that may be 0 fits a rate of 0 best.
    up = np.where(counts.is_hidden, counts.matched_low, counts.matched) > 0
    side = np.where(_mixed(counts), 0.5, np.where(up, 1.0, 0.0))[telling(counts)]
    steps = np.diff(side)
    one_way = bool((steps >= 0).all() or (steps <= 0).all())
    return one_way and int(_mixed(counts).sum()) <= 1


def check_bands(counts: BandCounts, need: int) -> None:
    """Refuse counts that cannot hold a curve of `need` coefficients.

    Raises
    ------
    TableError
        If fewer bands hold applicants, or a step separates matched from not matched.
    """
    some = int(telling(counts).sum())
    if some < need:
        told = " whose counts tell anything" if counts.is_hidden.any() else ""
        raise TableError(
            f"{some} band{'s' if some > 1 else ''} with applicants{told}",
            f"at least {need} for a curve of {need} coefficients",
            "use BandRate",
        )
    if is_separated(counts):
        raise TableError(
            "a step along the measure separates matched from not matched: no finite slope "
            "fits best",
            "two or more bands with both matched and not matched, or an order without a step",
            "use BandRate or IsotonicRate",
        )
