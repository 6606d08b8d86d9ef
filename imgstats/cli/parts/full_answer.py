"""The whole answer of ``imgstats estimate --full``: every figure, finding and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from imgstats.comparison import Comparison
    from imgstats.comparison.factors.records import Factor
    from imgstats.comparison.score.lent import Borrowed
    from imgstats.comparison.score.records import Headline, ModelRange

__all__ = ["print_full"]

_NO_FORECAST = (
    "The counts are a record of past applicants, a curve is an estimate. Neither is a forecast for "
    "one person."
)


def print_full(comparison: Comparison) -> None:
    """Print everything that a comparison holds for a terminal."""
    from rich.console import Console

    console = Console(highlight=False)
    for part in (_head(comparison), _rates(comparison), *_paragraphs(comparison)):
        console.print(part)
        console.print()


def _head(comparison: Comparison) -> RenderableType:
    from rich.text import Text

    applicant = comparison.applicant
    text = Text(f"Step 2 CK {applicant.step2_ck}, {applicant.group_label}", style="bold")
    return text.append(f"  {applicant.label}" if applicant.label else "", style="not bold italic")


def _rates(comparison: Comparison) -> RenderableType:
    """Return the rates as a table, or why there is none."""
    from rich.table import Table
    from rich.text import Text

    from imgstats.comparison.shown.brief import rate_rows
    from imgstats.wording import interval_words, level_words, percent

    headline, refusal = comparison.headline, comparison.refusal
    if refusal is not None:
        known = [f"Known: {each.sentence}" for each in refusal.known]
        return Text("\n".join([refusal.reason, *known]))
    if headline is None:
        return Text("no rate")
    names = ["", "match rate", f"{level_words(headline.level)} interval", "grade"]
    model = headline.range
    if model is not None:
        names.insert(3, "curves tried")
    table = Table(box=None, pad_edge=False, show_edge=False)
    for name in names:
        table.add_column(name)
    for row in rate_rows(headline, comparison.applicant.step2_ck):
        others = [interval_words(*row.ends) if row.ends else ""] if model else []
        interval = interval_words(row.low, row.high)
        table.add_row(row.label, percent(row.rate), interval, *others, headline.grade)
    return table


def _rests_on(headline: Headline) -> list[str]:
    """Return what other curves, no curve and other scores would give, or how it was borrowed."""
    if headline.borrowed is not None:
        return _borrowed(headline.borrowed)
    curves = [] if headline.range is None else [_curves(headline.range)]
    limits = [each.sentence for each in (headline.ladder, headline.consent) if each is not None]
    return [*curves, *limits]


def _curves(model: ModelRange) -> str:
    """Say which curves make the range and which were left out, with their p."""
    from imgstats.wording import p_words, percent

    asked = "p: how often such a curve would print figures that fit it as badly"
    lines = [f"Curves tried on the table's digits, at the exact score ({asked}):"]
    for each in model.estimators:
        rate = "no rate" if each.rate is None else percent(each.rate)
        p = "" if each.p is None else f", {p_words(each.p)}"
        left_out = "" if each.kept else f"; left out: {each.reason}"
        lines.append(f"  {rate}  {each.words}{p}{left_out}")
    return "\n".join(lines)


def _borrowed(borrowed: Borrowed) -> list[str]:
    """Say how a rate was borrowed and what speaks against it."""
    from imgstats.wording import interval_words, percent

    steps = [f"  {each.words}  {each.label}" for each in borrowed.steps]
    found = ["\n".join([f"Borrowed. {borrowed.sentence}", *steps])]
    if borrowed.over_tau:
        rows = [
            f"  tau {each.tau:.2f}: {percent(each.rate)}, {interval_words(each.low, each.high)}"
            f"{' (used)' if each.used else ''}"
            for each in borrowed.over_tau
        ]
        found.append("\n".join(["With other values of the spread tau:", *rows]))
        found.append(borrowed.gap_sentence)
    return [*found, "\n".join(["Against it:", *(f"  {each}" for each in borrowed.against)])]


def _paragraphs(comparison: Comparison) -> list[RenderableType]:
    """Return notes, what the rate is about, factors and sources."""
    from rich.text import Text

    from imgstats.grades import ASSUMED, letter_legend, rate_legend

    lines = [Text(f"Please note: {note}", style="bold") for note in comparison.notes]
    headline = comparison.headline
    if headline is not None:
        lines.append(
            Text(
                f"Outcome: {headline.outcome}. Among: {headline.population}, "
                f"{headline.match_year} Match. Estimator: {headline.estimator}."
            )
        )
        if not headline.by_score or headline.combined:
            assumed = any(each.is_assumed for each in headline.combined)
            start = f"{ASSUMED}: " if assumed else ""
            lines.append(Text(f"{start}{headline.sentence} {headline.score_sentence}"))
        lines.extend(Text(each) for each in _rests_on(headline))
        facts = [f"  {each.sentence}" for each in comparison.assumptions]
        lines.append(Text("\n".join(["What this rests on:", *facts, *_its_table(headline)])))
    if comparison.place is not None:
        lines.append(Text(comparison.place.sentence))
    papers = {each.key: each.short for each in comparison.sources}
    lines.extend(Text(_factor_lines(each, papers)) for each in comparison.factors)
    if comparison.joint is not None:
        lines.append(Text(comparison.joint.sentence))
    lines.append(Text(f"Grades: {rate_legend()}. {letter_legend()}."))
    lines.append(Text(f"Not in the data: {', '.join(comparison.not_in_data)}."))
    lines.append(Text(_NO_FORECAST))
    lines.append(Text("\n".join(["Sources:", *_references(comparison)]), style="dim"))
    return list(lines)


def _references(comparison: Comparison) -> list[str]:
    """Return each source in one line, with its address where one is known."""
    return [f"  {each.reference} {each.url}".rstrip() for each in comparison.sources]


def _its_table(headline: Headline) -> list[str]:
    """Return the letter of the table with its meaning, where it has one."""
    return [f"  {headline.table_sentence}"] if headline.table_sentence else []


def _factor_lines(factor: Factor, papers: Mapping[str, str]) -> str:
    """Return what is known about a factor, each finding with its grade and who says so."""
    from imgstats.factors import FACTORS
    from imgstats.wording import capital

    findings = [
        f"  {each.grade}  {each.sentence} ({papers[each.source]})" for each in factor.evidence
    ]
    known = FACTORS.get(factor.factor)
    name = known.title if known else capital(factor.factor)
    rate = [] if factor.rate is None else [f"  {factor.grade}: {factor.rate.sentence}"]
    assumed = [] if factor.scenario is None else [f"  assumed: {factor.scenario.sentence}"]
    return "\n".join([f"{name}. {factor.sentence}", *rate, *assumed, *findings])
