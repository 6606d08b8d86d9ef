"""`OutcomeSummary`: a measure of the matched and of the not matched, summarised by few digits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Self

from imgstats.errors import TableError
from imgstats.measures import measure_of
from imgstats.tables.context import Context
from imgstats.tables.digits import ORDER_STATISTICS, Rounding, Summary
from imgstats.tables.feasible import Known, check_feasible
from imgstats.tables.measured import UNSAID, Measured, measure_columns, one_measure
from imgstats.tables.steps import is_multiple, moment_unit, near_multiple, summary_step
from imgstats.tables.tidy import TidyTable, context_columns, one_context, one_of
from imgstats.tables.validation import count, number, yes_or_no

if TYPE_CHECKING:
    import pandas as pd

    from imgstats.measures import Measure
    from imgstats.sources.tabular import Record

__all__ = ["OUTCOMES", "OutcomeSummary"]

OUTCOMES = ("matched", "not_matched")
# Columns that hold one value for both outcomes.
_SHARED = ("scale_low", "scale_high", "mean_unit", "sd_unit", "quartile_unit", "n_exact")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSummary(Measured, TidyTable):
    """A measure summarised separately for the matched and for the not matched.

    Parameters
    ----------
    measure : str or Measure
        Name of the measure, such as ``step2_ck``, or what is known of one of your own. Once made,
        a table has the name here and the rest in `of`.
    matched, not_matched : Summary
        Printed digits of each outcome.
    group_counts : (int, int), optional
        Matched and not matched of the whole group, where the summaries are about a part of it
        (in the 2026 report: those who consented to research).
    scale : (float, float), optional
        Lowest and highest value anybody in the table can have, such as 209 and 300 for Step 2 CK
        in 2026. Where it is missing, an estimator takes an extreme that both outcomes print alike
        for an end of the scale, and else the measure's limits.
    rounding : Rounding, optional
        Rounding units of mean and sd. Default: those of the measure, or the last printed place.
    n_exact : bool
        Whether the printed n is the number who reported this very measure. In the 2026 report it
        is not always (medians with a half stand at an odd n).
    context : Context, optional
        Which people, which outcome, which source.
    of : Measure, optional
        What is known of the measure. Default: `measure` itself, or that of its name.

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

    Another exam, such as COMLEX Level 2-CE with its scores from 9 to 999, is a measure of its own:

    >>> from imgstats.measures import Measure
    >>> comlex = OutcomeSummary(
    ...     measure=Measure("comlex_level_2", label="COMLEX Level 2-CE", low=9, high=999, step=1),
    ...     matched=Summary(n=40, min=431, q1=522, median=561, q3=614, max=760),
    ...     not_matched=Summary(n=25, min=402, q1=468, median=507, q3=549, max=672),
    ... )
    >>> comlex.measure, comlex.of.label, comlex.extremes
    ('comlex_level_2', 'COMLEX Level 2-CE', (402.0, 760.0))
    """

    _columns: ClassVar[tuple[str, ...]] = ("measure", "outcome", "n")

    measure: Any
    matched: Summary
    not_matched: Summary
    group_counts: tuple[int, int] | None = None
    scale: tuple[float, float] | None = None
    rounding: Rounding | None = None
    n_exact: bool = False
    context: Context = field(default_factory=Context)
    of: Measure = UNSAID

    def __post_init__(self) -> None:
        """Check group counts and scale, and fill defaults that follow from the measure."""
        self._take_measure()
        with self.words.telling():
            self._check()

    def _check(self) -> None:
        if self.rounding is None:
            object.__setattr__(self, "rounding", self._usual_rounding())
        if self.group_counts is not None:
            object.__setattr__(self, "group_counts", self._checked_counts(self.group_counts))
        if self.scale is not None:
            object.__setattr__(self, "scale", self._checked_scale(self.scale))
        for name in OUTCOMES:
            self._check_steps(name)
            check_feasible(self.outcome(name), self._known(self.rounding or Rounding()), name)

    def _usual_rounding(self) -> Rounding:
        of, sides = self.of, (self.matched, self.not_matched)
        mean, sd = of.mean_unit, of.sd_unit
        return Rounding(
            mean=moment_unit(sides, "mean") if mean is None else mean,
            sd=moment_unit(sides, "sd") if sd is None else sd,
        )

    @property
    def step(self) -> float:
        """Distance of two neighbouring values: the measure's own, or as the digits print it.

        Examples
        --------
        >>> side = Summary(n=40, q1=3.1, median=3.4, q3=3.7)
        >>> OutcomeSummary(measure="gpa", matched=side, not_matched=side).step
        0.01
        """
        told = self.of.step
        return summary_step((self.matched, self.not_matched)) if told is None else told

    @property
    def origin(self) -> float:
        """A value of the measure, from which all others lie whole steps away."""
        step, order = self.step, []
        for side in (self.matched, self.not_matched):
            order += [each for digit in ORDER_STATISTICS if (each := side.value(digit)) is not None]
        low = self.of.low
        if low is not None or self.scale is not None:
            return self.scale[0] if low is None and self.scale is not None else low or 0.0
        if not order or all(is_multiple(each, step / 2) for each in order):
            return 0.0
        return min(order)

    def _check_steps(self, name: str) -> None:
        """Refuse an extreme that a step that was given does not reach: no average makes one."""
        step = self.of.step
        if step is None or self.of == measure_of(self.measure):
            return
        for digit in ("min", "max"):
            value = self.outcome(name).value(digit)
            if value is not None and not near_multiple(value, self.origin, step):
                raise TableError(
                    f"{name}: {digit} {value:g} is no value of a {self.measure} in steps of "
                    f"{step:g}",
                    "values that lie whole steps apart",
                    "give the measure its step: Measure(name, step=...)",
                )

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
                    f"{name}: n {part} above the whole group's {total} by {part - total}",
                    "a summary of the group or of a part of it",
                    "check both; where n was rounded, give the group's number as n",
                )
        return clean

    def _checked_scale(self, scale: tuple[float, float]) -> tuple[float, float]:
        ends = scale if isinstance(scale, Sequence) and not isinstance(scale, str) else ()
        if len(ends) != len(OUTCOMES):
            raise TableError(f"scale {scale!r}", "two numbers, the lowest and the highest")
        low, high = (_whole_if(number(each, "scale")) for each in ends)
        if low >= high:
            raise TableError(f"scale {low:g}..{high:g}", "lowest below highest")
        start, step = self.of.low or 0.0, self.of.step
        if step is not None and not all(is_multiple(end - start, step) for end in (low, high)):
            raise TableError(
                f"scale {low:g}..{high:g} of {self.measure} in steps of {step:g}",
                f"ends that lie whole steps from {start:g}",
            )
        for name in OUTCOMES:
            summary = self.outcome(name)
            for digit in ORDER_STATISTICS:
                value = summary.value(digit)
                if value is not None and not low <= value <= high:
                    raise TableError(
                        f"{name}: {digit} {value:g} outside the scale {low:g}..{high:g}",
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
            raise TableError("nobody in either outcome", "at least one person")
        return self.counts[0] / self.base_n

    def _told_unit(self) -> float | None:
        return None if self.rounding is None else self.rounding.quartile

    def to_frame(self) -> pd.DataFrame:
        """Return a row per outcome with the printed digits."""
        import pandas as pd

        rows = []
        for position, name in enumerate(OUTCOMES):
            summary = self.outcome(name)
            digits = {each.name: summary.value(each.name) for each in fields(Summary)}
            extra = measure_columns(self.of) | {
                "group_count": self.group_counts[position] if self.group_counts else None,
                "scale_low": self.scale[0] if self.scale else None,
                "scale_high": self.scale[1] if self.scale else None,
                "mean_unit": self.rounding.mean if self.rounding else None,
                "sd_unit": self.rounding.sd if self.rounding else None,
                **({"quartile_unit": unit} if (unit := self._told_unit()) is not None else {}),
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
        of = one_measure(rows)
        for column in _SHARED:
            one_of(column, list(dict.fromkeys(str(row.get(column)) for row in rows)))
        clean = {str(row["outcome"]): row for row in rows}
        if len(rows) != len(OUTCOMES) or set(clean) != set(OUTCOMES):
            raise TableError(
                f"outcomes {', '.join(str(row['outcome']) for row in rows)}",
                "one row matched, one row not_matched",
            )
        names = tuple(each.name for each in fields(Summary))
        with of.words.telling():
            summaries = {
                name: Summary(**{digit: row.get(digit) for digit in names})
                for name, row in clean.items()
            }
        return cls(
            measure=of.name,
            of=of,
            matched=summaries["matched"],
            not_matched=summaries["not_matched"],
            **_frame_extras(clean),
            # Here the column named outcome tells the rows.
            context=one_context([{**row, "outcome": row.get("matched_means")} for row in rows]),
        )


def _whole_if(value: float) -> float:
    return int(value) if value.is_integer() else value


def _frame_extras(rows: dict[str, Record]) -> dict[str, Any]:
    """Read the columns beside the digits; each may be absent."""
    first = rows["matched"]
    groups = [rows[name].get("group_count") for name in OUTCOMES]
    low, high = first.get("scale_low"), first.get("scale_high")
    mean_unit, sd_unit = first.get("mean_unit"), first.get("sd_unit")
    rounding = None
    if mean_unit is not None and sd_unit is not None:
        rounding = Rounding(mean=mean_unit, sd=sd_unit, quartile=first.get("quartile_unit"))
    if groups.count(None) == 1:
        raise TableError("group_count of one outcome only", "both or none")
    exact = first.get("n_exact")
    return {
        "group_counts": None if None in groups else tuple(groups),
        "scale": None if low is None or high is None else (low, high),
        "rounding": rounding,
        "n_exact": False if exact is None else yes_or_no(exact, "n_exact"),
    }
