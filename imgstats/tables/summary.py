"""`OutcomeSummary`: a measure of the matched and of the not matched, summarised by few digits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar, Self

from imgstats.errors import TableError
from imgstats.measures import MEASURES
from imgstats.tables.context import Context
from imgstats.tables.digits import ORDER_STATISTICS, Rounding, Summary
from imgstats.tables.feasible import Known, check_feasible
from imgstats.tables.tidy import TidyTable, context_columns, one_context, one_value
from imgstats.tables.validation import (
    count,
    yes_or_no,
)

if TYPE_CHECKING:
    import pandas as pd

    from imgstats.sources.tabular import Record

__all__ = ["OUTCOMES", "OutcomeSummary"]

OUTCOMES = ("matched", "not_matched")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSummary(TidyTable):
    """A measure summarised separately for the matched and for the not matched.

    Parameters
    ----------
    measure : str
        Name of the measure, such as ``step2_ck``.
    matched, not_matched : Summary
        Printed digits of each outcome.
    group_counts : (int, int), optional
        Matched and not matched of the whole group, where the summaries are about a part of it
        (in the 2026 report: those who consented to research).
    scale : (int, int), optional
        Lowest and highest value anybody in the table can have, such as 209 and 300 for Step 2 CK
        in 2026. Where it is missing, an estimator takes an extreme that both outcomes print alike
        for an end of the scale, and else the measure's limits.
    rounding : Rounding, optional
        Rounding units of mean and sd. Default: those of the measure in the 2026 report, or 1.
    n_exact : bool
        Whether the printed n is the number who reported this very measure. In the 2026 report it
        is not always (medians with a half stand at an odd n).
    context : Context, optional
        Which people, which outcome, which source.

    Raises
    ------
    TableError
        If group counts are smaller than the summaries' n, digits lie outside the scale, or no
        sample prints an outcome's digits (see `imgstats.tables.feasible`).

    Examples
    --------
    >>> table = OutcomeSummary(
    ...     measure="step2_ck",
    ...     matched=Summary(n=40, q1=240, median=250, q3=258),
    ...     not_matched=Summary(n=60, median=243),
    ...     group_counts=(50, 75),
    ... )
    >>> table.base_rate, table.base_n
    (0.4, 125)
    """

    _columns: ClassVar[tuple[str, ...]] = ("measure", "outcome", "n")

    measure: str
    matched: Summary
    not_matched: Summary
    group_counts: tuple[int, int] | None = None
    scale: tuple[int, int] | None = None
    rounding: Rounding | None = None
    n_exact: bool = False
    context: Context = field(default_factory=Context)

    def __post_init__(self) -> None:
        """Check group counts and scale, and fill defaults that follow from the measure."""
        if self.rounding is None:
            known = MEASURES.get(self.measure)
            rounding = Rounding(mean=known.mean_unit, sd=known.sd_unit) if known else Rounding()
            object.__setattr__(self, "rounding", rounding)
        if self.group_counts is not None:
            object.__setattr__(self, "group_counts", self._checked_counts(self.group_counts))
        if self.scale is not None:
            object.__setattr__(self, "scale", self._checked_scale(self.scale))
        for name in OUTCOMES:
            check_feasible(self.outcome(name), self._known(self.rounding or Rounding()), name)

    def _known(self, rounding: Rounding) -> Known:
        """Return what the table knows of both summaries."""
        low, high = self.scale or (-math.inf, math.inf)
        return Known(
            mean_unit=rounding.mean,
            sd_unit=rounding.sd,
            lowest=low,
            highest=high,
            n_exact=self.n_exact,
        )

    def _checked_counts(self, counts: tuple[int, int]) -> tuple[int, int]:
        if not isinstance(counts, Sequence) or len(counts) != len(OUTCOMES):
            raise TableError(f"group_counts {counts!r}", "(matched, not matched)")
        clean = (count(counts[0], "group matched"), count(counts[1], "group not matched"))
        for name, total in zip(OUTCOMES, clean, strict=True):
            part = self.outcome(name).n
            if part is not None and part > total:
                raise TableError(
                    f"{name}: n {part} above the whole group's {total}",
                    "a summary of the group or of a part of it",
                )
        return clean

    def _checked_scale(self, scale: tuple[int, int]) -> tuple[int, int]:
        ends = scale if isinstance(scale, Sequence) and not isinstance(scale, str) else ()
        if len(ends) != len(OUTCOMES) or not all(_is_whole(each) for each in ends):
            raise TableError(f"scale {scale!r}", "two whole numbers, the lowest and the highest")
        low, high = int(ends[0]), int(ends[1])
        if low >= high:
            raise TableError(f"scale {low}..{high}", "lowest below highest")
        for name in OUTCOMES:
            summary = self.outcome(name)
            for digit in ORDER_STATISTICS:
                value = summary.value(digit)
                if value is not None and not low <= value <= high:
                    raise TableError(
                        f"{name}: {digit} {value:g} outside the scale {low}..{high}",
                        "digits within the scale",
                    )
        return low, high

    def outcome(self, name: str) -> Summary:
        """Return the summary of ``matched`` or ``not_matched``."""
        return self.matched if name == "matched" else self.not_matched

    @property
    def extremes(self) -> tuple[float, float] | None:
        """Lowest and highest printed value of both outcomes, None where not printed for both."""
        lows = [s.min for s in (self.matched, self.not_matched) if s.min is not None]
        highs = [s.max for s in (self.matched, self.not_matched) if s.max is not None]
        if len(lows) < len(OUTCOMES) or len(highs) < len(OUTCOMES):
            return None
        return min(lows), max(highs)

    @property
    def counts(self) -> tuple[int, int]:
        """Matched and not matched: of the whole group where known, else of the summaries.

        Raises
        ------
        TableError
            If neither group counts nor both n are there.
        """
        if self.group_counts is not None:
            return self.group_counts
        if self.matched.n is None or self.not_matched.n is None:
            missing = [name for name in OUTCOMES if self.outcome(name).n is None]
            raise TableError(f"n missing for {' and '.join(missing)}", "n or group_counts")
        return self.matched.n, self.not_matched.n

    @property
    def base_n(self) -> int:
        """Number of applicants behind the base rate."""
        return sum(self.counts)

    @property
    def base_rate(self) -> float:
        """Match rate of all, a fraction of `base_n`.

        Raises
        ------
        TableError
            If nobody is in the table.
        """
        if self.base_n == 0:
            raise TableError("nobody in either outcome", "at least one applicant")
        return self.counts[0] / self.base_n

    def to_frame(self) -> pd.DataFrame:
        """Return a row per outcome with the printed digits."""
        import pandas as pd

        rows = []
        for position, name in enumerate(OUTCOMES):
            summary = self.outcome(name)
            digits = {each.name: summary.value(each.name) for each in fields(Summary)}
            extra = {
                "group_count": self.group_counts[position] if self.group_counts else None,
                "scale_low": self.scale[0] if self.scale else None,
                "scale_high": self.scale[1] if self.scale else None,
                "mean_unit": self.rounding.mean if self.rounding else None,
                "sd_unit": self.rounding.sd if self.rounding else None,
                "n_exact": self.n_exact,
            }
            rows.append(
                # The context's outcome says what matching means; here the column tells the rows.
                {k: v for k, v in context_columns(self.context).items() if k != "outcome"}
                | {"matched_means": self.context.outcome or None}
                | {"measure": self.measure, "outcome": name}
                | digits
                | extra
            )
        return pd.DataFrame(rows)

    @classmethod
    def from_records(cls, rows: Sequence[Record]) -> Self:
        """Make the table from a row per outcome.

        Raises
        ------
        TableError
            If a column or an outcome is missing, or the digits contradict each other.
        """
        for row in rows:
            cls._need(row, cls._columns)
        one_value(rows, "measure")
        for column in ("scale_low", "scale_high", "mean_unit", "sd_unit", "n_exact"):
            one_value([{column: str(row.get(column))} for row in rows], column)
        clean = {str(row["outcome"]): row for row in rows}
        if len(rows) != len(OUTCOMES) or set(clean) != set(OUTCOMES):
            raise TableError(
                f"outcomes {', '.join(str(row['outcome']) for row in rows)}",
                "one row matched, one row not_matched",
            )
        names = tuple(each.name for each in fields(Summary))
        summaries = {
            name: Summary(**{digit: row.get(digit) for digit in names})
            for name, row in clean.items()
        }
        first = clean["matched"]
        return cls(
            measure=str(first["measure"]),
            matched=summaries["matched"],
            not_matched=summaries["not_matched"],
            **_frame_extras(clean),
            # Here the column named outcome tells the rows.
            context=one_context([{**row, "outcome": row.get("matched_means")} for row in rows]),
        )


def _is_whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _frame_extras(rows: dict[str, Record]) -> dict[str, Any]:
    """Read the columns beside the digits; each may be absent."""
    first = rows["matched"]
    groups = [rows[name].get("group_count") for name in OUTCOMES]
    low, high = first.get("scale_low"), first.get("scale_high")
    mean_unit, sd_unit = first.get("mean_unit"), first.get("sd_unit")
    rounding = None
    if mean_unit is not None and sd_unit is not None:
        rounding = Rounding(mean=mean_unit, sd=sd_unit)
    if groups.count(None) == 1:
        raise TableError("group_count of one outcome only", "both or none")
    exact = first.get("n_exact")
    return {
        "group_counts": None if None in groups else tuple(groups),
        "scale": None if low is None or high is None else (int(low), int(high)),
        "rounding": rounding,
        "n_exact": False if exact is None else yes_or_no(exact, "n_exact"),
    }
