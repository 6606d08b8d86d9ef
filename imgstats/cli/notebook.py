"""``imgstats notebook``: the notebook behind the reports, for a page of one's own."""

from __future__ import annotations

from typing import Annotated

import typer

from imgstats.cli.parts.strict import StrictCommand

__all__ = ["app"]

app = typer.Typer(
    help=(
        "Copy the notebook that makes the reports, to change it.\n\n"
        "Example: imgstats notebook copy my_report.ipynb"
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Let a single command be called by its name."""


@app.command(cls=StrictCommand)
def copy(
    target: Annotated[
        str, typer.Argument(metavar="TARGET", help="A folder, or a name that ends in .ipynb.")
    ] = ".",
) -> None:
    """Copy the notebook that makes the reports; nothing is written over.

    Example: imgstats notebook copy my_report.ipynb
    """
    from imgstats.reporting.own.copying import copy_notebook

    typer.echo(f"{copy_notebook(target).resolve()}")
