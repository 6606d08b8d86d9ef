"""``imgstats data``: what tables there are, where they come from, and whether they still stand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from imgstats.cli.data import own as data_own
from imgstats.cli.data.shown import print_lines, print_rows, print_wrapped
from imgstats.cli.parts.progress import curve_progress
from imgstats.cli.parts.strict import StrictCommand
from imgstats.errors import InputError
from imgstats.grades import letter_legend, letter_words
from imgstats.wording import count_words

if TYPE_CHECKING:
    from imgstats.sources import Dataset

__all__ = ["app"]

app = typer.Typer(
    help=(
        "List, show, check and build the data, and add tables of your own.\n\n"
        "Example: imgstats data show sources"
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
)
for _command in (data_own.template, data_own.add, data_own.own, data_own.remove):
    app.command(cls=StrictCommand)(_command)
_ROWS = 5
# Where installers put packages.
_INSTALLED = {"site-packages", "dist-packages"}


@app.command("list", cls=StrictCommand)
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the raw tables with years, grades and what they hold, a line each.

    Example: imgstats data list
    """
    from imgstats.sources import catalogue

    found = catalogue().values()
    if as_json:
        typer.echo(json.dumps([_certificate(each) for each in found], indent=2))
        return
    rows = []
    for each in found:
        years = sorted({source.year for source in each.sources if source.year})
        trust = ", ".join(sorted({source.trust for source in each.sources}))
        rows.append((each.name, "-".join(dict.fromkeys(years[:1] + years[-1:])), trust, each.title))
    print_lines(("name", "years", "grade", "what it holds"), rows)
    print_wrapped([f"Grades: {letter_legend()}."])


def _certificate(item: Dataset) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "name": item.name,
        "row_is": item.row_is,
        "path": str(item.path),
        "sha256": item.sha256,
        "bytes": item.n_bytes,
        "sources": [asdict(each) for each in item.sources],
        "fields": [asdict(each) for each in item.fields],
    }


@app.command(cls=StrictCommand)
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A name from imgstats data list or data own.")
    ],
    rows: Annotated[int, typer.Option("--rows", min=0, help="How many rows to show.")] = _ROWS,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show a table's birth certificate and its first rows; one of your own with own:NAME too.

    Example: imgstats data show img_pgy1_match_by_year
    """
    from imgstats.sources import catalogue, dataset, read_raw

    if data_own.is_own(name, catalogue()):
        data_own.show_own(name, rows, as_json=as_json)
        return
    item = dataset(name)
    frame = read_raw(name)
    if as_json:
        text = frame.head(rows).to_json(orient="records", date_format="iso")
        typer.echo(json.dumps(_certificate(item) | {"rows": json.loads(text)}, indent=2))
        return
    typer.secho(item.title, bold=True)
    print_wrapped(_certificate_lines(item, len(frame)))
    typer.echo()
    print_rows(frame.head(rows))


def _certificate_lines(item: Dataset, n_rows: int) -> list[str]:
    from imgstats.comparison.citations import reference

    lines = [
        f"{count_words(n_rows, 'row')}. {item.row_is}",
        f"file: {item.path}",
        f"sha256: {item.sha256}",
    ]
    for each in item.sources:
        address = f" {each.url}" if each.url else ""
        lines.append(f"source: {reference(each)}{address}")
        lines.append(f"  grade {letter_words(each.trust)}: {each.how_obtained}")
        if each.caveats:
            lines.append(f"  caveats: {each.caveats}")
    for column in item.fields:
        unit = f" [{column.unit}]" if column.unit else ""
        lines.append(f"  {column.name} ({column.type}){unit}: {column.description}")
    return lines


@app.command(cls=StrictCommand)
def check() -> None:
    """Verify hashes, schemas, printed totals, the built tables and the curves.

    Example: imgstats data check
    """
    from imgstats.curves.checks import check_curves
    from imgstats.sources import check as run_checks
    from imgstats.sources import require_ok

    results = [*run_checks(), *check_curves()]
    require_ok(results)
    tables = len({each.dataset for each in results})
    typer.echo(f"{len(results)} checks of {tables} tables and records passed")


@app.command(cls=StrictCommand)
def build(
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            metavar="N",
            help="Processes that fit curves; as many as there are processors when not given.",
        ),
    ] = None,
) -> None:
    """Write data/processed from the raw tables; the same input gives the same bytes.

    Curves of tables that did not change are kept; fitting all again takes some minutes. The data of
    an installed package are left as they are: set IMGSTATS_DATA_ROOT to a copy.

    Example: imgstats data build --workers 2
    """
    _refuse_installed()
    from imgstats.sources import build as run_build

    for path in run_build():
        typer.echo(str(path))

    from imgstats.curves.build import build_curves

    with curve_progress() as show:
        done = build_curves(workers=workers, progress=show)
    for path in done.files:
        typer.echo(str(path))
    typer.echo(
        f"curves: {done.fitted} fitted, {done.kept} kept as they were; "
        f"{done.without} tables print too little for one"
    )


def _refuse_installed() -> None:
    """Refuse to write into an installed package, whose files are its installer's."""
    from imgstats.sources.locations import DATA_ROOT_VARIABLE, PACKAGE, data_root

    root = data_root().resolve()
    if PACKAGE not in root.parents and not _INSTALLED & set(root.parts):
        return
    raise InputError(
        f"the data folder {root} is part of an installed package",
        "a data folder of your own, or that of a clone",
        f"copy it, such as to my_data, and set {DATA_ROOT_VARIABLE}=my_data",
    )
