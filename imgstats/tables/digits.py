"""`Summary`: the digits that a report prints of one outcome, and how it rounds them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from imgstats.errors import TableError
from imgstats.tables.validation import number, optional_count, optional_number

__all__ = ["ORDER_STATISTICS", "Rounding", "Summary"]

ORDER_STATISTICS = ("min", "q1", "median", "q3", "max")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Printed digits of one outcome; any of them may be missing.

    Parameters
    ----------
    n : int or None
        Number of applicants the digits are about. Of a range, or of a hidden n, give the fewest:
        they make the widest interval.
    min, q1, median, q3, max : float or None
        Order statistics in the measure's unit; a hidden extreme is left out.
    mean, sd : float or None
        Mean and standard deviation in the measure's unit, as printed.

    Raises
    ------
    TableError
        If the order statistics fall, sd is negative, or n is 0 while digits are printed. Whether
        one sample can have them all is checked where rounding and scale are known: by
        `OutcomeSummary`.

    Examples
    --------
    >>> Summary(n=40, q1=230, median=240.5, q3=251).printed
    ('q1', 'median', 'q3')
    """

    n: int | None = None
    min: float | None = None
    q1: float | None = None
    median: float | None = None
    q3: float | None = None
    max: float | None = None
    mean: float | None = None
    sd: float | None = None

    def __post_init__(self) -> None:
        """Check each digit and the order statistics' order."""
        self._refuse_hidden_n()
        object.__setattr__(self, "n", optional_count(self.n, "n"))
        for name in (*ORDER_STATISTICS, "mean", "sd"):
            object.__setattr__(self, name, optional_number(getattr(self, name), name))
        if self.n == 0 and self.printed:
            raise TableError("n 0 with printed digits", "n of at least 1, or no digits")
        self._check_order()
        if self.sd is not None and self.sd < 0:
            raise TableError(f"sd {self.sd:g}", "0 or more")

    def _refuse_hidden_n(self) -> None:
        """Refuse a text or a range for n: what else it says depends on a single number."""
        if isinstance(self.n, str | tuple | list):
            raise TableError(
                f"n is {self.n!r:.80}",
                "a whole number, 0 or more",
                "where a table hides n or gives a range, give the fewest that the digits can be "
                "about: the interval is then the widest",
            )

    def _check_order(self) -> None:
        present = [
            (name, value) for name in ORDER_STATISTICS if (value := self.value(name)) is not None
        ]
        for (first, low), (second, high) in pairwise(present):
            if low > high:
                raise TableError(f"{first} {low:g} above {second} {high:g}", f"{first} <= {second}")

    def value(self, name: str) -> float | None:
        """Return a printed digit by its field name, None where it is missing."""
        found: float | None = getattr(self, name)
        return found

    @property
    def printed(self) -> tuple[str, ...]:
        """Names of the fields that are printed, without n."""
        names = (*ORDER_STATISTICS, "mean", "sd")
        return tuple(name for name in names if self.value(name) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """Rounding units of the printed digits, in the measure's unit.

    Attributes
    ----------
    mean, sd : float
        Of the mean and of the standard deviation; 0 for none.
    quartile : float or None
        Of quartiles and median; 0 for none: they are values somebody had, or the average of two.
        None where the report does not say: then an estimator looks whether all of them are
        multiples of 5.
    """

    mean: float = 1.0
    sd: float = 1.0
    quartile: float | None = None

    def __post_init__(self) -> None:
        """Check that units are not negative."""
        for name in ("mean", "sd", "quartile"):
            value = getattr(self, name)
            unknown = name == "quartile" and value is None
            if not unknown and number(value, name) < 0:
                raise TableError(f"rounding unit of {name} is {value:g}", "0 or more")
