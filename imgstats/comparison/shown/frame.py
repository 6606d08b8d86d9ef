"""The rates of a comparison as one tidy data frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgstats.grades import CARRIED_OVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

__all__ = ["COLUMNS", "rates_frame"]

COLUMNS = ("about", "label", "rate", "low", "high", "n", "grade", "own", "sources")


def rates_frame(comparison: Any) -> pd.DataFrame:  # noqa: ANN401  `Comparison` stands above this
    """Return a row for each rate of a comparison, see `Comparison.to_frame`."""
    import pandas as pd

    return pd.DataFrame(_rows(comparison), columns=list(COLUMNS))


def _rows(comparison: Any) -> Iterator[tuple[object, ...]]:  # noqa: ANN401  as above
    headline, score = comparison.headline, comparison.applicant.step2_ck
    if headline is not None:
        ends = headline.rate, headline.low, headline.high
        label = str(score) if headline.by_score else "all scores"
        yield "score", label, *ends, None, headline.grade, True, headline.sources
    if headline is not None and headline.by_score:
        bands = comparison.curve.bands if comparison.curve else (headline.band,)
        if headline.band not in bands:  # outside the record
            bands = (headline.band, *bands)
        for each in bands:
            ends = each.rate, each.rate_low, each.rate_high
            grade = headline.grade if each.own else headline.grade.removesuffix(CARRIED_OVER)
            label = f"{each.low}-{each.high}"
            yield "score band", label, *ends, each.n, grade, each.own, headline.sources
    for factor in comparison.factors:
        for row in factor.rows:
            ends = row.rate, row.low, row.high
            yield factor.factor, row.label, *ends, row.n, factor.grade, row.own, factor.sources
    for each in comparison.denominators:
        ends = each.rate, each.low, each.high
        label = f"{each.outcome}, {each.population}"
        yield "denominator", label, *ends, each.n, each.grade, False, each.sources
