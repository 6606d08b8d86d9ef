"""`fit`: what it says beside the estimators, and where it has no rate."""

from __future__ import annotations

import pytest

from imgstats import BandTable, OutcomeSummary, Summary
from imgstats.errors import InputError, TableError
from imgstats.fitting import fit
from imgstats.fitting.shown import brief_of
from imgstats.measures import MEASURES, Measure, OutcomeWords

PASSING = OutcomeWords("passed", "failed", people="students")
SCORE = Measure("score", step=1, words=PASSING)


def bands(rows, measure=SCORE):
    return BandTable.from_counts(measure, rows)


def said(found):
    return " ".join(line.text for line in brief_of(found).lines)


@pytest.mark.slow
def test_a_line_that_does_not_fit_is_doubted_aloud():
    zigzag = [("1-9", 10, 90), ("10-19", 90, 10), ("20-29", 10, 90), ("30-39", 90, 10)]
    found = fit(bands(zigzag), n_refits=200)
    assert found.estimator.p < 0.01
    (told,) = found.warnings
    assert "could hardly have printed these figures (p " in told
    assert found.to_dict()["warnings"] == [told]
    assert told in said(found)
    low, high = found.rates[0].tried
    assert low <= found.rates[0].rate <= high


@pytest.mark.slow
def test_many_bands_and_values_keep_to_the_screen():
    from imgstats.cli.parts.screen import screen

    rows = [(low, low + 9, 20 + low // 10, 40) for low in range(0, 400, 10)]
    table = bands(rows)
    found = fit(table, n_refits=50)
    assert [each.x for each in found.rates] == [4, 84, 164, 234, 314, 394]
    asked = fit(table, range(0, 400, 10), n_refits=50)
    assert len(asked.rates) == 40
    assert len(brief_of(asked).rows) == 8
    for each in (found, asked):
        assert len(screen(brief_of(each))) <= 23


@pytest.mark.slow
def test_an_open_band_is_told_and_an_empty_one_has_nobody():
    found = fit(
        bands([(None, 9, 5, 20), (10, 19, 0, 0), (20, 29, 20, 15), (30, None, 30, 10)]),
        [15],
        n_refits=50,
    )
    assert "How far open bands reach is assumed." in said(found)
    assert brief_of(found).rows[0][-1] == "10-19: nobody"
    assert found.rates[0].band.rate is None


@pytest.mark.slow
def test_a_count_takes_the_curve_of_counts():
    ranks = OutcomeSummary(
        measure="publications",
        matched=Summary(n=90, q1=2, median=4, q3=8, mean=5.5, sd=4.0),
        not_matched=Summary(n=60, q1=1, median=2, q3=5, mean=3.5, sd=3.5),
    )
    found = fit(ranks, [3], n_refits=50)
    assert found.estimator.name == "RankListRate()"
    assert found.step_from == "known"
    assert ranks.of == MEASURES["publications"]


@pytest.mark.slow
def test_a_group_of_which_a_part_is_summarised_is_said_to_be_assumed_alike():
    side = {"q1": 10, "median": 20, "q3": 30}
    table = OutcomeSummary(
        measure=SCORE,
        matched=Summary(n=30, **side),
        not_matched=Summary(n=30, **side),
        group_counts=(50, 70),
    )
    found = fit(table, n_refits=50)
    assert "Those summarised are taken to be like all students." in said(found)
    assert "41.7 % passed" in brief_of(found).label
    assert found.rates[0].alone is None  # no extremes are printed


@pytest.mark.parametrize(
    ("table", "at", "error", "message"),
    [
        (bands([("1-9", 1, 9), ("10-19", 8, 2)]), [float("nan")], InputError, "finite numbers"),
        (
            bands([("1-9", 1, 9), ("10-19", 8, 2)], Measure("score", high=19, words=PASSING)),
            [20],
            InputError,
            "score 20; allowed: up to 19",
        ),
        (
            OutcomeSummary(measure=SCORE, matched=Summary(n=3), not_matched=Summary(n=4)),
            None,
            TableError,
            "neither quartiles nor means",
        ),
    ],
)
def test_what_cannot_be_asked_is_refused(table, at, error, message):
    with pytest.raises(error, match=message):
        fit(table, at, n_refits=5)
