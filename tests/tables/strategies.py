"""Tables as a report could print them, for property tests."""

from __future__ import annotations

import math
import string
from dataclasses import fields

import numpy as np
from hypothesis import strategies as st

from imgstats.measures import MEASURES
from imgstats.tables import (
    Band,
    BandTable,
    Context,
    CountTable,
    OutcomeSummary,
    Rounding,
    Share,
    ShareTable,
    Summary,
)

# Words that pandas reads as an empty cell, a truth value or a number; they have tests of their own.
READ_AS_SOMETHING_ELSE = {"na", "nan", "null", "none", "true", "false", "inf", "infinity"}

LOWEST, HIGHEST = 1, 300
counts = st.integers(min_value=0, max_value=50_000)
words = st.text(alphabet=string.ascii_letters + " ,;'\"%+/()-éü", min_size=3, max_size=20).filter(
    lambda word: (
        any(letter.isalpha() for letter in word)
        and word == word.strip()
        and word.lower().strip("+-") not in READ_AS_SOMETHING_ELSE
    )
)
measures = st.sampled_from(["step2_ck", "contiguous_ranks", "attempts", "usce_months"])


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    """Return a context; any field may be empty."""
    names = [each.name for each in fields(Context)]
    return Context(**{name: draw(st.one_of(st.just(""), words)) for name in names})


@st.composite
def count_tables(draw: st.DrawFn) -> CountTable:
    """Return a table with at least one applicant."""
    return CountTable(
        matched=draw(counts),
        not_matched=draw(st.integers(min_value=1, max_value=50_000)),
        context=draw(contexts()),
    )


UNITS = st.sampled_from([0.0, 0.1, 1.0, 5.0])


def in_steps(value: float, unit: float) -> float:
    """Return a value as it is printed in steps of a unit, halves upwards."""
    return value if unit == 0 else round(math.floor(value / unit + 0.5) * unit, 9)


def print_sample(values: list[int], rounding: Rounding) -> dict[str, float]:
    """Return every digit of a sample, without n."""
    quartiles = np.percentile(values, [25, 50, 75], method="averaged_inverted_cdf")
    sd = float(np.std(values, ddof=min(1, len(values) - 1)))
    return {
        "min": min(values),
        **dict(zip(("q1", "median", "q3"), map(float, quartiles), strict=True)),
        "max": max(values),
        "mean": in_steps(float(np.mean(values)), rounding.mean),
        "sd": in_steps(sd, rounding.sd),
    }


@st.composite
def summaries(draw: st.DrawFn, rounding: Rounding) -> Summary:
    """Return the digits of a sample; any of them may be missing."""
    values = draw(st.lists(st.integers(LOWEST, HIGHEST), min_size=1, max_size=20))
    values *= draw(st.sampled_from([1, 2, 50]))
    digits = print_sample(values, rounding)
    kept = draw(st.sets(st.sampled_from(sorted(digits))))
    return Summary(n=len(values), **{name: digits[name] for name in kept})


@st.composite
def outcome_summaries(draw: st.DrawFn) -> OutcomeSummary:
    """Return a table with or without group counts, scale and units of its own."""
    measure = draw(measures)
    rounding = draw(st.one_of(st.none(), st.builds(Rounding, mean=UNITS, sd=UNITS)))
    known = MEASURES.get(measure)
    usual = Rounding(mean=known.mean_unit or 1.0, sd=known.sd_unit or 1.0) if known else Rounding()
    matched, not_matched = (draw(summaries(rounding or usual)) for _ in range(2))
    more = st.integers(min_value=0, max_value=500)
    groups = ((matched.n or 0) + draw(more), (not_matched.n or 0) + draw(more))
    return OutcomeSummary(
        measure=measure,
        matched=matched,
        not_matched=not_matched,
        group_counts=draw(st.sampled_from([None, groups])),
        scale=draw(st.sampled_from([None, (LOWEST, HIGHEST)])),
        rounding=rounding,
        n_exact=draw(st.booleans()),
        context=draw(contexts()),
    )


def _band(
    low: float | None,
    high: float | None,
    *,
    n: int,
    matched: int,
    printed: bool,
    hides: str = "",
) -> Band:
    if hides == "matched":
        return Band(low=low, high=high, matched_range=(0, 4), not_matched=n - matched)
    if hides == "both" and n:
        return Band(low=low, high=high, n=n, not_matched_range=(0, 10))
    if printed:
        rate = round(matched / n, 2) if n else None
        return Band(low=low, high=high, n=n, rate=rate, rate_unit=0.01)
    return Band(low=low, high=high, matched=matched, not_matched=n - matched)


@st.composite
def band_tables(draw: st.DrawFn) -> BandTable:
    """Return ordered bands, by counts, n and rate, or hidden counts, perhaps open, with gaps."""
    ends = sorted(draw(st.lists(st.integers(1, 400), min_size=2, max_size=12, unique=True)))
    pairs = list(zip(ends[::2], ends[1::2], strict=False))
    open_below, open_above, printed = (draw(st.booleans()) for _ in range(3))
    bands = []
    for position, (low, high) in enumerate(pairs):
        n = draw(st.integers(min_value=int(position == 0), max_value=5_000))
        bands.append(
            _band(
                None if open_below and position == 0 else low,
                None if open_above and position == len(pairs) - 1 else high,
                n=n,
                matched=draw(st.integers(min_value=0, max_value=n)),
                printed=printed,
                hides=draw(st.sampled_from(["", "", "matched", "both"])),
            )
        )
    return BandTable(measure=draw(measures), bands=tuple(bands), context=draw(contexts()))


@st.composite
def share_tables(draw: st.DrawFn) -> ShareTable:
    """Return whole per cents that add up to 1, or any where answers do not exclude each other."""
    answers = draw(st.lists(words, min_size=1, max_size=6, unique=True))
    exclusive = draw(st.booleans())
    if exclusive:
        cuts = sorted(
            draw(
                st.lists(st.integers(0, 100), min_size=len(answers) - 1, max_size=len(answers) - 1)
            )
        )
        whole = [high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    else:
        whole = [draw(st.integers(0, 100)) for _ in answers]
    return ShareTable(
        question=draw(words),
        shares=tuple(Share(answer=a, share=w / 100) for a, w in zip(answers, whole, strict=True)),
        respondents=draw(st.one_of(st.none(), counts)),
        exclusive=exclusive,
        context=draw(contexts()),
    )


tables = st.one_of(count_tables(), outcome_summaries(), band_tables(), share_tables())
