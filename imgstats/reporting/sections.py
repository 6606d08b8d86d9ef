"""Sections of a report as HTML fragments: they draw a `Comparison` and compute nothing.

Each function returns a `Fragment`, which Jupyter shows and the page template places.
"""

from __future__ import annotations

from markupsafe import Markup

from imgstats import wording
from imgstats.comparison.citations import merged
from imgstats.comparison.factors.own import value_words
from imgstats.comparison.records import Comparison
from imgstats.comparison.trend.attempts import error_words
from imgstats.comparison.trend.years import outlook
from imgstats.factors import FACTORS
from imgstats.grades import BORROWED, FITTED, kind_of
from imgstats.meanings import GROUPS_DEFINED
from imgstats.reporting.fragments import Fragment, fragment, text_of
from imgstats.reporting.showing.glossary import TERMS

__all__ = [
    "denominators",
    "doubt",
    "factor",
    "glossary",
    "header",
    "headline",
    "joint",
    "ladder",
    "limits",
    "place",
    "rests",
    "scenarios",
    "sources",
    "standing",
    "trend",
    "trend_table",
    "what_if",
    "where",
]

PEOPLE = 100


def _render(template: str, comparison: Comparison, **more: object) -> Fragment:
    numbers = {each.key: i for i, each in enumerate(comparison.sources, start=1)}
    parts = {name: getattr(comparison, name) for name in Comparison.__dataclass_fields__}
    return fragment(
        template, **parts, comparison=comparison, source_number=numbers.__getitem__, **more
    )


def header(comparison: Comparison) -> Fragment:
    """Return the page's head: who it is about, what it is, and warnings."""
    return _render("header.html.j2", comparison)


def headline(comparison: Comparison) -> Fragment:
    """Return the rate of the band and of the score, or why there is none."""
    people = Markup("")
    if comparison.headline is not None:
        filled = wording.of_hundred(comparison.headline.band.rate)
        people = Markup(_icon_array(filled, comparison.headline.grade))  # noqa: S704  a number and our own word
    lead = _leading_sources(comparison)
    return _render("headline.html.j2", comparison, icon_array=people, lead_sources=lead)


def _leading_sources(comparison: Comparison) -> tuple[str, ...]:
    """Return the keys behind the headline, an added table's too where it is a range of both."""
    headline = comparison.headline
    if headline is None:
        return ()
    return merged(headline.sources, *(each.sources for each in headline.combined))


def _icon_array(filled: int, grade: str) -> str:
    """Return 100 people as SVG, so many of them filled; a rate that no table counts says so."""
    how = "fitted" if FITTED in grade else BORROWED if kind_of(grade) == BORROWED else ""
    return text_of("icon_array.svg.j2", total=PEOPLE, filled=filled, how=how)


def standing(comparison: Comparison) -> Fragment:
    """Return what no table holds, and who printed and who transcribed what leads the page."""
    facts = comparison.refusal.known if comparison.refusal else ()
    leading = {*_leading_sources(comparison), *(key for fact in facts for key in fact.sources)}
    found = [each for each in comparison.sources if each.key in leading]
    return _render("standing.html.j2", comparison, leading=found)


def rests(comparison: Comparison) -> Fragment:
    """Return what the rate takes for granted, and how it was borrowed if it was."""
    return _render("rests.html.j2", comparison)


def place(comparison: Comparison) -> Fragment:
    """Return where the score stands among the matched and the not matched."""
    return _render("place.html.j2", comparison)


def doubt(comparison: Comparison) -> Fragment:
    """Return the parts of doubt, kept apart."""
    return _render("doubt.html.j2", comparison)


def ladder(comparison: Comparison) -> Fragment:
    """Return what the figures allow without a curve; nothing where that was not worked out."""
    return _render("ladder.html.j2", comparison)


def factor(comparison: Comparison, name: str) -> Fragment:
    """Return what is known about attempts, USCE or ranks.

    Raises
    ------
    KeyError
        If there is no such factor.
    """
    found = comparison.factor(name)
    given = "not given" if found.value is None else value_words(name, found.value)
    head, words = FACTORS[name].head, FACTORS[name].words
    return _render(
        "factor.html.j2",
        comparison,
        factor=found,
        value_words=given,
        caption=f"{head} as printed" if found.printed else f"What was published about {words}",
        row_head=head,
        row_caption=f"The rate by {head.lower()}, whatever the score",
    )


def scenarios(comparison: Comparison) -> Fragment:
    """Return what was assumed of this applicant, beside the headline; nothing if nothing was."""
    return _render("scenarios.html.j2", comparison)


def joint(comparison: Comparison) -> Fragment:
    """Return score and ranks together, where both correlations were given."""
    return _render("joint.html.j2", comparison)


def what_if(comparison: Comparison) -> Fragment:
    """Return the rates of people with other scores; nothing where the rate is the same at all."""
    headline, curve = comparison.headline, comparison.curve
    bands = curve.bands if headline and headline.by_score and curve else ()
    return _render("what_if.html.j2", comparison, bands=bands)


def trend(comparison: Comparison) -> Fragment:
    """Return the trend in a sentence."""
    return _render("trend.html.j2", comparison, outlook=outlook(comparison.trend))


def trend_table(comparison: Comparison) -> Fragment:
    """Return the yearly figures behind the trend."""
    return _render(
        "trend_table.html.j2",
        comparison,
        outlook=outlook(comparison.trend),
        error_words=error_words,
    )


def where(comparison: Comparison) -> Fragment:
    """Return where IMGs fill positions, with the table by state."""
    return _render("where.html.j2", comparison)


def denominators(comparison: Comparison) -> Fragment:
    """Return the ways to count, side by side."""
    letters = sorted({each.grade for each in comparison.denominators})
    return _render(
        "denominators.html.j2", comparison, groups_defined=GROUPS_DEFINED, letters=letters
    )


def limits(comparison: Comparison) -> Fragment:
    """Return what the tables cannot say."""
    return _render("limits.html.j2", comparison)


def sources(comparison: Comparison) -> Fragment:
    """Return every source with its birth certificate."""
    return _render("sources.html.j2", comparison)


def glossary(comparison: Comparison) -> Fragment:
    """Return the terms that a page uses, each with its meaning."""
    return _render("glossary.html.j2", comparison, terms=TERMS)
