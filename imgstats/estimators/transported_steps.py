"""How `TransportedRate` tells its derivation, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from imgstats.applicant import group_label
from imgstats.errors import TableError
from imgstats.tables.context import Step
from imgstats.wording import level_words, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.measures import OutcomeWords
    from imgstats.tables import Context, CountTable
    from imgstats.tables.unsaid.gaps import GapPair, Spread

__all__ = [
    "Names",
    "base_steps",
    "gap_by_year",
    "gap_sentence",
    "mean_gap",
    "sentences",
    "slope_sentences",
    "slope_steps",
    "spread_sentences",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the two groups and the specialty are called in a sentence."""

    own: str
    kin: str
    specialty: str

    @classmethod
    def of(cls, own: CountTable, kin: CountTable, kin_specific: CountTable) -> Names:
        """Read the names from the tables' contexts, with stand-ins for those that are empty."""
        named = [group_label(each.context.applicant_group) for each in (own, kin)]
        return cls(
            own=f"{named[0]}s" if named[0] else "the group",
            kin=f"{named[1]}s" if named[1] else "the other group",
            specialty=kin_specific.context.specialty or "the specialty",
        )


def base_steps(
    names: Names,
    own: CountTable,
    kin: CountTable,
    kin_specific: CountTable,
    gap: float,
    years: tuple[int, ...],
) -> tuple[Step, ...]:
    """Return the steps from three counted rates to the group's rate in the specialty.

    `gap` is the one that is carried over, and `years` are the first and the last whose mean it is;
    none where it is that of the two counted rates.
    """
    third = float(logit(kin_specific.rate))
    both = (own.context, kin.context)
    of_years = f", mean of {years[0]} to {years[1]}" if years else ""
    return (
        Step(
            label=f"{names.own}, all specialties",
            value=own.rate,
            scale="rate",
            contexts=(own.context,),
        ),
        Step(
            label=f"{names.kin}, all specialties",
            value=kin.rate,
            scale="rate",
            contexts=(kin.context,),
        ),
        Step(
            label=f"the gap between them on the logit scale{of_years}",
            value=gap,
            scale="logit",
            contexts=both,
        ),
        Step(
            label=f"{names.kin}, {names.specialty}",
            value=kin_specific.rate,
            scale="rate",
            contexts=(kin_specific.context,),
        ),
        Step(label="the same on the logit scale", value=third, scale="logit"),
        Step(label="with the gap added", value=third + gap, scale="logit"),
        Step(
            label=f"{names.own}, {names.specialty}: that as a rate",
            value=float(expit(third + gap)),
            scale="rate",
        ),
    )


def slope_steps(
    names: Names,
    moves: tuple[float, float],
    mean: float,
    slope: float,
    contexts: tuple[Context, ...],
    outcomes: OutcomeWords,
) -> tuple[Step, ...]:
    """Return the steps that put the group's rate on its own scores."""
    words = f"mean score of {names.own} less that of {names.kin}"
    return (
        Step(label=f"{words}, {outcomes.yes}", value=moves[0], scale="points", contexts=contexts),
        Step(label=f"{words}, {outcomes.no}", value=moves[1], scale="points", contexts=contexts),
        Step(
            label=f"mean score of {names.own}, {names.specialty}: scores of {names.kin}, moved",
            value=mean,
            scale="points",
        ),
        Step(
            label=f"slope of {names.kin}, {names.specialty}, per ten points",
            value=10 * slope,
            scale="logit",
        ),
    )


def gap_by_year(history: pd.DataFrame, own: str, kin: str) -> pd.DataFrame:
    """Return the gap between two groups' rates on the logit scale, a row per year.

    Parameters
    ----------
    history : DataFrame
        Columns match_year, applicant_group, and either matched with active_applicants or
        match_rate_pct; counts are used where both are there.
    own, kin : str
        Names of the groups in ``applicant_group``.

    Returns
    -------
    DataFrame
        Columns match_year, own_rate, kin_rate (fractions), gap and its sampling variance, NaN
        where no count is known; years in which a rate is missing are left out.

    Raises
    ------
    TableError
        If a column is missing or no year has both rates.
    """
    missing = {"match_year", "applicant_group", "match_rate_pct"} - set(history.columns)
    if missing:
        raise TableError(
            f"history without {', '.join(sorted(missing))}", "a row per year and group"
        )
    rate = history["match_rate_pct"].astype("float64") / 100
    if {"matched", "active_applicants"} <= set(history.columns):
        counted = history["matched"].astype("float64") / history["active_applicants"].astype(
            "float64"
        )
        rate = counted.fillna(rate)
    matched = history.get("matched", np.nan)
    rows = pd.DataFrame(
        {
            "year": history["match_year"],
            "group": history["applicant_group"],
            "rate": rate,
            # 1 / (n p (1 - p)), with n p the matched, so that n need not be printed.
            "variance": 1 / (matched * (1 - rate)),
        }
    )
    wide = rows.pivot_table(index="year", columns="group", values="rate")
    both = wide.reindex(columns=[own, kin]).dropna()
    if both.empty:
        raise TableError(
            f"history without a year of both {own} and {kin}", "at least one such year"
        )
    return pd.DataFrame(
        {
            "match_year": both.index.to_numpy(),
            "own_rate": both[own].to_numpy(),
            "kin_rate": both[kin].to_numpy(),
            "gap": np.asarray(logit(both[own]) - logit(both[kin])),
            "variance": _summed_variance(rows, own, kin, both.index),
        }
    )


def _summed_variance(rows: pd.DataFrame, own: str, kin: str, years: pd.Index) -> np.ndarray:
    """Return the sampling variance of each year's gap."""
    wide = rows.pivot_table(index="year", columns="group", values="variance", dropna=False)
    both = wide.reindex(index=years, columns=[own, kin])
    return both.sum(axis=1, skipna=False).to_numpy(dtype="float64")


def mean_gap(
    gaps: pd.DataFrame | None, count: int, year: str
) -> tuple[float, float, tuple[int, int]]:
    """Return the mean gap of the last years, its sampling variance, and the first and last year.

    Parameters
    ----------
    gaps : DataFrame or None
        As `gap_by_year` returns it.
    count : int
        Number of years with a gap.
    year : str
        No later year counts; empty for any.

    Raises
    ------
    TableError
        If there are fewer years, or one has no count.

    Examples
    --------
    >>> gaps = {"match_year": [2024, 2025, 2026], "gap": [0.3, 0.4, 0.6], "variance": [0.01] * 3}
    >>> gap, variance, years = mean_gap(pd.DataFrame(gaps), 2, "2026")
    >>> round(gap, 3), round(variance, 3), years
    (0.5, 0.005, (2025, 2026))
    """
    if gaps is None:
        raise TableError("a mean gap without a history", "a history of both groups' rates")
    past = gaps[gaps["match_year"] <= float(year)] if year else gaps
    last = past.tail(count)
    if len(last) < count or last["variance"].isna().any():
        raise TableError(
            f"{int(past['variance'].notna().sum())} years with a gap and counts",
            f"{count} years in a row of the history",
        )
    first, final = last["match_year"].iloc[[0, -1]]
    variance = float(last["variance"].sum()) / count**2
    return float(last["gap"].mean()), variance, (int(first), int(final))


def gap_sentence(gaps: pd.DataFrame) -> str:
    """Say how far the gap moved: first year, smallest, last.

    Examples
    --------
    >>> gap_sentence(pd.DataFrame({"match_year": [2008, 2018, 2026], "gap": [0.38, 0.04, 0.593]}))
    'The gap is no constant: it was 0.38 in 2008, 0.04 in 2018 and 0.59 in 2026.'
    """
    chosen = gaps.iloc[sorted({0, int(gaps["gap"].abs().argmin()), len(gaps) - 1})]
    parts = [f"{row['gap']:.2f} in {row['match_year']:.0f}" for row in chosen.to_dict("records")]
    if len(parts) == 1:
        return f"The gap is known for one year only: {parts[0]}."
    return f"The gap is no constant: it was {', '.join(parts[:-1])} and {parts[-1]}."


def sentences(
    names: Names, own: CountTable, kin_specific: CountTable, gaps: pd.DataFrame | None
) -> tuple[str, ...]:
    """Return what a critic would say of the rate without a curve."""
    carried = [each.context.outcome for each in (own, kin_specific)]
    outcome = (
        f"The gap is about '{carried[0]}', and is carried over to '{carried[1]}'."
        if all(carried) and carried[0] != carried[1]
        else f"The gap of all specialties is carried over to {names.specialty}."
    )
    return (
        f"No table at hand counts {names.own} in {names.specialty}: the rate is borrowed.",
        outcome,
        *(() if gaps is None else (gap_sentence(gaps),)),
    )


def spread_sentences(
    tau: float, spread: Spread | None, pairs: Sequence[GapPair]
) -> tuple[str, ...]:
    """Say how the spread was got: judged, or estimated, and from what.

    Examples
    --------
    >>> spread_sentences(0.35, None, ())[0]
    'The spread of 0.35 on the logit scale is a judgement, not an estimate.'
    """
    unknown = "Nothing is known of how often such an interval holds the true rate."
    if spread is None:
        return (
            f"The spread of {tau:.2f} on the logit scale is a judgement, not an estimate.",
            unknown,
        )
    limits = f"{spread.low:.2f} to {spread.high:.2f}"
    if spread.decides:
        estimated = (
            f"The spread of {tau:.2f} on the logit scale is estimated from {spread.pairs} "
            f"specialties that count both groups ({level_words(spread.level)} interval {limits})."
        )
        return estimated, unknown
    counted = listed([f"{each.specialty.lower()} in {each.year}" for each in pairs])
    whose = f"{len(pairs)} pairs of tables count both groups in a specialty ({counted})"
    if len(pairs) == 1:
        whose = (
            f"the only specialty with counts of both groups, {counted}, has a gap that differs by "
            f"{pairs[0].difference:+.2f} (standard error {pairs[0].variance ** 0.5:.2f})"
        )
    judged = (
        f"The spread of {tau:.2f} on the logit scale is a judgement: {whose}, which allows any "
        f"spread from {limits}."
    )
    return judged, unknown


def slope_sentences(names: Names, year: str, tau_slope: float) -> tuple[str, ...]:
    """Return what a critic would add where a slope over the score was carried over."""
    of_year = f" of {year}" if year else ""
    scores = (
        f"The scores of {names.own} are those of {names.kin}, moved by the difference of the "
        f"means{of_year}."
    )
    slope = (
        f"The slope of {names.kin} is taken over; its spread of {tau_slope:.2f} per ten points is "
        "a judgement too."
    )
    return scores, slope
