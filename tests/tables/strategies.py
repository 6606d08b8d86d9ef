"""Tables as a report could print them, for property tests."""

from __future__ import annotations

import string
from dataclasses import fields

from hypothesis import strategies as st

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


def _half(steps: int) -> float:
    return steps / 2


@st.composite
def summaries(draw: st.DrawFn) -> Summary:
    """Return the digits of one outcome; any of them may be missing."""
    halves = st.integers(2 * LOWEST, 2 * HIGHEST).map(_half)
    values = sorted(draw(st.lists(halves, min_size=5, max_size=5)))
    digits = dict(zip(("min", "q1", "median", "q3", "max"), values, strict=True))
    # What the order statistics leave room for: a quarter of the people in each part.
    lowest, highest = sum(values[:4]) / 4, sum(values[1:]) / 4
    digits["mean"] = draw(st.integers(round(10 * lowest), round(10 * highest))) / 10
    digits["sd"] = draw(st.integers(0, round(5 * (values[-1] - values[0])))) / 10
    kept = draw(st.sets(st.sampled_from(sorted(digits))))
    n = draw(st.integers(min_value=1, max_value=50_000))
    return Summary(n=n, **{name: digits[name] for name in kept})


@st.composite
def outcome_summaries(draw: st.DrawFn) -> OutcomeSummary:
    """Return a table with or without group counts, scale and units of its own."""
    matched, not_matched = draw(summaries()), draw(summaries())
    more = st.integers(min_value=0, max_value=500)
    groups = ((matched.n or 0) + draw(more), (not_matched.n or 0) + draw(more))
    units = st.sampled_from([0.0, 0.1, 1.0, 5.0])
    return OutcomeSummary(
        measure=draw(measures),
        matched=matched,
        not_matched=not_matched,
        group_counts=draw(st.sampled_from([None, groups])),
        scale=draw(st.sampled_from([None, (LOWEST, HIGHEST)])),
        rounding=draw(st.sampled_from([None, Rounding(mean=draw(units), sd=draw(units))])),
        n_exact=draw(st.booleans()),
        context=draw(contexts()),
    )


def _band(low: float | None, high: float | None, *, n: int, matched: int, printed: bool) -> Band:
    if printed:
        rate = round(matched / n, 2) if n else None
        return Band(low=low, high=high, n=n, rate=rate, rate_unit=0.01)
    return Band(low=low, high=high, matched=matched, not_matched=n - matched)


@st.composite
def band_tables(draw: st.DrawFn) -> BandTable:
    """Return ordered bands, by counts or by n and rate, perhaps open at the ends, with gaps."""
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
