"""What may be said of the way from applications to a match, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.strategy.funnel.chain import SHARE
from imgstats.wording import (
    count_words,
    counted_percent,
    interval_words,
    level_words,
    number_words,
    percent,
    small_number,
    thousands,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.sources.tabular import Record
    from imgstats.strategy.funnel.match import RankRates
    from imgstats.strategy.funnel.records import FeeStep, FunnelRow

__all__ = [
    "interviews_sentence",
    "money_sentence",
    "no_programs",
    "no_ranks",
    "programs_sentence",
    "rate_sentence",
    "signals_sentence",
    "span_words",
    "unseen_sentence",
    "what_it_is_not",
]


def interviews_sentence(row: FunnelRow, group: str) -> str:
    """Say what applications cost and how many interviews come of them."""
    low, high = (f"{each:.1f}" for each in _pair(row, "expected"))
    average = f"{low} to {high} interviews" if low != high else f"{low} interviews"
    return (
        "No table of interviews knows scores: this is the same at every score. "
        f"With {count_words(row.applications, 'application')}, at {thousands(row.cost_usd)} USD, "
        f"an average {group_label(group)} gets {average}. One applicant may differ much from the "
        f"average: {level_words(SHARE)} of applicants get {row.interviews_low} to "
        f"{row.interviews_high}, and {span_words(*_pair(row, 'none'))} get none."
    )


def rate_sentence(row: FunnelRow, ranks: RankRates) -> str:
    """Say at which rate people with so many ranks matched."""
    return (
        f"If all those interviews are ranked, people with so many ranks matched at "
        f"{span_words(*_pair(row, 'rate'))} in the {ranks.match_year} Match; with its "
        f"{level_words(ranks.level)} sampling interval, "
        f"{span_words(*_pair(row, 'interval'))}. Who gets no interview counts as not matched. The "
        "range is so wide because nobody knows which programs will answer, nor how an applicant "
        "stands beside the average."
    )


def span_words(low: float, high: float) -> str:
    """Return a range of rates, a single one where both ends are written alike.

    Examples
    --------
    >>> span_words(0.331, 0.334), span_words(0.2, 0.3)
    ('33 %', '20 % to 30 %')
    """
    return percent(low) if percent(low) == percent(high) else interval_words(low, high)


def _pair(row: FunnelRow, name: str) -> tuple[float, float]:
    """Return both ends of a range of a row."""
    return float(getattr(row, f"{name}_low")), float(getattr(row, f"{name}_high"))


def unseen_sentence(unseen: tuple[int, int], programs: int, level: float) -> str:
    """Say after how many applications nothing can be seen."""
    low, high = unseen
    depending = "" if low == high else f" to {high}, depending on the assumptions"
    return (
        f"Nothing more can be seen after {count_words(low, 'application')}{depending}: from there "
        f"all applications up to {programs} together move the rate by no more than its "
        f"{level_words(level)} sampling interval is wide."
    )


def programs_sentence(quantiles: Record, data_year: str) -> str:
    """Say how far programs differ."""
    return (
        f"Programs differ: in {data_year} half of {thousands(quantiles['programs_n'])} interviewed "
        f"at most {number_words(quantiles['p50'])} % of the applicants of this group, one in ten "
        f"{number_words(quantiles['p90'])} % or more, and "
        f"{counted_percent(quantiles['zero_rate_programs_pct'] / 100)} so few that it is printed "
        "as 0 %. These are averages over all who applied, whatever their scores."
    )


def money_sentence(steps: Sequence[FeeStep], season: str) -> str:
    """Say what the fee schedule is."""
    first, *others = steps
    more = "".join(
        f", and {each.fee_usd_each} USD for each from number {each.from_program} on"
        for each in others
    )
    return (
        f"In season {season} one specialty costs {first.fee_usd_each} USD for each of the first "
        f"{first.to_program} programs{more}. Fees change from year to year."
    )


def signals_sentence(rows: Sequence[Record], specialty: str) -> str:
    """Say what is known of signals: their number, not what they do."""
    if not rows:
        return f"No number of program signals in {specialty.lower()} is at hand."
    last = max(rows, key=lambda row: int(row["season"]))
    kinds = " and ".join(
        f"{small_number(int(last[name]))} {name}" for name in ("gold", "silver") if last[name]
    )
    return (
        f"Of the applications {kinds} can carry a signal (season {last['season']}); no table says "
        "what a signal does to an IMG's interviews, so no row knows of signals."
    )


def no_programs(specialty: str) -> str:
    """Say why there are no interviews."""
    return (
        f"No interview rates of programs in {specialty.lower()} are at hand, and those of "
        "another specialty say nothing about it: only the money is shown. A list of programs with "
        "their own rates can stand in."
    )


def no_ranks(group: str, specialty: str) -> str:
    """Say why there is no rate."""
    return (
        f"No recent table of contiguous ranks in {specialty.lower()} is at hand for "
        f"{group_label(group)}s: the way ends with the interviews, without a match rate."
    )


def what_it_is_not() -> str:
    """Say what the whole chain is not."""
    return (
        "It is an association and no effect: who gets many interviews differs in other ways, and "
        "more applications do not make somebody one of them. The chain is put together from tables "
        "of different people and years; each link is listed with what changes if it does not hold."
    )
