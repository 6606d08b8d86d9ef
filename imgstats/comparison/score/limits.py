"""What a headline's interval is about, and what the printed figures leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.score.records import Fact
from imgstats.wording import capital, count_words, small_number

if TYPE_CHECKING:
    from imgstats.tables import Context, OutcomeSummary

__all__ = ["all_scores_together", "behind_the_year", "shape_is_assumed"]


def behind_the_year(context: Context, sources: tuple[str, ...]) -> Fact:
    """Return that the interval is for a rate and not for what was counted.

    Parameters
    ----------
    context : Context
        Of the table.
    sources : tuple of str
        Keys of the comparison's sources.
    """
    sentence = (
        "The interval is for the rate behind such a year, not for the count of "
        f"{context.match_year}."
    )
    return Fact(sentence=sentence, grade=context.trust, sources=sources)


def all_scores_together(score: int) -> str:
    """Return that a rate over all scores says nothing of one of them.

    Examples
    --------
    >>> all_scores_together(240)
    'No rate can be given for a score: this one is of all scores together, and at 240 it may be \
higher or lower.'
    """
    return (
        "No rate can be given for a score: this one is of all scores together, and at "
        f"{score} it may be higher or lower."
    )


def shape_is_assumed(table: OutcomeSummary, sources: tuple[str, ...]) -> Fact:
    """Return how few figures are printed, and that they fix no rate at a single score.

    Parameters
    ----------
    table : OutcomeSummary
        Its printed figures are counted, n left out.
    sources : tuple of str
        Keys of the comparison's sources.
    """
    matched, not_matched = (len(each.printed) for each in (table.matched, table.not_matched))
    if matched == not_matched:
        printed, verb = f"{_figures(matched)} an outcome", "fixes" if matched == 1 else "fix"
    else:
        verb = "fix"
        printed = (
            f"{_figures(matched)} of the matched and {small_number(not_matched)} of the not matched"
        )
    sentence = f"{capital(printed)} {verb} no rate at a single score: a smooth shape is assumed."
    return Fact(sentence=sentence, grade=table.context.trust, sources=sources)


def _figures(number: int) -> str:
    """Return a number of printed figures in words."""
    return f"{small_number(number)} printed {count_words(number, 'figure').partition(' ')[2]}"
