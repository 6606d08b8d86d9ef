"""`Band`: counts, a rate or ranges of counts between two values of a measure."""

from __future__ import annotations

from dataclasses import dataclass

from imgstats.errors import TableError
from imgstats.tables.ranges import CountRange, count_range, counts_of_rate, narrowed, single
from imgstats.tables.validation import number, optional_count, optional_number

__all__ = ["Band", "refuse_overlap"]

# A rate given beside counts may be rounded to a whole per cent.
_SLACK = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One band ``low..high`` (both inside): counts, n and a rate, or ranges of counts.

    A range is for a table that hides a small count, as ``<5`` does. With the other count or with n
    it leaves a lowest and a highest rate, and no rate between them is the band's own.

    Parameters
    ----------
    low, high : float or None
        Ends of the band in the measure's unit, both included; None for an open end.
    matched, not_matched : int, optional
        Counts. Either both, or `n` with `rate`.
    n : int, optional
        Number of applicants in the band.
    rate : float, optional
        Printed match rate as a fraction; None only where `n` is 0.
    rate_unit : float
        Rounding unit of the printed rate as a fraction (0.01 for whole per cent); 0 for exact.
    matched_range, not_matched_range : (int, int), optional
        Fewest and most people where the count is hidden. Once made, a band holds both or neither:
        n narrows them, and where they leave a single number the band has counts.

    Raises
    ------
    TableError
        If the ends are in the wrong order, or the numbers are incomplete or impossible.

    Examples
    --------
    >>> Band(low=230, high=239, matched=30, not_matched=10).label
    '230-239'
    >>> Band(low=250, high=None, n=40, rate=0.5, rate_unit=0.01).matched is None
    True
    >>> few = Band(low=None, high=219, matched_range=(0, 4), not_matched=30)
    >>> few.hidden, few.n, few.n_range, [round(each, 3) for each in few.rate_range]
    (True, None, (30, 34), [0.0, 0.118])
    """

    low: float | None
    high: float | None
    matched: int | None = None
    not_matched: int | None = None
    n: int | None = None
    rate: float | None = None
    rate_unit: float = 0.0
    matched_range: CountRange | None = None
    not_matched_range: CountRange | None = None

    def __post_init__(self) -> None:
        """Check the ends and complete n and rate from counts."""
        for name in ("low", "high"):
            object.__setattr__(self, name, optional_number(getattr(self, name), name))
        for name in ("matched", "not_matched", "n"):
            object.__setattr__(self, name, optional_count(getattr(self, name), name))
        if self.low is not None and self.high is not None and self.low > self.high:
            raise TableError(f"band {self.low:g}..{self.high:g}", "low at or below high")
        if self.matched_range is not None or self.not_matched_range is not None:
            self._from_ranges()
        else:
            self._from_numbers()

    def _from_numbers(self) -> None:
        self._complete_counts()
        if self.matched is not None and self.not_matched is not None:
            self._from_counts(self.matched, self.not_matched)
        else:
            self._from_rate()

    def _from_ranges(self) -> None:
        """Narrow both ranges by n, and take them for counts where a single number is left."""
        if self.rate is not None:
            raise TableError(
                f"band {self.label}: a rate beside a hidden count",
                "n with a rate, or counts of which one is hidden",
                "leave the hidden count out: the rate says more",
            )
        found = self._narrowed()
        counts = [single(ends) for ends in found]
        ranges = (None, None) if None not in counts else found
        for at, name in enumerate(("matched", "not_matched")):
            object.__setattr__(self, name, counts[at])
            object.__setattr__(self, f"{name}_range", ranges[at])
        if self.hidden:
            object.__setattr__(self, "rate_unit", 0.0)
        else:
            self._from_numbers()

    def _narrowed(self) -> tuple[CountRange, CountRange]:
        """Return both ranges as far as n allows."""
        found = narrowed(
            count_range(self.matched_range, self.matched, "matched_range"),
            count_range(self.not_matched_range, self.not_matched, "not_matched_range"),
            self.n,
        )
        if found is None:
            raise TableError(
                f"band {self.label}: one count is hidden and the other is missing",
                "n, or both counts",
                "give n or the other count, or join the band with its neighbour",
            )
        low, high = found[0]
        if low > high:
            raise TableError(
                f"band {self.label}: no number of matched agrees with n {self.n}",
                "counts that add up to n",
            )
        return found

    def _complete_counts(self) -> None:
        """Fill in the one of matched, not matched and n that the other two imply."""
        if self.n is None or (self.matched is None) == (self.not_matched is None):
            return
        known = self.matched if self.matched is not None else self.not_matched
        other = "not_matched" if self.matched is not None else "matched"
        if known is None or known > self.n:
            raise TableError(f"band {self.label}: {known} of n {self.n}", "a count of at most n")
        object.__setattr__(self, other, self.n - known)

    def _from_counts(self, matched: int, not_matched: int) -> None:
        total = matched + not_matched
        if self.n is not None and self.n != total:
            raise TableError(f"band {self.label}: n {self.n}", f"matched + not_matched = {total}")
        rate = matched / total if total else None
        if self.rate is not None:
            slack = max(number(self.rate_unit, "rate_unit"), _SLACK) / 2 + 1e-12
            if rate is None or abs(number(self.rate, "rate") - rate) > slack:
                raise TableError(
                    f"band {self.label}: rate {self.rate:g} with {matched} of {total}",
                    "a rate that the counts give",
                    "leave the rate out",
                )
        object.__setattr__(self, "n", total)
        object.__setattr__(self, "rate", rate)
        object.__setattr__(self, "rate_unit", 0.0)

    def _from_rate(self) -> None:
        if self.n is None or (self.n > 0 and self.rate is None):
            raise TableError(
                f"band {self.label} lacks numbers",
                "matched with not_matched, or n with rate",
                "give n beside a hidden count; a band that nobody is in has n 0 and no rate",
            )
        object.__setattr__(self, "rate_unit", number(self.rate_unit, "rate_unit"))
        if self.rate_unit < 0:
            raise TableError(f"band {self.label}: rate_unit {self.rate_unit:g}", "0 or more")
        if self.rate is not None:
            rate = number(self.rate, "rate")
            if not 0 <= rate <= 1:
                raise TableError(f"band {self.label}: rate {rate:g}", "0 to 1", "give 98 % as 0.98")
            object.__setattr__(self, "rate", rate if self.n else None)

    @property
    def hidden(self) -> bool:
        """Whether the table leaves how many matched to a range."""
        return self.matched_range is not None

    @property
    def possible(self) -> tuple[CountRange, CountRange]:
        """Fewest and most matched, and not matched, that the band's print allows.

        Raises
        ------
        TableError
            If no whole number of n prints its rate.
        """
        if self.matched_range is not None and self.not_matched_range is not None:
            return self.matched_range, self.not_matched_range
        n = self.n or 0
        if self.matched is not None:
            return (self.matched, self.matched), (n - self.matched, n - self.matched)
        low, high = counts_of_rate(n, self.rate or 0.0, self.rate_unit, f"band {self.label}")
        return (low, high), (n - high, n - low)

    @property
    def n_range(self) -> CountRange:
        """Fewest and most applicants; the same number where n is printed."""
        if self.n is not None or self.matched_range is None or self.not_matched_range is None:
            return self.n or 0, self.n or 0
        low, high = zip(self.matched_range, self.not_matched_range, strict=True)
        return sum(low), sum(high)

    @property
    def fewest(self) -> tuple[int, int]:
        """Matched and not matched where as few matched as the table allows.

        Raises
        ------
        TableError
            If only a rate is printed.
        """
        return self._corner(0)

    @property
    def most(self) -> tuple[int, int]:
        """Matched and not matched where as many matched as the table allows.

        Raises
        ------
        TableError
            If only a rate is printed.
        """
        return self._corner(1)

    def _corner(self, end: int) -> tuple[int, int]:
        if self.matched_range is not None and self.not_matched_range is not None:
            return self.matched_range[end], self.not_matched_range[1 - end]
        if self.matched is None or self.not_matched is None:
            raise TableError(f"band {self.label} prints a rate", "counts, or ranges of counts")
        return self.matched, self.not_matched

    @property
    def rate_range(self) -> tuple[float, float]:
        """Lowest and highest rate that the counts allow; 0 and 1 where nobody may be in it.

        Raises
        ------
        TableError
            If only a rate is printed.
        """
        low, high = self.fewest, self.most
        return (
            low[0] / sum(low) if any(low) else 0.0,
            high[0] / sum(high) if any(high) else 1.0,
        )

    @property
    def label(self) -> str:
        """The band in words: ``230-239``, ``250+``, ``up to 199`` or ``all``."""
        if self.low is None and self.high is None:
            return "all"
        if self.low is None:
            return f"up to {self.high:g}"
        if self.high is None:
            return f"{self.low:g}+"
        between = " to " if self.low < 0 else "-"  # a stroke beside a sign reads as two
        return f"{self.low:g}{between}{self.high:g}"


def refuse_overlap(first: Band, second: Band) -> None:
    """Refuse two neighbours that overlap or stand in the wrong order.

    Raises
    ------
    TableError
        If a value may lie in both, or the second is not above the first.
    """
    if first.high is None or second.low is None or first.high >= second.low:
        raise TableError(
            f"band {second.label} after band {first.label}",
            "rising bands that share no value (both ends belong to a band), open ends only at the "
            "outside",
        )
