"""``imgstats estimate``: the historical rate for one applicant's numbers."""

from __future__ import annotations

import warnings
from typing import Annotated

import typer

from imgstats.cli.parts.options import ApplicantFile, Asked, takes_applicant

__all__ = ["estimate"]


@takes_applicant
def estimate(
    file: ApplicantFile = None,
    *,
    asked: Asked,
    full: Annotated[
        bool,
        typer.Option("--full", help="Print the calculation, all curves, evidence and sources."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document and nothing else.")
    ] = False,
) -> None:
    """Show the historical match rate at a score, with its interval, on one screen.

    The applicant comes from a file or from options; --full prints all that is known.

    Example: imgstats estimate --group non-us-img --step2-ck 242
    """
    applicant, choices = asked.applicant(file), asked.choices()
    from imgstats.comparison import compare
    from imgstats.errors import ImgstatsWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)  # shown as notes
        comparison = compare(applicant, **choices.keywords())
    if as_json:
        typer.echo(comparison.to_json())
    elif full:
        from imgstats.cli.parts.full_answer import print_full

        print_full(comparison)
    else:
        from imgstats.cli.parts.screen import print_screen
        from imgstats.comparison.shown.brief import brief

        print_screen(brief(comparison))
