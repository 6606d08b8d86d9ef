"""``imgstats cite``: how to cite the software and its sources."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["cite"]


def cite(
    bibtex: Annotated[bool, typer.Option("--bibtex", help="Print BibTeX.")] = False,
) -> None:
    """Print references: the software, and the sources that reports and plans rest on.

    What is not known of a source stays empty.

    Example: imgstats cite --bibtex
    """
    from imgstats.comparison.how_to_cite import as_bibtex, as_text

    typer.echo(as_bibtex() if bibtex else as_text())
