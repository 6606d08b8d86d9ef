"""A user's own table by score bands: each band's own rate, with the curves through all bands."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from imgstats.applicant import group_label
from imgstats.comparison.factors.own import band_at
from imgstats.comparison.score.part import ScorePart, floats
from imgstats.comparison.score.records import (
    BandEstimate,
    Curve,
    Headline,
    ModelCurve,
    ModelRange,
)
from imgstats.errors import ExtrapolationWarning, TableError, WorkError
from imgstats.levels import LEAST_P
from imgstats.measures import MEASURES
from imgstats.wording import band_words, counted_percent, level_words, listed, thousands

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.estimators import BandRate
    from imgstats.own_tables import OwnTable
    from imgstats.tables import Band, BandTable

__all__ = ["banded_score"]

_SCORE = MEASURES["step2_ck"]


def banded_score(own: OwnTable, table: BandTable, request: Request) -> ScorePart | None:
    """Return the score's part from a table of bands, None where none holds the score.

    Parameters
    ----------
    own : OwnTable
        The user's table.
    table : BandTable
        Its bands of Step 2 CK scores.
    request : Request
        Whom it is about.
    """
    from imgstats.estimators import BandRate

    score = request.applicant.step2_ck
    mine = band_at(table, score)
    if mine is None:
        return None
    fitted = BandRate().fit(table)
    return ScorePart(
        headline=_headline(own, table, mine, fitted, request),
        place=None,
        curve=_curve(table, mine, fitted, request),
        assumptions=(),
        notes=(),
    )


def _ends(band: Band) -> tuple[int, int]:
    """Return a band's ends; those of the scale where it is open."""
    low = _SCORE.lowest if band.low is None else band.low
    high = (_SCORE.highest or low) if band.high is None else band.high
    return int(low), int(high)


def _estimates(
    table: BandTable, mine: Band, fitted: BandRate, level: float
) -> tuple[BandEstimate, ...]:
    rows = fitted.band_rates([(each.low, each.high) for each in table.bands], level)
    return tuple(
        BandEstimate(
            low=_ends(band)[0],
            high=_ends(band)[1],
            rate=row["rate"],
            rate_low=row["rate_low"],
            rate_high=row["rate_high"],
            n=float(row["n"]),
            own=band is mine,
        )
        for band, row in zip(table.bands, rows.to_dict("records"), strict=True)
    )


def _headline(
    own: OwnTable, table: BandTable, mine: Band, fitted: BandRate, request: Request
) -> Headline:
    (band,) = (each for each in _estimates(table, mine, fitted, request.level) if each.own)
    certificate, model = own.certificate, _range(table, band, request)
    group = f"{group_label(certificate.group)}s"
    counts = [(each.matched, each.n) for each in table.bands if each.matched is not None and each.n]
    matched, n = sum(each[0] for each in counts), sum(each[1] for each in counts)
    ends = listed([counted_percent(band.rate_low), counted_percent(band.rate_high)])
    return Headline(
        rate=band.rate,
        low=band.rate_low,
        high=band.rate_high,
        level=request.level,
        grade="direct",
        band=band,
        in_record=True,
        range=model,
        borrowed=None,
        base_rate=matched / n if n else band.rate,
        outcome=table.context.outcome or "matched",
        population=f"{group}, {table.context.population or 'as the table has them'}, "
        f"{certificate.specialty}",
        specialty=certificate.specialty,
        match_year=certificate.year,
        group_matched=matched or None,
        group_n=n or None,
        summarised_n=None,
        estimator="BandRate",
        sources=request.cite_table(table.context),
        sentence=(
            f"Of {thousands(band.n or 0)} {group} of the added table ({certificate.source}, "
            f"{certificate.year}) with a Step 2 CK score of {band_words(mine.low, mine.high)}, "
            f"{counted_percent(band.rate)} matched ({level_words(request.level)} interval between "
            f"{ends})."
        ),
        score_sentence=(
            f"The table counts by band, so the rate at {request.applicant.step2_ck} is that of its "
            "band."
        ),
    )


def _range(table: BandTable, band: BandEstimate, request: Request) -> ModelRange | None:
    """Return what the curves through all bands give at the score, beside the band's own rate.

    None where no curve goes through them, as through a single band.
    """
    from imgstats.estimators.model_range import rate_range

    score = request.applicant.step2_ck
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        try:
            found = rate_range(table, [score], level=request.level)
        except (TableError, WorkError):
            return None
    curves = tuple(
        ModelCurve(
            name=each.name,
            words=each.words,
            rate=None if np.isnan(each.rate[0]) else float(each.rate[0]),
            band_rate=None,
            p=each.p,
            kept=each.kept,
            reason=each.reason,
        )
        for each in found.candidates
    )
    rates = [band.rate, *(each.rate for each in curves if each.kept and each.rate is not None)]
    return ModelRange(
        low=min(rates),
        high=max(rates),
        band_low=min(rates),
        band_high=max(rates),
        least_p=LEAST_P,
        poor=False,
        estimators=curves,
    )


def _curve(table: BandTable, mine: Band, fitted: BandRate, request: Request) -> Curve:
    """Return the bands' rates as steps by whole score."""
    bands = _estimates(table, mine, fitted, request.level)
    x = np.arange(bands[0].low, bands[-1].high + 1)
    inside = np.array([band_at(table, float(each)) is not None for each in x])
    x = x[inside]
    limits = fitted.predict_interval(x, request.level)
    return Curve(
        x=tuple(int(each) for each in x),
        rate=floats(fitted.predict_rate(x)),
        low=floats(limits[:, 0]),
        high=floats(limits[:, 1]),
        rivals=(),
        density_matched=(),
        density_not_matched=(),
        bands=bands,
    )
