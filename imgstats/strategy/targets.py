"""What a score goes with, whom a filter keeps, and what the guide says of both."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited, cited_context, merged
from imgstats.curves.screen import stored_screen_shares
from imgstats.errors import TableError
from imgstats.evidence.survey import score_filters
from imgstats.grades import BORROWED, DIRECT, kind_of, rate_grade
from imgstats.specialties import INTERNAL_MEDICINE
from imgstats.strategy.rules import Advice, advice
from imgstats.wording import band_words, interval_words, level_words, percent

if TYPE_CHECKING:
    from imgstats.comparison import Comparison
    from imgstats.comparison.score.records import Headline
    from imgstats.curves.screen import ScreenShare
    from imgstats.evidence.records import Evidence
    from imgstats.strategy.rules import Rule
    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["ScreenRow", "TargetBand", "Targets", "targets"]

# The only group whose scores the tables hold by outcome.
_SCREENED = "non_us_img"
_DECADE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetBand:
    """The historical rate of ten scores, beside what the guide says of them.

    Attributes
    ----------
    words : str
        The band, such as ``230 to 239``.
    low, high : int
        Its ends, both included.
    rate, rate_low, rate_high : float
        Historical match rate with its interval, fractions.
    own : bool
        Whether the score of the plan lies in it.
    rules : tuple of Rule
        What the guide says of these scores.
    rows_of_rules : int
        How many bands from this one down have the same rules; 0 for the others of them.
    """

    words: str
    low: int
    high: int
    rate: float
    rate_low: float
    rate_high: float
    own: bool
    rules: tuple[Rule, ...]
    rows_of_rules: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenRow:
    """Whom a filter at a score keeps.

    Attributes
    ----------
    cut : int
        The lowest score that stays.
    own : bool
        Whether it is the score of the plan.
    matched, matched_low, matched_high : float
        Share of the matched that stays, with its interval.
    not_matched, not_matched_low, not_matched_high : float
        The same of those who did not match.
    """

    cut: int
    own: bool
    matched: float
    matched_low: float
    matched_high: float
    not_matched: float
    not_matched_low: float
    not_matched_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Scores to aim at, from both sides.

    Attributes
    ----------
    bands : tuple of TargetBand
        From the highest down; empty where there is no rate by score.
    grade : str
        Of the bands' rates, in the words of `imgstats.grades`.
    screen : tuple of ScreenRow
        From the lowest cut up; empty where no table has the scores of both outcomes.
    screen_grade, screen_of : str
        How the shares came about, and whose they are.
    survey : tuple of Evidence
        What programs said of filters; empty in other specialties, whose survey is not here.
    sentences : tuple of str
        What it comes to.
    advice : Advice
        The guide's.
    sources : tuple of str
        Keys of the rates and the screen.
    survey_sources : tuple of str
        Keys of the survey.
    """

    bands: tuple[TargetBand, ...]
    grade: str
    screen: tuple[ScreenRow, ...]
    screen_grade: str
    screen_of: str
    survey: tuple[Evidence, ...]
    sentences: tuple[str, ...]
    advice: Advice
    sources: tuple[str, ...]
    survey_sources: tuple[str, ...]


def targets(situation: Situation, comparison: Comparison, tables: PublishedTables) -> Targets:
    """Return the historical rates and the screen around a score, with the guide's words.

    Parameters
    ----------
    situation : Situation
        Whose plan it is.
    comparison : Comparison
        That of the situation's applicant.
    tables : PublishedTables
        Where the screen, the survey and the guide stand.

    Examples
    --------
    >>> from imgstats import PublishedTables, compare
    >>> from imgstats.strategy.situation import Situation
    >>> me = Situation.parse({"group": "non-us-img", "target": "240"})
    >>> found = targets(me, compare(me.applicant), PublishedTables())
    >>> [(row.cut, round(row.matched, 2)) for row in found.screen if row.own]
    [(240, 0.76)]
    """
    found = advice(tables, situation, "targets")
    bands = _bands(comparison, found)
    screen, screen_sources = _screen(situation, found, tables)
    survey = score_filters(tables) if situation.specialty == INTERNAL_MEDICINE else ()
    headline = comparison.headline
    borrowed = situation.applicant.group != _SCREENED
    return Targets(
        bands=bands,
        grade=headline.grade if headline and bands else "",
        screen=screen,
        screen_grade=rate_grade(BORROWED if borrowed else DIRECT, fitted=True) if screen else "",
        screen_of="non-US IMGs",
        survey=survey,
        sentences=(
            *_band_sentences(situation, bands, headline),
            *_screen_sentences(screen, borrowed),
        ),
        advice=found,
        sources=merged(headline.sources if headline and bands else (), screen_sources),
        survey_sources=cited((each.source, each.dataset) for each in survey),
    )


def _bands(comparison: Comparison, found: Advice) -> tuple[TargetBand, ...]:
    curve, headline = comparison.curve, comparison.headline
    if curve is None or headline is None or not headline.by_score:
        return ()
    rules = [each for each in found.every if each.kind == "band" and each.part == "targets"]
    bands = tuple(reversed(curve.bands))
    spoken = [tuple(rule for rule in rules if _speaks_of(rule, each.low)) for each in bands]
    return tuple(
        TargetBand(
            words=band_words(each.low, each.high),
            low=each.low,
            high=each.high,
            rate=each.rate,
            rate_low=each.rate_low,
            rate_high=each.rate_high,
            own=each.own,
            rules=said,
            rows_of_rules=0
            if at and spoken[at - 1] == said
            else sum(1 for _ in takewhile(said.__eq__, spoken[at:])),
        )
        for at, (each, said) in enumerate(zip(bands, spoken, strict=True))
    )


def _speaks_of(rule: Rule, low: int) -> bool:
    """Say whether a rule's band holds the lowest score of another; the highest has no end."""
    if rule.applies == "score_from":
        return rule.low is None or low >= rule.low
    return (rule.low is None or low >= rule.low) and (rule.high is None or low <= rule.high)


def _screen(
    situation: Situation, found: Advice, tables: PublishedTables
) -> tuple[tuple[ScreenRow, ...], tuple[str, ...]]:
    """Return the shares that stay at the filters of the guide and at the plan's own score."""
    try:
        year = tables.years(_SCREENED, situation.specialty)[-1]
        table = tables.outcome_summary(group=_SCREENED, year=year, specialty=situation.specialty)
        stored = stored_screen_shares(table, tables.root)
    except (IndexError, TableError):
        return (), ()
    shares = {(each.cut, each.outcome): each for each in stored}
    filters = [each for each in found.every if each.kind == "filter"]
    cuts = {int(end) for each in filters for end in _ends(each)}
    rows = tuple(
        _row(cut, situation, shares[cut, "matched"], shares[cut, "not_matched"])
        for cut in sorted({*cuts, situation.score})
        if (cut, "matched") in shares
    )
    return rows, cited_context(table.context)


def _ends(rule: Rule) -> tuple[float, ...]:
    """Return the scores that a filter may stand at: of ten scores, such as 220s, the lowest."""
    if rule.low is None or rule.high is None:
        return ()
    return (rule.low,) if rule.high - rule.low + 1 == _DECADE else (rule.low, rule.high)


def _row(
    cut: int, situation: Situation, matched: ScreenShare, not_matched: ScreenShare
) -> ScreenRow:
    return ScreenRow(
        cut=cut,
        own=cut == situation.score,
        matched=matched.share,
        matched_low=matched.low,
        matched_high=matched.high,
        not_matched=not_matched.share,
        not_matched_low=not_matched.low,
        not_matched_high=not_matched.high,
    )


def _band_sentences(
    situation: Situation, bands: tuple[TargetBand, ...], headline: Headline | None
) -> tuple[str, ...]:
    if not bands or headline is None:
        return ("No table here gives a rate by score for this group and specialty.",)
    how = "by a rate that is borrowed" if kind_of(headline.grade) == BORROWED else "by the curve"
    told = [
        f"{who}, {score}, lies in the band {band.words}: of past "
        f"{situation.applicant.group_label}s there who ranked the specialty first, about "
        f"{percent(band.rate)} matched to it {how} ({level_words(headline.level)} interval "
        f"{interval_words(band.rate_low, band.rate_high)})."
        for score, who in _asked(situation).items()
        for band in bands
        if band.low <= score <= band.high
    ]
    if situation.below_target is False:
        told.append(f"Your score, {situation.score}, reaches your target.")
    return tuple(told)


def _asked(situation: Situation) -> dict[int, str]:
    """Return the scores to speak of, each with what it is."""
    if situation.scored or situation.target is None:
        return {situation.score: "Your score"}
    low, high = situation.target
    if low == high:
        return {low: "Your target"}
    return {low: "The lower end of your target", high: "The upper end of your target"}


def _screen_sentences(screen: tuple[ScreenRow, ...], borrowed: bool) -> tuple[str, ...]:
    if not screen:
        return ()
    row = next((each for each in screen if each.own), screen[-1])
    whose = " These scores are of non-US IMGs; US IMGs have no such table." if borrowed else ""
    kept = interval_words(row.matched_low, row.matched_high)
    also = interval_words(row.not_matched_low, row.not_matched_high)
    matched = "the non-US IMGs who matched" if borrowed else "those who matched"
    sentence = (
        f"A filter at {row.cut} keeps {percent(row.matched)} of those who matched ({kept}) and "
        f"{percent(row.not_matched)} of those who did not ({also}).{whose}"
    )
    if not row.own or row is screen[-1]:
        return (sentence,)
    closed = " or ".join(str(each.cut) for each in screen if each.cut > row.cut)
    return (
        sentence,
        (
            f"A filter at {closed} leaves {row.cut} out; {percent(1 - row.matched)} of "
            f"{matched} scored under {row.cut}."
        ),
    )
