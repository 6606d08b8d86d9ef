"""Practice histories of simulated people, and what the package says of them.

A person has a level. A form's score is the level of its day plus what the form adds; the real score
is the level of the exam's day plus the error of the exam. The errors are those that the package
reads from its tables, so nothing here is typed twice.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from imgstats import PublishedTables
from imgstats.strategy.practice_file import PracticeTest
from imgstats.strategy.readiness.forms import form_of
from imgstats.strategy.readiness.model import combine, outlook
from imgstats.strategy.readiness.sizes import Sizes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imgstats.strategy.readiness.records import Outlook

__all__ = ["CELLS", "COLUMNS", "HISTORIES", "SEED", "Cell", "load", "run_cell", "write"]

RESULTS = Path(__file__).with_name("results.csv")
HISTORIES = 2_000
SEED = 20_261_130
# Levels are drawn far from the ends of the scale, which cut no interval there.
_MIDDLE, _SPREAD = 240.0, 12.0
_SCALE = (0.0, 500.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One kind of history.

    Attributes
    ----------
    forms : int
        Practice forms.
    rise : float
        Points a week that the level rises; the package assumes none.
    weeks : int
        The forms lie evenly over so many weeks, the last of them a week before the exam.
    alike : float
        Correlation of what the forms add.
    """

    forms: int
    rise: float = 0.0
    weeks: int = 4
    alike: float = 0.0

    @property
    def name(self) -> str:
        """A name, by which its random numbers are drawn."""
        return f"k{self.forms}-rise{self.rise:g}-weeks{self.weeks}-alike{self.alike:g}"


_FORMS = (1, 2, 3, 5)
CELLS = (
    *(Cell(forms=k) for k in _FORMS),
    *(Cell(forms=k, rise=r, weeks=w) for k in (1, 3, 5) for r in (0.5, 1.0, 2.0) for w in (4, 8)),
    *(Cell(forms=k, alike=rho) for k in _FORMS[1:] for rho in (0.25, 0.5, 1.0)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came out of a cell.

    Attributes
    ----------
    cell, forms, rise, weeks, alike, histories
        The cell, and how many histories were drawn.
    holds_50, holds_90 : float
        Share of histories whose interval holds the real score, fractions.
    together_90 : float
        The same of the 90 % interval for forms that all err alike.
    bias : float
        Mean of combined minus real score, points.
    width_90 : float
        Mean width of the 90 % interval, points.
    """

    cell: str
    forms: int
    rise: float
    weeks: int
    alike: float
    histories: int
    holds_50: float
    holds_90: float
    together_90: float
    bias: float
    width_90: float


COLUMNS = [each.name for each in fields(Result)]


def run_cell(cell: Cell, histories: int = HISTORIES) -> Result:
    """Draw histories and ask the package; the same cell has the same random numbers."""
    of_exam, adds = _errors()
    numbers = np.random.default_rng([SEED, *cell.name.encode()])
    end = numbers.normal(_MIDDLE, _SPREAD, histories)
    shared = numbers.standard_normal((histories, 1)) * cell.alike**0.5
    own = numbers.standard_normal((histories, cell.forms)) * (1 - cell.alike) ** 0.5
    before = np.linspace(cell.weeks, 1, cell.forms) if cell.forms > 1 else np.array([cell.weeks])
    scores = end[:, None] - cell.rise * before + adds * (shared + own)
    real = end + numbers.normal(0, of_exam, histories)
    said = [_said(list(map(float, row)), of_exam, adds) for row in scores]
    apart, together = zip(*said, strict=True)
    return Result(
        cell=cell.name,
        forms=cell.forms,
        rise=cell.rise,
        weeks=cell.weeks,
        alike=cell.alike,
        histories=histories,
        holds_50=_held(apart, real, 50),
        holds_90=_held(apart, real, 90),
        together_90=_held(together, real, 90),
        bias=float(np.mean([each.mean for each in apart] - real)),
        width_90=float(np.mean([each.high_90 - each.low_90 for each in apart])),
    )


def _held(outlooks: Sequence[Outlook], real: np.ndarray, level: int) -> float:
    """Return the share of real scores that lie in the interval of a level, in per cent."""
    low, high = (
        np.array([getattr(each, f"{end}_{level}") for each in outlooks]) for end in ("low", "high")
    )
    return float(np.mean((low <= real) & (real <= high)))


def _errors() -> tuple[float, float]:
    """Return the error of the exam and what an official form adds, as the package reads them."""
    import datetime as dt

    sizes = Sizes(PublishedTables(), "step2_ck", {})
    test = PracticeTest(line=2, day=dt.date(2026, 11, 1), form=form_of("NBME 9"), score=240.0)
    return sizes.of_exam, sizes.find(test).adds


def _said(scores: list[float], of_exam: float, adds: float) -> tuple[Outlook, Outlook]:
    """Return both distributions of the real score that the package makes of some scores."""
    found = combine(scores, [adds] * len(scores))
    one, two = (
        outlook(
            found.mean,
            (error**2 + of_exam**2) ** 0.5,
            passing=None,
            target=None,
            ends=_SCALE,
        )
        for error in (found.apart, found.alike)
    )
    return one, two


def write(results: Iterator[Result], path: Path = RESULTS) -> None:
    """Write a row for each result."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for each in results:
            cells = [getattr(each, name) for name in COLUMNS]
            writer.writerow([f"{x:.4f}" if name in COLUMNS[6:] else x
                             for name, x in zip(COLUMNS, cells, strict=True)])  # fmt: skip


def load(path: Path = RESULTS) -> dict[str, Result]:
    """Return what was written, by cell."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Result(
                cell=row["cell"],
                forms=int(row["forms"]),
                weeks=int(row["weeks"]),
                histories=int(row["histories"]),
                **{
                    name: float(row[name])
                    for name in COLUMNS
                    if name not in ("cell", "forms", "weeks", "histories")
                },
            )
            for row in csv.DictReader(file)
        ]
    return {each.cell: each for each in rows}
