"""The links of the chain, each with its grade and what changes if it is not so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import gammaincinv

from imgstats.grades import ASSUMED, DIRECT, rate_grade
from imgstats.strategy.funnel.chain import ends
from imgstats.strategy.funnel.interviews import CHOICES
from imgstats.strategy.funnel.match import thinned
from imgstats.strategy.funnel.records import Assumption
from imgstats.strategy.funnel.sentences import span_words
from imgstats.wording import level_words, listed, number_words, percent

if TYPE_CHECKING:
    from imgstats.strategy.funnel.chain import Chain
    from imgstats.strategy.funnel.match import RankRates

__all__ = ["assumptions"]

# What is tried beside the assumption that every interview is ranked.
_RANKED = 0.75
_TENTH = 0.1


def assumptions(
    chain: Chain, n: int, *, data_year: str, letter: str, season: int
) -> tuple[Assumption, ...]:
    """Return the links of the chain; what changes otherwise is worked out at n applications.

    Parameters
    ----------
    chain : Chain
        The chain.
    n : int
        Applications at which alternatives are worked out.
    data_year, letter : str
        Year and grade of the interview rates.
    season : int
        Match that the plan is for.
    """
    shared = (
        _choice(chain, n),
        _rates(chain, data_year, letter),
        _level(chain, n),
        Assumption(
            what="Programs decide by themselves",
            value="once an applicant's level is given",
            grade=ASSUMED,
            otherwise="Where they agree more, interviews spread more, as with a larger spread of "
            "the levels.",
        ),
    )
    if chain.ranks is None:
        return shared
    return (
        *shared,
        _ranked(chain, chain.ranks, n),
        _by_ranks(chain, chain.ranks, n),
        Assumption(
            what="Years and people carried over",
            value=f"interviews of {data_year}, ranks of the {chain.ranks.match_year} Match, a plan "
            f"for {season}",
            grade=ASSUMED,
            otherwise="The interviews are of all who applied, the ranks of people who had a list; "
            "no table follows the same people from one to the other. By how much a year moves the "
            "rate is not known.",
        ),
    )


def _rate_words(chain: Chain, n: int, choice: str, spread: float) -> str:
    """Return what one set of assumptions leads to: a rate, or without one the interviews."""
    counts = chain.counts(choice, spread, n)
    if chain.ranks is not None:
        return percent(chain.ranks.over(counts))
    return f"{percent(float(counts[0]))} without an interview"


def _choice(chain: Chain, n: int) -> Assumption:
    even, highest = (_rate_words(chain, n, each, chain.spreads[0]) for each in CHOICES)
    return Assumption(
        what="Which programs",
        value="from an even draw over the whole list to those of the highest rates",
        grade=ASSUMED,
        otherwise=f"With {n} applications: {even} by the even draw, {highest} by the highest rates "
        f"{_spread_words(chain.spreads[0])}. Nobody knows the rates so well beforehand, and a "
        "choice worse than even lies under the lower end.",
    )


def _rates(chain: Chain, data_year: str, letter: str) -> Assumption:
    return Assumption(
        what="Interview rates of programs",
        value=f"averages over all who applied in {data_year}, rounded to 1 %; straight lines "
        "between the printed numbers of programs",
        grade=letter,
        otherwise="A sorted list flatters: some of the highest rates are noise, so the upper end "
        "is too high. A curve through the printed lowest rates could lie at most "
        f"{number_words(round(chain.programs.most_above(), 1))} interviews higher. Scores are not "
        "in the table.",
    )


def _level(chain: Chain, n: int) -> Assumption:
    low, high = chain.spreads[0], chain.spreads[-1]
    value = number_words(low) if low == high else f"{number_words(low)} to {number_words(high)}"
    parts = []
    if low != high:
        rates = [
            f"{_rate_words(chain, n, CHOICES[-1], each)} at {number_words(each)}"
            for each in (low, high)
        ]
        parts.append(f"With {n} applications of the highest rates: {listed(rates)}.")
    if high:
        shape = 1 / high**2
        tenth, most = (float(gammaincinv(shape, q)) / shape for q in (_TENTH, 1 - _TENTH))
        parts.append(
            f"At {number_words(high)} one applicant in ten is interviewed at under {tenth:.2g} "
            f"times the average rate, and one in ten at over {most:.2g} times."
        )
    return Assumption(
        what="How far applicants differ",
        value=f"levels with a standard deviation of {value} around the average of 1; it is not "
        "published",
        grade=ASSUMED,
        otherwise=" ".join(parts) or "A spread makes every range wider.",
    )


def _ranked(chain: Chain, ranks: RankRates, n: int) -> Assumption:
    low, high = ends(ranks.over(thinned(each, _RANKED)) for each in chain.every(n))
    return Assumption(
        what="Every interview becomes a rank",
        value="all of them, in a row, in the preferred specialty: the most there can be",
        grade=ASSUMED,
        otherwise=f"If {percent(_RANKED)} of the interviews are ranked: "
        f"{span_words(low, high)} with {n} applications, instead of "
        f"{span_words(*chain.range_of(n, ranks.over))}.",
    )


def _by_ranks(chain: Chain, ranks: RankRates, n: int) -> Assumption:
    curves = ends(ranks.over(each, name) for each in chain.every(n) for name in ranks.tried)
    beyond = max(float(each[ranks.most + 1 :].sum()) for each in chain.every(n))
    return Assumption(
        what="Rate by ranks",
        value=f"the curve of the {ranks.match_year} Match by contiguous ranks, whatever the score; "
        "no rank, no match",
        grade=f"{ranks.grade}; {rate_grade(DIRECT, fitted=True)}",
        otherwise=f"Its {level_words(ranks.level)} interval is the outer range of the rows; with "
        f"other curves the range is {span_words(*curves)} at {n} applications. Over "
        f"{ranks.most} ranks, where {percent(beyond)} of applicants or fewer are, the last rate "
        "stands in.",
    )


def _spread_words(spread: float) -> str:
    return f"where applicants differ by {number_words(spread)}" if spread else "where all are alike"
