"""`BandTable`: matched and not matched per band of a measure."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Self

from imgstats.errors import TableError
from imgstats.measures import Measure, OutcomeWords
from imgstats.tables.band import Band, refuse_overlap
from imgstats.tables.context import Context
from imgstats.tables.measured import UNSAID, Measured, measure_columns, one_measure
from imgstats.tables.ranges import Total, end_columns
from imgstats.tables.steps import band_step
from imgstats.tables.tidy import TidyTable, context_columns, one_context
from imgstats.tables.unsaid.totals import narrow_bands, read_total, total_columns, total_of
from imgstats.tables.validation import band_pair, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from imgstats.sources.tabular import Record

__all__ = ["Band", "BandTable", "refuse_overlap"]

# Names of columns in older files, and in those of the reports.
_OLD_NAMES = {"band_low": "low", "band_high": "high"}
_TOTALS = ("total_matched", "total_n")
# The fields of a band that hold a range, and the columns of its ends.
_RANGES = {f"{name}_range": end_columns(name) for name in ("matched", "not_matched")}


@dataclass(frozen=True, slots=True, kw_only=True)
class BandTable(Measured, TidyTable):
    """Bands of one measure in rising order.

    Parameters
    ----------
    measure : str or Measure
        Name of the banded measure, such as ``step2_ck`` or ``attempts``, or what is known of one
        of your own. Once made, a table has the name here and the rest in `of`.
    bands : sequence of Band
        Ordered and disjoint; only the first may be open below, only the last above.
    context : Context, optional
        Which people, which outcome, which source.
    of : Measure, optional
        What is known of the measure. Default: `measure` itself, or that of its name.
    total_matched, total_n : int or (int, int), optional
        Printed totals of all bands; of a total that was rounded, the fewest and the most. Hidden
        counts and rounded rates have to leave room for them, and are narrowed by them.

    Raises
    ------
    TableError
        If there is no band, if bands overlap or are out of order, if no band holds anybody, or if
        no counts that the bands allow add up to a total.

    Examples
    --------
    >>> table = BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, None, 6, 14)])
    >>> table.n
    120
    >>> [band.label for band in table.bands]
    ['1-1', '2+']

    A total tells what a rounded rate or a hidden count leaves open:

    >>> few = Band(low=None, high=219, matched_range=(0, 4), not_matched=30)
    >>> more = Band(low=220, high=None, matched=40, not_matched=60)
    >>> BandTable(measure="step2_ck", bands=(few, more), total_matched=43).bands[0].matched
    3

    IELTS is scored by halves, and another field has other words:

    >>> from imgstats import BandRate
    >>> ielts = Measure(
    ...     "ielts", low=0, high=9, step=0.5, words=OutcomeWords("admitted", "not admitted")
    ... )
    >>> table = BandTable.from_counts(ielts, [("0-5.5", 4, 36), ("6-6.5", 30, 45), ("7-9", 50, 20)])
    >>> table.words.rate, BandRate().fit(table).predict_rate(6.5)
    ('share admitted', array([0.4]))
    """

    _columns: ClassVar[tuple[str, ...]] = ("measure", "low", "high")

    measure: Any
    bands: tuple[Band, ...]
    context: Context = field(default_factory=Context)
    of: Measure = UNSAID
    total_matched: Total = None
    total_n: Total = None

    def __post_init__(self) -> None:
        """Check order and disjointness."""
        self._take_measure()
        object.__setattr__(self, "bands", tuple(self.bands))
        with self.words.telling():
            self._check()

    def _check(self) -> None:
        if not any(band.n_range[1] for band in self.bands):
            raise TableError("no applicant in any band", "at least one band with applicants")
        for first, second in pairwise(self.bands):
            refuse_overlap(first, second)
        totals = {name: read_total(getattr(self, name), name) for name in _TOTALS}
        for name, total in totals.items():
            object.__setattr__(self, name, total)
        if any(total is not None for total in totals.values()):
            bands = narrow_bands(self.bands, self.total_matched, self.total_n)
            object.__setattr__(self, "bands", bands)

    @classmethod
    def from_counts(
        cls,
        measure: str | Measure,
        rows: Iterable[tuple[float | None, float | None, int, int] | tuple[str, int, int]],
        context: Context | None = None,
    ) -> Self:
        """Make the table from rows of low, high (or ``1-2`` for both), matched, not matched.

        Examples
        --------
        >>> BandTable.from_counts("attempts", [("1", 60, 40), ("2+", 6, 14)]).bands[1].label
        '2+'
        """
        words = measure.words if isinstance(measure, Measure) else OutcomeWords()
        with words.telling():
            bands = tuple(_counted(*row) for row in rows)
        return cls(measure=measure, bands=bands, context=context or Context())

    @property
    def n(self) -> int:
        """Number of applicants in all bands; the fewest where a band hides it."""
        return sum(band.n_range[0] for band in self.bands)

    @property
    def step(self) -> float:
        """Distance of two neighbouring values: the measure's own, or as the bands print it."""
        told = self.of.step
        return band_step([(band.low, band.high) for band in self.bands]) if told is None else told

    @property
    def hidden(self) -> bool:
        """Whether any band hides how many matched."""
        return any(band.hidden for band in self.bands)

    def to_frame(self) -> pd.DataFrame:
        """Return a row per band: low, high, counts, n, rate and rounding unit.

        Where a band hides a count, also matched_low, matched_high, not_matched_low and
        not_matched_high: fewest and most of each outcome. Where a total is printed, its ends
        total_matched_low, total_matched_high, total_n_low and total_n_high, alike in each row.
        """
        import pandas as pd

        totals = total_columns({name: getattr(self, name) for name in _TOTALS})
        rows = [
            context_columns(self.context)
            | measure_columns(self.of)
            | {
                "measure": self.measure,
                "low": band.low,
                "high": band.high,
                "matched": band.matched,
                "not_matched": band.not_matched,
                "n": band.n,
                "rate": band.rate,
                "rate_unit": band.rate_unit,
            }
            | (_range_columns(band) if self.hidden else {})
            | totals
            for band in self.bands
        ]
        return pd.DataFrame(rows)

    @classmethod
    def from_records(cls, rows: Sequence[Record]) -> Self:
        """Make the table from a row per band: measure, low, high, and counts or n with a rate.

        Counts are ``matched``, ``not_matched``. The rate is read from ``rate`` (fraction) or
        ``match_rate_pct`` (whole per cent); low and high also from ``band_low``, ``band_high``.
        A printed total stands in each row, as ``total_matched`` or ``total_n``, or as its ends.

        Raises
        ------
        TableError
            If a column is missing or the bands contradict each other.
        """
        named = [{_OLD_NAMES.get(name, name): value for name, value in row.items()} for row in rows]
        for row in named:
            cls._need(row, cls._columns)
        of = one_measure(rows)
        with of.words.telling():
            bands = tuple(_band(row) for row in named)
        totals = {name: total_of(rows, name) for name in _TOTALS}
        return cls(measure=of.name, bands=bands, context=one_context(rows), of=of, **totals)


def _counted(*row: Any) -> Band:  # noqa: ANN401  ends as text, or two numbers
    *ends, matched, not_matched = row
    low, high = band_pair(ends[0] if len(ends) == 1 else tuple(ends))
    return Band(low=low, high=high, matched=matched, not_matched=not_matched)


def _band(values: Record) -> Band:
    rate: Any
    rate, unit = values.get("rate"), values.get("rate_unit") or 0.0
    if rate is None and values.get("match_rate_pct") is not None:
        rate, unit = number(values["match_rate_pct"], "match_rate_pct") / 100, 0.01
    return Band(
        low=values["low"],
        high=values["high"],
        matched=values.get("matched"),
        not_matched=values.get("not_matched"),
        n=values.get("n"),
        rate=rate,
        rate_unit=unit,
        **_ranges_of(values),
    )


def _range_columns(band: Band) -> dict[str, int | None]:
    return {
        column: None if (ends := getattr(band, name)) is None else ends[at]
        for name, columns in _RANGES.items()
        for at, column in enumerate(columns)
    }


def _ranges_of(values: Record) -> dict[str, Any]:
    found = {name: tuple(map(values.get, columns)) for name, columns in _RANGES.items()}
    return {name: None if None in ends else ends for name, ends in found.items()}
