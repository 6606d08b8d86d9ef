"""A comparison in few lines: what a screen and a notebook's cell show first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imgstats.factors import FACTORS
from imgstats.grades import ASSUMED, CARRIED_OVER, DIRECT, FITTED, RATE_WORDS, kind_of
from imgstats.wording import (
    band_words,
    capital,
    count_words,
    counted_percent,
    interval_words,
    level_words,
    listed,
    number_words,
    percent,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgstats.comparison.factors.records import Factor, FactorRate
    from imgstats.comparison.score.records import Headline, Printed

__all__ = ["Brief", "Line", "RateRow", "brief", "rate_rows"]

_NO_FORECAST = "Counts are a record, curves an estimate; neither is a forecast for one person."


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """A rate with its interval, as numbers.

    Attributes
    ----------
    label : str
        Scores that it is about.
    rate, low, high : float
        Rate and interval, fractions.
    ends : (float, float) or None
        Lowest and highest rate of the curves tried; None where none was.
    """

    label: str
    rate: float
    low: float
    high: float
    ends: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence or two, and how far it may be cut where there is little room.

    Attributes
    ----------
    text : str
        The words.
    least : int
        Lines of a screen that it keeps; with 0 it may be left out.
    bold : bool
        Whether it is a warning.
    """

    text: str
    least: int = 1
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A comparison in few lines.

    Attributes
    ----------
    head, label : str
        Whom it is about, and the name that was given.
    columns : tuple of str
        Heads of the table of rates; empty without a rate.
    rows : tuple of tuple of str
        Its rows.
    lines : tuple of Line
        What follows, in reading order.
    """

    head: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...]


def brief(comparison: Any) -> Brief:  # noqa: ANN401  `Comparison` stands above this
    """Return a comparison in few lines.

    Examples
    --------
    >>> from imgstats import compare
    >>> brief(compare({"group": "non-us-img", "step2_ck": 242})).rows[0][:2]
    ('scores 240 to 249', '45 %')
    """
    applicant, headline = comparison.applicant, comparison.headline
    year = [f"{headline.match_year} Match"] if headline else []
    whom = f"Step 2 CK {applicant.step2_ck}", applicant.group_label, applicant.specialty
    columns, rows = _table(headline, applicant.step2_ck) if headline else ((), ())
    notes = [Line(text=f"Please note: {each}", least=3, bold=True) for each in comparison.notes]
    known = _of_headline(headline) if headline else _of_refusal(comparison.refusal)
    place = [Line(text=comparison.place.sentence, least=0)] if comparison.place else []
    joint = [Line(text=comparison.joint.sentence)] if comparison.joint else []
    missing = f"Not known: {', '.join(comparison.not_in_data)}."
    return Brief(
        head=", ".join([*whom, *year]),
        label=applicant.label,
        columns=columns,
        rows=rows,
        lines=(
            *notes,
            *known,
            *place,
            *joint,
            *_of_factors(comparison.factors),
            Line(text=missing),
            Line(text=_NO_FORECAST),
        ),
    )


def rate_rows(headline: Headline, score: int) -> tuple[RateRow, ...]:
    """Return the rates of the band and of the exact score; of all scores where that is all.

    Parameters
    ----------
    headline : Headline
        The rates.
    score : int
        The applicant's.
    """
    band, model = headline.band, headline.range
    whole = {"rate": headline.rate, "low": headline.low, "high": headline.high}
    if not headline.by_score:
        return (RateRow(label="all scores", **whole, ends=None),)
    return (
        RateRow(
            label=f"scores {band_words(band.low, band.high)}",
            rate=band.rate,
            low=band.rate_low,
            high=band.rate_high,
            ends=(model.band_low, model.band_high) if model else None,
        ),
        RateRow(
            label=f"within it, exactly {score}",
            **whole,
            ends=(model.low, model.high) if model else None,
        ),
    )


def _table(headline: Headline, score: int) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return heads and rows of the rates as text; the curves tried only where some were."""
    curves = ("curves tried",) if headline.range else ()
    columns = ("", "match rate", f"{level_words(headline.level)} interval", *curves)
    rows = tuple(
        (
            each.label,
            percent(each.rate),
            interval_words(each.low, each.high),
            *([interval_words(*each.ends)] if each.ends else []),
        )
        for each in rate_rows(headline, score)
    )
    return columns, rows


def _of_headline(headline: Headline) -> Iterator[Line]:
    """Yield whose rate it is, how it came about, and what bounds it."""
    yield Line(
        text=f"Whose: {headline.population}, {headline.match_year} Match; {headline.outcome}."
    )
    yield Line(text=" ".join([f"Grade: {headline.grade}.", headline.table_sentence]).strip())
    yield Line(text=capital(f"{_meaning(headline.grade)}."), least=0)
    if not headline.by_score:
        yield Line(text="It is of all scores together; at this one it may be higher or lower.")
    if headline.combined:
        told = " ".join(each.sentence for each in headline.combined)
        assumed = any(each.is_assumed for each in headline.combined)
        yield Line(
            text=f"Grade of the two together: {ASSUMED}. {told}" if assumed else told, least=2
        )
    if headline.ladder is not None:
        yield Line(text=headline.ladder.sentence, least=3)
    if headline.borrowed is not None:
        if headline.borrowed.judged:
            yield Line(
                text="The interval rests on a judgement: how often it holds is unknown.", bold=True
            )
        yield Line(text=f"Borrowed. {headline.borrowed.sentence}")
        yield Line(text=f"Against it: {' '.join(headline.borrowed.against)}")


def _meaning(grade: str) -> str:
    """Return what the words of a rate's grade mean.

    Examples
    --------
    >>> _meaning("borrowed")
    'borrowed, worked out from other tables'
    """
    extra = [each.removeprefix(", ") for each in (FITTED, CARRIED_OVER) if each in grade]
    words = [each for each in (kind_of(grade), *extra) if each in RATE_WORDS]
    return "; ".join(f"{each}, {RATE_WORDS[each]}" for each in words)


def _of_refusal(refusal: Any) -> Iterator[Line]:  # noqa: ANN401  as above
    """Yield why there is no rate, and what is known."""
    yield Line(text=f"No rate. {refusal.reason}", least=2)
    for each in refusal.known:
        yield Line(text=f"Known: {each.sentence}")


def _of_factors(factors: tuple[Factor, ...]) -> Iterator[Line]:
    """Yield a line for each factor; those that only a scenario names share one."""
    usual = [each for each in factors if each.factor in FACTORS and FACTORS[each.factor].measure]
    for each in usual:
        yield Line(text=_factor_words(each))
    others = [each for each in factors if each not in usual]
    if others:
        yield Line(text=" ".join(_factor_words(each) for each in others))


def _factor_words(factor: Factor) -> str:
    """Return what is known of a factor, short enough for a line."""
    known = FACTORS.get(factor.factor)
    title = known.title if known else capital(factor.factor)
    return f"{title}: {_known_of(factor)}{_assumed_of(factor)}."


def _known_of(factor: Factor) -> str:
    if factor.rate is not None and factor.value is not None:
        value = count_words(factor.value, FACTORS[factor.factor].unit)
        return f"{value}, {_rate_words(factor.rate, factor.grade)}"
    if factor.rows and factor.value is not None:
        return f"no rate for {number_words(factor.value)}, only for other numbers"
    if factor.printed:
        return _middle_halves(factor.printed) or "rates by their number"
    if factor.rows:
        return "rates by their number in an added table"
    found = len(factor.evidence)
    seen = f"; {found} published finding{'' if found == 1 else 's'}" if found else ""
    return f"no public table, so no rate{seen}"


def _rate_words(rate: FactorRate, grade: str) -> str:
    """Return a rate with its interval; the two ends alone where a count is hidden."""
    if grade == DIRECT and rate.range_low is not None and rate.range_high is not None:
        ends = listed([counted_percent(each) for each in (rate.range_low, rate.range_high)])
        return f"between {ends}, a count is hidden ({grade})"
    shown = counted_percent if grade == DIRECT else percent
    ends = f"{shown(rate.low)} to {shown(rate.high)}"
    return f"{shown(rate.rate)} ({level_words(rate.level)} interval {ends}; {grade})"


def _middle_halves(printed: tuple[Printed, ...]) -> str:
    """Return the middle half of each outcome."""
    whom = {"matched": "the matched", "not_matched": "the not matched"}
    words = [
        f"{number_words(each.q1)} to {number_words(each.q3)} of {whom[each.outcome]}"
        for each in printed
        if each.q1 is not None and each.q3 is not None
    ]
    return f"middle halves {listed(words)}" if words else ""


def _assumed_of(factor: Factor) -> str:
    if factor.scenario is None:
        return ""
    low, high = factor.scenario.odds_ratio_low, factor.scenario.odds_ratio_high
    ends = factor.scenario.rate_low, factor.scenario.rate_high
    rate = percent(ends[0]) if low == high else interval_words(*ends)
    odds = number_words(low) if low == high else f"{number_words(low)} to {number_words(high)}"
    return f"; assumed odds ratio {odds}, {rate}"
