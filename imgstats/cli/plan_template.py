"""``imgstats plan template``: a file of programs to fill in."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["template"]


def template(
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Its name, .csv or .xlsx, or a folder; nothing is written over.",
        ),
    ] = None,
) -> None:
    """Write a file of programs to fill in, programs.csv if no name is given.

    Two rows in it are made up and say so. No program data are shipped: the file is your own.

    Example: imgstats plan template --out programs.xlsx
    """
    from imgstats.strategy.programs.template import new_programs_file

    place = new_programs_file(out)
    typer.echo(str(place))
    typer.echo("delete the made-up rows and put in the programs that you looked up", err=True)
