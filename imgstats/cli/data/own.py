"""``imgstats data add | template | own | remove``: a user's own tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgstats.cli.data.shown import print_rows, print_wrapped
from imgstats.cli.parts.options import (
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
from imgstats.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from imgstats.own_tables import Certificate, OwnTable

__all__ = ["add", "own", "remove", "template"]

# Bands that are named when a table was added.
_BANDS = 5
_SEE_FIT = "none; see fit"
_KINDS = "band, summary, count or share"
_NEED_MEASURE = "a band and a summary need a measure"
_OF_ANSWERS = " Not needed with a measure of your own."


def add(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The table as a .csv or .xlsx file.")
    ],
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help=f"{_KINDS}; {_NEED_MEASURE}.")
    ],
    source: Annotated[
        str, typer.Option("--source", metavar="TEXT", help="Where the numbers stand in print.")
    ],
    year: Annotated[
        str, typer.Option("--year", metavar="YEAR", help="Year of the table, or 2020-2024.")
    ],
    group: Annotated[
        str,
        typer.Option("--group", metavar="GROUP", help=f"non-us-img or us-img.{_OF_ANSWERS}"),
    ] = "",
    specialty: Annotated[
        str,
        typer.Option(
            "--specialty", metavar="NAME", help=f"Specialty as the tables print it.{_OF_ANSWERS}"
        ),
    ] = "",
    measure: MeasureName = "",
    step: Step = None,
    low: Low = None,
    high: High = None,
    rate: RateWord = "",
    people: People = "",
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="Name; that of the file if not given.")
    ] = "",
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome",
            metavar="TEXT",
            help="What counts as matched; of a measure of your own two words, as passed/failed.",
        ),
    ] = "",
    population: Annotated[
        str, typer.Option("--population", metavar="TEXT", help="Whom the table counts.")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the table of that name.")
    ] = False,
    suppressed_below: SuppressedBelow = 0,
    join_suppressed: JoinSuppressed = False,
    sheet: Sheet = "",
) -> None:
    """Add a table of your own: check it, copy it and keep where it comes from.

    A table of another measure is kept too: no answer for an applicant reads it, and `imgstats fit
    own:NAME` answers for it.

    Example: imgstats data add attempts.csv --kind band --measure attempts --source "Report X" \
--year 2026 --group non-us-img --specialty "Internal Medicine"
    """
    from imgstats.own_tables import OWN_MEASURES, OwnTables
    from imgstats.own_tables.about import measure_said
    from imgstats.own_tables.kinds import OWN_KINDS
    from imgstats.own_tables.uses import is_own_measure, used_in

    may_be_own = kind in OWN_KINDS and measure not in OWN_MEASURES
    words = outcome if may_be_own else ""
    said = measure_said(
        measure, step=step, low=low, high=high, outcome=words, rate=rate, people=people
    )
    added = OwnTables().add(
        file,
        kind=kind,
        measure=said,
        source=source,
        year=year,
        group=group,
        specialty=specialty,
        name=name,
        outcome="" if may_be_own else outcome,
        population=population,
        replace=replace,
        suppressed_below=suppressed_below,
        join_suppressed=join_suppressed,
        sheet=sheet,
    )
    for line in added.said:
        typer.echo(line)
    typer.echo(added.certificate.words.say(_summary_line(added)))
    if is_own_measure(added.measure):
        typer.echo(used_in(added.certificate, ()))


def _summary_line(added: OwnTable) -> str:
    """Say what was understood, so that a slip shows."""
    from imgstats.tables import BandTable, CountTable, OutcomeSummary, ShareTable
    from imgstats.wording import thousands, thousands_range

    table = added.table
    if isinstance(table, BandTable):
        what = ", ".join(each.label for each in table.bands[:_BANDS])
        more = len(table.bands) - _BANDS
        what += f" and {more} more bands" if more > 0 else ""
        ends = (sum(each.n_range[at] for each in table.bands) for at in (0, 1))
        what += f"; {thousands_range(*ends)} applicants"
    elif isinstance(table, CountTable):
        what = f"{thousands(table.matched)} of {thousands(table.n)} matched"
    elif isinstance(table, OutcomeSummary):
        what = f"matched n {table.matched.n}, not matched n {table.not_matched.n}"
    else:
        assert isinstance(table, ShareTable)  # noqa: S101  for mypy
        what = f"{len(table.shares)} answers to: {table.question}"
    measure = f" of {added.measure}" if added.measure else ""
    return f"added {added.name}: {added.kind}{measure}; {what}"


def template(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"{_KINDS}.")],
    of_own: Annotated[
        bool,
        typer.Option("--own", help="Of a measure of your own: the file says its scale and words."),
    ] = False,
) -> None:
    """Print an example file of a kind, with made-up numbers to replace by yours.

    Example: imgstats data template band
    """
    from imgstats.own_tables import template as text

    typer.echo(text(kind, own=of_own), nl=False)


def own(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the tables that were added on this machine, and where answers use each.

    Example: imgstats data own
    """
    from dataclasses import asdict

    from imgstats.own_tables import OwnTables
    from imgstats.own_tables.uses import is_own_measure, used_in

    tables = OwnTables()
    found = tables.certificates()
    used = [used_in(each, found) for each in found]
    if as_json:
        rows = [asdict(each) | {"used_in": where} for each, where in zip(found, used, strict=True)]
        typer.echo(json.dumps(rows, indent=2))
        return
    if not found:
        typer.echo(f"no table was added; they would stand in {tables.folder}")
        return
    _print_list(found, used)
    if any(is_own_measure(each.measure) for each in found):
        typer.echo(f"\n{_SEE_FIT}: no report uses it; `imgstats fit own:NAME` answers for it")
    typer.echo(f"\nin {tables.folder}; `imgstats data show NAME` prints the rows of one")


def _print_list(found: Sequence[Certificate], used: Sequence[str]) -> None:
    """Print a row for each table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from imgstats.own_tables.uses import is_own_measure

    table = Table(box=None, pad_edge=False)
    names = ("name", "kind", "measure", "year", "group", "specialty", "added", "source")
    for name in (*names, "used in"):
        table.add_column(name, no_wrap=name in {"name", "group"}, overflow="fold")
    for each, where in zip(found, used, strict=True):
        cells = {name: str(getattr(each, name)) for name in names}
        cells["kind"] += _hiding_words(each)
        # As plain text: what a user wrote may look like markup.
        short = _SEE_FIT if is_own_measure(each.measure) else where
        table.add_row(*(Text(cell) for cell in (*cells.values(), short)))
    Console(highlight=False).print(table)


def is_own(name: str, shipped: Collection[str]) -> bool:
    """Say whether a name is of an own table: it says so, or no table of the package has it."""
    from imgstats.own_tables import OwnTables
    from imgstats.own_tables.certificate import OWN

    return name.startswith(OWN) or (name not in shipped and name in OwnTables().names)


def show_own(name: str, rows: int, *, as_json: bool) -> None:
    """Print an own table's certificate and its first rows, as they stand in its file."""
    from dataclasses import asdict

    import pandas as pd

    from imgstats.own_tables import OwnTables
    from imgstats.own_tables.about import ABOUT
    from imgstats.own_tables.certificate import OWN
    from imgstats.own_tables.uses import used_in
    from imgstats.tables.summary import OUTCOMES

    tables = OwnTables()
    found = tables.named(name.removeprefix(OWN))
    words = found.certificate.words
    cells = [
        {
            words.of(name) if name in OUTCOMES else name: cell
            for name, cell in each.cells.items()
            if name not in ABOUT
        }
        for each in found.rows[:rows]
    ]
    if as_json:
        typer.echo(json.dumps(asdict(found.certificate) | {"rows": cells}, indent=2))
        return
    typer.secho(found.name, bold=True)
    use = used_in(found.certificate, tables.certificates())
    about = _about_lines(found.certificate, use)
    counted = count_words(len(found.rows), "row")
    print_wrapped([f"{counted}, as read.", *about, *found.said])
    typer.echo()
    print_rows(pd.DataFrame(cells))


def _about_lines(certificate: Certificate, use: str) -> Iterator[str]:
    """Yield what is known of a table, a line each."""
    from dataclasses import asdict

    about = asdict(certificate) | {"used in": use}
    del about["name"]
    of_measure = about.pop("about")
    for key, value in (about | of_measure).items():
        # The low end of a scale may be 0; a 0 elsewhere says that nothing was said.
        if value or (key in of_measure and value == 0 and value is not False):
            yield f"{key.replace('_', ' ')}: {value}"


def _hiding_words(certificate: Certificate) -> str:
    """Return what was said of hidden counts when the table was added."""
    below = certificate.suppressed_below
    said = [f"counts under {below} hidden"] if below else []
    said += ["bands joined"] if certificate.joined else []
    return f" ({', '.join(said)})" if said else ""


def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name from imgstats data own.")],
) -> None:
    """Remove a table that was added.

    Example: imgstats data remove attempts
    """
    from imgstats.own_tables import OwnTables

    OwnTables().remove(name)
    typer.echo(f"removed {name}")
