"""``imgstats explore``: one HTML file with the rates of every score, behind a slider."""

from __future__ import annotations

from typing import Annotated

import typer

from imgstats.extras import need_packages

__all__ = ["explore"]


def explore(
    out: Annotated[
        str, typer.Option("--out", metavar="FILE", help="The HTML file to write.")
    ] = "explore.html",
    specialty: Annotated[
        list[str] | None,
        typer.Option(
            "--specialty",
            metavar="NAME",
            help="A specialty to hold, may be repeated; all of the tables if not given.",
        ),
    ] = None,
) -> None:
    """Write one HTML file that shows the rates of every score, to open in a browser.

    It needs no server and asks for nothing; what is chosen in it is never sent.

    Example: imgstats explore --out explore.html
    """
    need_packages("reports")
    from imgstats.explore.page import write_explore

    typer.echo(f"{write_explore(out, specialty or ()).resolve()}")
