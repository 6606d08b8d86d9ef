"""How `TransportedRate` tells its derivation, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from imgstats.applicant import group_label
from imgstats.errors import TableError
from imgstats.tables.derivation import Step

if TYPE_CHECKING:
    from imgstats.measures import OutcomeWords
    from imgstats.tables import Context, CountTable

__all__ = [
    "Names",
    "base_steps",
    "gap_by_year",
    "gap_sentence",
    "sentences",
    "slope_sentences",
    "slope_steps",
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
    names: Names, own: CountTable, kin: CountTable, kin_specific: CountTable
) -> tuple[Step, ...]:
    """Return the steps from three counted rates to the group's rate in the specialty."""
    first, second, third = (float(logit(each.rate)) for each in (own, kin, kin_specific))
    gap = first - second
    both = (own.context, kin.context)
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
            label="the gap between them on the logit scale", value=gap, scale="logit", contexts=both
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
        Columns match_year, own_rate, kin_rate (fractions), gap; years in which a rate is missing
        are left out.

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
    rows = pd.DataFrame(
        {"year": history["match_year"], "group": history["applicant_group"], "rate": rate}
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
        }
    )


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
    names: Names, own: CountTable, kin_specific: CountTable, tau: float, gaps: pd.DataFrame | None
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
        f"The spread of {tau:.2f} on the logit scale is a judgement, not an estimate.",
        "Nothing is known of how often such an interval holds the true rate.",
    )


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
