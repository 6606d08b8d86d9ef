"""A filter at a chosen score: which share of the matched and of the not matched stays.

The shares are those of the two score distributions that `TiltRate` fits to a table's printed
digits. `imgstats data build` stores them for every table of scores.
"""

from __future__ import annotations

import csv
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgstats.curves.inputs import SCORE, digest_of, key_of
from imgstats.errors import ImgstatsWarning, TableError
from imgstats.levels import LEVEL, check_level
from imgstats.tables.summary import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import ArrayLike

    from imgstats.curves.record import CurveKey
    from imgstats.tables import OutcomeSummary

__all__ = [
    "ScreenShare",
    "is_screened",
    "render_screen",
    "screen_shares",
    "stored_screen_shares",
]

_DECIMALS = 4
# Between a cut and the whole score under it: no score lies there, so none is halved.
_HALF = 0.5
_KEY = ("match_year", "applicant_group", "specialty", "measure")
_ENDS = ("share", "low", "high")
_HEADER = (*_KEY, "cut", *(f"{outcome}_{end}" for outcome in OUTCOMES for end in _ENDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenShare:
    """The share of one outcome that stays where only those at or above a score are kept.

    Attributes
    ----------
    cut : int
        The lowest score that stays.
    outcome : {"matched", "not_matched"}
        Whose share.
    share, low, high : float
        Share with its interval, fractions.
    """

    cut: int
    outcome: str
    share: float
    low: float
    high: float


def screen_shares(
    table: OutcomeSummary, cuts: ArrayLike | None = None, level: float = LEVEL
) -> tuple[ScreenShare, ...]:
    """Return which share of each outcome has a score at or above some cuts, by fitting the table.

    Use it for a table that is not among the published ones, or for another level; for the
    published tables `stored_screen_shares` looks the same numbers up.

    Parameters
    ----------
    table : OutcomeSummary
        Printed digits of both outcomes.
    cuts : array-like of int, shape (n,), optional
        Lowest scores that stay, in the measure's unit. Default: every whole score between the
        printed extremes.
    level : float
        Level of the intervals, a fraction.

    Returns
    -------
    tuple of ScreenShare
        For each cut the share of the matched, then that of the not matched.

    Raises
    ------
    InputError
        If a cut is not a finite number, or the level is not between 0 and 1.
    TableError
        If the table lacks what a `TiltRate` needs, or prints no extremes and no cut is given.

    Notes
    -----
    A share is that of the distribution behind the printed digits: the interval is by the delta
    method from the covariance of the fit, which holds the sampling of the digits and their
    rounding, over the mixture of `TiltRate`. The digits are about those who agreed to research
    use. What a program's filter does to an applicant's prospects is not in it.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> table = PublishedTables().outcome_summary(group="non_us_img", year="2026")
    >>> [(each.outcome, round(each.share, 2)) for each in screen_shares(table, [240])]
    [('matched', 0.76), ('not_matched', 0.59)]
    """
    from imgstats.estimators import TiltRate
    from imgstats.estimators.contract import as_points

    check_level(level)
    points = as_points(_printed_range(table) if cuts is None else cuts)
    # The printed score under a cut and the cut itself lie on its two sides.
    below = TiltRate().fit(table).predict_percentile(np.ceil(points) - _HALF, level)
    found = {
        (outcome, end): 1 - below[f"{outcome}{column}"].to_numpy()
        for outcome in OUTCOMES
        for end, column in zip(_ENDS, ("", "_high", "_low"), strict=True)
    }
    return tuple(
        ScreenShare(
            cut=int(cut),
            outcome=outcome,
            **{end: float(found[outcome, end][at]) for end in _ENDS},
        )
        for at, cut in enumerate(np.ceil(points))
        for outcome in OUTCOMES
    )


def stored_screen_shares(
    table: OutcomeSummary, root: Path | str | None = None
) -> tuple[ScreenShare, ...]:
    """Return the shares at every whole score between a table's printed extremes.

    Parameters
    ----------
    table : OutcomeSummary
        The published table.
    root : pathlib.Path or str, optional
        Data folder whose shares are looked up; the default one when None.

    Returns
    -------
    tuple of ScreenShare
        Those that `imgstats data build` stored, with intervals at the default level. Of a table
        whose shares are not stored they are fitted.

    Raises
    ------
    DataChangedError
        If a stored file is not the one whose hash was recorded.
    TableError
        If they are not stored and cannot be fitted.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> table = PublishedTables().outcome_summary(group="non_us_img", year="2026")
    >>> stored = {(each.cut, each.outcome): each for each in stored_screen_shares(table)}
    >>> round(stored[240, "matched"].share, 2), round(stored[240, "not_matched"].share, 2)
    (0.76, 0.59)
    """
    from imgstats.curves.store import StoredCurves
    from imgstats.sources.locations import resolve_root

    content = StoredCurves(resolve_root(root)).screen(key_of(table), digest_of(table))
    stored = () if content is None else tuple(_read(content, key_of(table)))
    return stored or screen_shares(table)


def render_screen(tables: Mapping[CurveKey, OutcomeSummary]) -> bytes:
    """Return the bytes of the file of all shares; the tables are fitted."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_HEADER)
    # One thread, as for the curves: sums in another order are other numbers.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)  # whoever shows a rate says them
        for key in sorted(tables):
            start = [getattr(key, name) for name in _KEY]
            writer.writerows([*start, *cells] for cells in _rows(screen_shares(tables[key])))
    return stream.getvalue().encode("utf-8")


def is_screened(key: CurveKey) -> bool:
    """Say whether programs set a filter by this measure."""
    return key.measure == SCORE


def _printed_range(table: OutcomeSummary) -> range:
    if table.extremes is None:
        raise TableError(
            f"{table.measure}: no extremes are printed", "a table with extremes", "name the cuts"
        )
    low, high = table.extremes
    return range(int(low), int(high) + 1)


def _rows(shares: Iterable[ScreenShare]) -> Iterator[list[str]]:
    """Yield a row for each cut: both outcomes beside each other."""
    by_cut: dict[int, list[str]] = {}
    for each in shares:
        cells = by_cut.setdefault(each.cut, [str(each.cut)])
        cells += [f"{getattr(each, end):.{_DECIMALS}f}" for end in _ENDS]
    yield from by_cut.values()


def _read(data: bytes, key: CurveKey) -> Iterator[ScreenShare]:
    wanted = [getattr(key, name) for name in _KEY]
    for row in csv.DictReader(io.StringIO(data.decode("utf-8"))):
        if [row[name] for name in _KEY] == wanted:
            for outcome in OUTCOMES:
                ends = {end: float(row[f"{outcome}_{end}"]) for end in _ENDS}
                yield ScreenShare(cut=int(row["cut"]), outcome=outcome, **ends)
