"""``imgstats readiness``: practice tests, and what they say of the real score."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgstats.cli.parts.options import REQUIRED

__all__ = ["readiness"]

_MORE = "--json has every part, grade, criterion and source."


def readiness(
    practice: Annotated[
        Path,
        typer.Argument(
            metavar="PRACTICE", help="CSV with the columns date, form, score and, if wanted, error."
        ),
    ],
    exam: Annotated[
        str | None,
        typer.Option("--exam", metavar="EXAM", help=f"step1, step2-ck or step3.{REQUIRED}"),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--target", metavar="SCORE", help="Such as 245 or 240-250; not for step1."),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="Day of the exam, such as 2027-06-15."),
    ] = None,
    today: Annotated[
        str | None,
        typer.Option("--today", metavar="DATE", help="Answer as of this day; today if not given."),
    ] = None,
    error: Annotated[
        list[str] | None,
        typer.Option(
            "--error",
            metavar="FORM=POINTS",
            help="Standard deviation of form minus real score that you assume; may be repeated.",
        ),
    ] = None,
    drift: Annotated[
        str | None,
        typer.Option(
            "--drift", metavar="POINTS", help="Points a week that you assume until the exam."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document and nothing else.")
    ] = False,
) -> None:
    """Show what practice tests say of the real score, with its interval, on one screen.

    Example: imgstats readiness examples/practice.csv --exam step2-ck
    """
    import datetime as dt

    from imgstats.errors import InputError
    from imgstats.strategy.practice_file import UNSCORED, exam_of, read_practice
    from imgstats.strategy.readiness.assess import readiness as assess
    from imgstats.strategy.readiness.records import Sitting
    from imgstats.strategy.readiness.sizes import errors_from
    from imgstats.strategy.situation import exam_day_of, target_of
    from imgstats.tables.published import PublishedTables
    from imgstats.text import plain_number, shown

    if exam is None:
        raise InputError("--exam is missing", "step1, step2-ck or step3", "add --exam step2-ck")
    which = exam_of(exam)
    if target is not None and which == UNSCORED:
        raise InputError("--target for Step 1, which reports no score", "", "leave --target out")
    real = dt.date.today()  # noqa: DTZ011  the day where the person is
    day = exam_day_of(today, real, "--today") if today is not None else real
    points = plain_number(drift.strip()) if drift is not None else 0
    if points is None:
        raise InputError(f"--drift is {shown(drift)}", "points a week, such as 1.5")
    sitting = Sitting(
        target=target_of(target),
        exam_date=exam_day_of(date, day, "--date") if date is not None else None,
        today=day,
    )
    found = assess(
        sitting,
        read_practice(practice, which, day),
        PublishedTables(),
        exam=which,
        errors=errors_from(error or ()),
        drift=float(points),
    )
    if as_json:
        import json

        from imgstats.comparison.plain_values import plain

        typer.echo(json.dumps(plain(found), indent=2, allow_nan=False))
        return
    from imgstats.cli.parts.screen import print_screen
    from imgstats.strategy.readiness.brief import brief

    print_screen(brief(found), _MORE)
