"""``imgstats fit``: any table of any measure, fitted and told in its own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgstats.cli.parts.options import (
    REQUIRED,
    High,
    JoinSuppressed,
    Low,
    MeasureName,
    People,
    RateWord,
    Sheet,
    Step,
    SuppressedBelow,
)
from imgstats.errors import InputError
from imgstats.extras import need_packages
from imgstats.files.figures import check_figure

if TYPE_CHECKING:
    from imgstats.fitting import Fit
    from imgstats.measures import Measure
    from imgstats.own_tables.cells.marks import HidesCounts
    from imgstats.own_tables.reading import Row
    from imgstats.tables import BandTable, OutcomeSummary

__all__ = ["fit"]

_CREATOR = "imgstats fit"
_MORE = "--json prints all of it; --plot FILE.svg draws the curve."


def fit(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="The table as .csv or .xlsx, or own:NAME of one that was added."
        ),
    ],
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help=f"summary or band.{REQUIRED}")
    ] = "",
    measure: MeasureName = "",
    step: Step = None,
    low: Low = None,
    high: High = None,
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome",
            metavar="WORD/WORD",
            help="Both outcomes, first the one whose rate it is, such as passed/failed.",
        ),
    ] = "",
    rate: RateWord = "",
    people: People = "",
    at: Annotated[
        list[float] | None,
        typer.Option("--at", metavar="VALUE", help="A value to answer for; may be repeated."),
    ] = None,
    level: Annotated[
        float, typer.Option("--level", metavar="PART", help="Level of the intervals.")
    ] = 0.95,
    suppressed_below: SuppressedBelow = 0,
    join_suppressed: JoinSuppressed = False,
    sheet: Sheet = "",
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw the curve: .svg, .png or .pdf."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document and nothing else.")
    ] = False,
) -> None:
    """Fit a table of any measure and outcome and say its rates; nothing is kept.

    Example: imgstats fit grades.csv --kind band --measure gpa --step 0.01 --low 0 --high 4 \
--outcome passed/failed --at 3.2
    """
    from imgstats.levels import check_level
    from imgstats.own_tables.about import measure_said
    from imgstats.own_tables.cells.marks import HidesCounts

    check_level(level)
    if plot is not None:
        need_packages("reports", "matplotlib", "PIL", otherwise="leave --plot out")
        check_figure(plot, _CREATOR, [file], todo="choose another place with --plot")
    said = measure_said(
        measure, step=step, low=low, high=high, outcome=outcome, rate=rate, people=people
    )
    hides = HidesCounts(below=suppressed_below, join=join_suppressed)
    table, lines, assumed = _read(file, kind, said, hides=hides, sheet=sheet, outcome=outcome)
    from imgstats.fitting import fit as fit_table
    from imgstats.fitting.asked import check_points

    asked = list(dict.fromkeys(at or ())) or None
    if asked:
        check_points(asked, table, "--at")
    found = fit_table(table, asked, level=level)
    drawn = None
    if plot is not None:
        from imgstats.fitting.figure import save_figure

        drawn = save_figure(found, plot, creator=_CREATOR)
    _show(found, lines, assumed=assumed, plot=plot, drawn=drawn, as_json=as_json)


def _read(
    file: Path, kind: str, said: Measure | str, *, hides: HidesCounts, sheet: str, outcome: str
) -> tuple[BandTable | OutcomeSummary, tuple[str, ...], str]:
    """Return a table, the lines on how it was read, and what was assumed of it."""
    from imgstats.own_tables import OwnTables
    from imgstats.own_tables.cells.marks import NOTHING_HIDDEN
    from imgstats.own_tables.certificate import OWN
    from imgstats.own_tables.tabled import read_table
    from imgstats.tables import BandTable, OutcomeSummary

    if not str(file).startswith(OWN):
        if not kind:
            raise InputError("--kind is missing", "summary or band", "add --kind band")
        read = read_table(file, kind=kind, measure=said, hides=hides, sheet=sheet)
        assert isinstance(read.table, BandTable | OutcomeSummary)  # noqa: S101  for mypy
        return read.table, read.said, _assumed(read.table, outcome, read.rows[0])
    # One that was added says all of itself.
    found = OwnTables().named(str(file).removeprefix(OWN))
    if not isinstance(found.table, BandTable | OutcomeSummary):
        raise InputError(f"{file} is a {found.kind}", "a summary or a band")
    if said or kind not in {"", found.kind} or sheet or hides != NOTHING_HIDDEN:
        raise InputError(
            f"options about {file}",
            "none: it was added with them",
            "leave out what tells the table; --at, --level, --plot and --json may stay",
        )
    return found.table, found.said, ""


def _assumed(table: BandTable | OutcomeSummary, outcome: str, first: Row) -> str:
    """Return what neither an option nor the file said: the outcomes' words, the measure's name."""
    from imgstats.measures import MEASURES, OutcomeWords
    from imgstats.own_tables.about import UNNAMED

    usual, parts = OutcomeWords(), {}
    told = outcome or first.cells.get("outcome_yes") or table.measure in MEASURES
    if not told and (table.words.yes, table.words.no) == (usual.yes, usual.no):
        parts["--outcome"] = f"outcomes {usual.yes}/{usual.no}"
    if table.measure == UNNAMED:
        parts["--measure"] = f"measure '{UNNAMED}'"
    if not parts:
        return ""
    what = " and ".join(parts.values())
    return f"Assumed: {what}, as the file has them: {' and '.join(parts)}."


def _show(
    found: Fit,
    said: tuple[str, ...],
    *,
    assumed: str,
    plot: Path | None,
    drawn: str | None,
    as_json: bool,
) -> None:
    """Print a fit on one screen or as JSON."""
    from imgstats.cli.parts.screen import print_screen
    from imgstats.fitting.shown import brief_of, not_known

    if as_json:
        shown = found.to_dict() | {"read": list(said), "not_known": list(not_known(found))}
        shown |= {"assumed": assumed or None}
        shown |= {"plot": str(plot) if plot else None, "plot_shows": drawn}
        typer.echo(json.dumps(shown, indent=2, allow_nan=False))
        return
    for line in said:
        typer.echo(line, err=True)
    print_screen(
        brief_of(found, assumed),
        f"{plot} shows the curve; --json prints all of it." if plot else _MORE,
    )
