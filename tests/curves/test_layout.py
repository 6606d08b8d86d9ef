"""A curve that is written and read is the same, and written again gives the same bytes."""

from __future__ import annotations

import math
from dataclasses import asdict, replace

import numpy as np
import pytest

from imgstats.curves.layout import (
    BORROWED,
    Content,
    read_curve,
    read_member,
    render_borrowed,
    render_curves,
)
from imgstats.curves.record import (
    CandidateCurve,
    CurveKey,
    GapLimits,
    PooledMember,
    RateCurve,
    TauLimits,
    Transport,
)
from imgstats.sources.hashing import sha256_of
from imgstats.tables import Context
from imgstats.tables.context import Step
from imgstats.tables.unsaid.gaps import Spread
from tests.curves.same import assert_same

PLACES = [
    f"{outcome}{end}" for outcome in ("matched", "not_matched") for end in ("", "_low", "_high")
]
NAMES = ["rate", "low", "high", *PLACES, "density_matched", "density_not_matched"]
BANDS = ["low", "high", "rate", "rate_low", "rate_high", "n"]

TRANSPORT = Transport(
    base_rate=1 / 3,
    tau=0.25,
    steps=(
        Step(label="a rate", value=0.1 + 0.2, scale="rate", contexts=(Context(specialty="A"),)),
        Step(label="a gap", value=-0.5, scale="logit"),
    ),
    against=("One thing.", "Another."),
    over_tau=(
        TauLimits(tau=0.15, low=np.array([0.1, 0.2, 0.3]), high=np.array([0.4, 0.5, 1 / 3])),
    ),
    over_gap=(
        GapLimits(
            first_year=2022,
            last_year=2026,
            gap=1 / 7,
            base_rate=0.6,
            rate=np.array([0.1, 0.2, 1 / 3]),
            low=np.array([0.0, 0.1, 0.2]),
            high=np.array([0.4, 0.5, 2 / 3]),
        ),
    ),
    spread=Spread(estimate=0.1, low=0.0, high=10 / 3, pairs=1, level=0.95),
    pairs=(Step(label="B, 2013", value=0.2, scale="logit", contexts=(Context(trust="B"),)),),
)


def made(*, rivals=2, measure="step2_ck", specialty='Ob, "Gyn"', seed=0, bands=2):
    random = np.random.default_rng(seed)
    lows = np.arange(bands) * 10 + 200
    limits = {"low": lows.astype(float), "high": lows + 9.0}
    candidates = tuple(
        CandidateCurve(
            name=f"Rival(degree={i}, ridge=None)",
            words="a curve, with a comma",
            p=None if i == 1 else i / 501,
            reason="found; allowed: more" if i == 1 else "",
            rate=np.full(3, np.nan) if i == 1 else random.random(3),
            band_rate=np.full(bands, np.nan) if i == 1 else random.random(bands),
        )
        for i in range(1, rivals + 1)
    )
    return RateCurve(
        key=CurveKey("2026", "non_us_img", specialty, measure),
        grade="direct",
        estimator="Default()",
        p=1 / 3,
        level=0.95,
        x=np.array([209.0, 210.0, 211.0]),
        columns={name: random.random(3) for name in NAMES},
        bands=limits | {name: random.random(bands) for name in BANDS[2:]},
        candidates=candidates,
    )


def through_files(*curves):
    """Return curves as they come back from their files, and the files."""
    by_key = {each.key: each for each in curves}
    files = {**render_curves(by_key), BORROWED: render_borrowed(by_key, [])}
    contents = {name: Content(data, sha256_of(data)) for name, data in files.items()}
    return [read_curve(each.key, contents.__getitem__) for each in curves], files


def test_what_comes_back_is_what_was_written():
    first, second = made(), made(specialty="Pediatrics", seed=1)
    (found, other), files = through_files(first, second)
    assert_same(found, first, within=1e-7)
    assert_same(other, second, within=1e-7)
    assert through_files(found, other)[1] == files
    assert render_curves({each.key: each for each in (second, first)}).items() <= files.items()


def test_p_keeps_all_its_digits():
    curve = replace(made(), p=5 / 501)
    (found,), _ = through_files(curve)
    assert found.p == 5 / 501
    assert [each.p for each in found.candidates] == [None, 2 / 501]


def test_a_count_has_no_bands():
    curve = made(measure="publications", bands=0)
    (found,), files = through_files(curve)
    assert "publications.csv" in files
    assert list(found.bands) == BANDS
    assert all(len(each) == 0 for each in found.bands.values())
    assert all(len(each.band_rate) == 0 for each in found.candidates)


def test_curves_of_more_and_of_fewer_rivals_share_a_file():
    curves = made(rivals=3), made(rivals=0, specialty="Pediatrics")
    found, _ = through_files(*curves)
    assert [len(each.candidates) for each in found] == [3, 0]


def _rates(curve):
    return {name: curve.columns[name] for name in ("rate", "low", "high")}


def test_a_borrowed_curve_has_no_places():
    curve = made(rivals=0)
    curve = replace(curve, grade="borrowed", p=None, columns=_rates(curve), transport=TRANSPORT)
    (found, _), _ = through_files(curve, made(specialty="Pediatrics"))
    assert_same(found, curve, within=1e-7)
    told = found.transport
    assert (told.base_rate, told.tau, told.steps, told.against) == (
        TRANSPORT.base_rate,
        TRANSPORT.tau,
        TRANSPORT.steps,
        TRANSPORT.against,
    )
    (limits,), (expected,) = told.over_tau, TRANSPORT.over_tau
    assert (limits.tau, *limits.low, *limits.high) == (
        expected.tau,
        *expected.low,
        *expected.high,
    )
    assert (told.spread, told.pairs) == (TRANSPORT.spread, TRANSPORT.pairs)
    (gap,), (wanted,) = told.over_gap, TRANSPORT.over_gap
    for name, value in asdict(wanted).items():
        np.testing.assert_array_equal(getattr(gap, name), value)


def test_a_pooled_rate_is_read_for_its_own_counts_only():
    member = PooledMember(
        specialty="A",
        level=0.95,
        rate=0.1 + 0.2,
        low=0.1,
        high=0.5,
        leaned=1 / 3,
        middle=0.4,
        tau=0.2,
        n_kin=24,
    )
    data = render_borrowed(
        {},
        [
            {
                "match_year": "2026",
                "applicant_group": "g",
                "inputs": "ab",
                "members": [asdict(member)],
            }
        ],
    )
    content, key = Content(data, sha256_of(data)), CurveKey("2026", "g", "A", "step2_ck")
    assert read_member(content, key, "ab") == member
    assert read_member(content, key, "of other counts") is None
    assert read_member(content, replace(key, specialty="B"), "ab") is None
    assert read_member(content, replace(key, applicant_group="h"), "ab") is None


def test_a_missing_number_of_a_band_stays_missing():
    curve = made()
    (found,), _ = through_files(replace(curve, bands={**curve.bands, "n": np.full(2, math.nan)}))
    assert np.isnan(found.bands["n"]).all()


@pytest.mark.parametrize(
    ("value", "cell"),
    [(0.0, "0"), (1.0, "1"), (-1e-12, "0"), (2.4375e-7, "0.0000002"), (0.5, "0.5"), (120.0, "120")],
)
def test_numbers_are_written_without_idle_zeros(value, cell):
    curve = made()
    columns = {**curve.columns, "rate": np.full(3, value)}
    line = through_files(replace(curve, columns=columns))[1]["step2_ck.csv"].decode().split("\n")[1]
    assert line.startswith(f'2026,non_us_img,"Ob, ""Gyn""",209,{cell},')
