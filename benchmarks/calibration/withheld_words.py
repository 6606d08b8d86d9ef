"""What the withheld digits say, in sentences and as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.calibration.withheld import DIGITS, FORMULAS, OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AIMS", "LEAST_N", "Score", "row", "score", "sentences", "table"]

# What was asked of a foretold digit before any was foretold.
AIMS = {"mean": 0.45, "sd": 0.50}  # mean miss, points
MOST_BIAS = 0.2
LEAST_HELD = 0.92
LEAST_N = 30  # in a smaller summary a digit's own sampling is all there is to see
# Column of the value, and of its ends: the density's digit alone, and given the others.
_ALONE = ("foretold", "low", "high")
_GIVEN = ("given", "given_low", "given_high")


def row(*entries: str) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(entries)} |"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How near digits were foretold.

    Attributes
    ----------
    miss, bias : float
        Mean absolute difference from the printed digits, and mean difference.
    held : float
        Fraction of the digits in their interval; one that was not foretold is not held.
    width : float
        Mean width of the interval.
    """

    miss: float
    bias: float
    held: float
    width: float


def score(frame: pd.DataFrame, *, given: bool = False) -> Score:
    """Return how near the digits of some rows were foretold.

    Parameters
    ----------
    frame : DataFrame
        Rows of ``withheld.csv``.
    given : bool
        Whether given the other digits of the sample.
    """
    value, low, high = (frame[name] for name in (_GIVEN if given else _ALONE))
    away = value - frame["printed"]
    return Score(
        miss=float(away.abs().mean()),
        bias=float(away.mean()),
        held=float(((low <= frame["printed"]) & (frame["printed"] <= high)).mean()),
        width=float((high - low).mean()),
    )


def large(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of summaries that the aims speak of."""
    return frame[frame["n"] >= LEAST_N]


def sentences(frame: pd.DataFrame) -> list[str]:
    """Return what was withheld, and how the aims were met."""
    kept = large(frame)
    alone, given = score(kept), score(kept, given=True)
    small = score(frame), score(frame, given=True)
    about = (
        f"The {len(kept)} digits are those of {_summaries(kept)} printed summaries of at least "
        f"{LEAST_N} applicants. With the smaller ones, {len(frame)} digits of {_summaries(frame)} "
        f"summaries, the density's interval holds {_per_cent(small[0].held)}, the one given the "
        f"other digits {_per_cent(small[1].held)}."
    )
    held = (
        f"The density's interval is {alone.width:.1f} points wide on average and holds "
        f"{_per_cent(alone.held)}; given the other digits of the sample it is {given.width:.1f} "
        f"wide and holds {_per_cent(given.held)}. The first counts twice what the digits of one "
        "sample share, so it is wider than it says; the second does not."
    )
    aims = [_aim_words(kept[kept["digit"] == digit], digit) for digit in AIMS]
    aims.append(
        f"At least {_per_cent(LEAST_HELD)} held: {_met(min(alone.held, given.held) >= LEAST_HELD)}."
    )
    return [about, held, f"Aims. {' '.join(aims)}", _cut_words(kept[kept["digit"] == "mean"])]


def _cut_words(means: pd.DataFrame) -> str:
    """Say how far means are foretold from those printed, and what that may come from."""
    away = (means["foretold"] - means["printed"]).dropna()
    error = float(away.std() / len(away) ** 0.5)
    return (
        f"Means are foretold {away.mean():+.2f} points from those printed (standard error "
        f"{error:.2f}). A mean that is rounded to whole points lies where it is foretold on "
        "average; one that is cut lies half a point under it. The source does not say which. The "
        "package takes means as rounded."
    )


def _aim_words(frame: pd.DataFrame, digit: str) -> str:
    """Say how a mean's or an sd's aims were met, beside the formulas on the same digits."""
    found, given = score(frame), score(frame, given=True)
    formulas = [
        f"{name.capitalize()}'s formula {_formula(frame, name)}"
        for name, (of, _) in FORMULAS.items()
        if of == digit
    ]
    return (
        f"The {digit} within {AIMS[digit]:.2f} on average: {found.miss:.2f}, "
        f"{_met(found.miss <= AIMS[digit])} (given the others {given.miss:.2f}; "
        f"{', '.join(formulas)}). Its bias under {MOST_BIAS:.1f}: {found.bias:+.2f}, "
        f"{_met(abs(found.bias) < MOST_BIAS)}."
    )


def _formula(frame: pd.DataFrame, name: str) -> str:
    away = (frame[name] - frame["printed"]).dropna()
    return "" if away.empty else f"{away.abs().mean():.2f}, {away.mean():+.2f}"


def _summaries(frame: pd.DataFrame) -> int:
    return int(frame.groupby(["specialty", "outcome"]).ngroups)


def _met(reached: bool) -> str:
    return "reached" if reached else "missed"


def _per_cent(fraction: float) -> str:
    return f"{100 * fraction:.1f} %"


def table(frame: pd.DataFrame) -> str:
    """Return a row per outcome and kind of digit: misses, biases, and what was held."""
    kept = large(frame)
    heads = ["outcome", "digit", "digits", "miss, bias", "held, %", "width"]
    heads += ["given: miss, bias", "held, %", "width", *(name.capitalize() for name in FORMULAS)]
    lines = [row(*heads), row(*["---"] * len(heads))]
    for outcome in OUTCOMES:
        for digit in DIGITS:
            mine = kept[(kept["outcome"] == outcome) & (kept["digit"] == digit)]
            lines.append(_line(mine, outcome.replace("_", " "), digit))
    lines += [_line(kept[kept["digit"] == digit], "both", digit) for digit in DIGITS]
    return "\n".join([*lines, _line(kept, "both", "all")])


def _line(frame: pd.DataFrame, outcome: str, digit: str) -> str:
    entries = [outcome, digit, str(len(frame))]
    for given in (False, True):
        found = score(frame, given=given)
        entries += [
            f"{found.miss:.2f}, {found.bias:+.2f}",
            f"{100 * found.held:.0f}",
            f"{found.width:.1f}",
        ]
    formulas = [_formula(frame, name) if digit == of else "" for name, (of, _) in FORMULAS.items()]
    return row(*entries, *formulas)
