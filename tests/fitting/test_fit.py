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
    assert found.estimator.p is not None
    assert found.estimator.p < 0.01
    (told,) = found.warnings
    assert "could hardly have printed these figures (p " in told
    assert found.to_dict()["warnings"] == [told]
    assert told in said(found)
    (first, *_) = found.rates
    assert first.rate is not None
    assert first.tried is not None
    low, high = first.tried
    assert low <= first.rate <= high


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
    assert found.rates[0].band is not None
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


GPA_ROWS = [(2, 2.49, 10, 40), (2.5, 2.99, 30, 30), (3, None, 60, 10)]


@pytest.mark.slow
def test_every_value_outside_is_named_and_shows_no_number():
    found = fit(bands(GPA_ROWS, Measure("gpa", words=PASSING)), [1, 3.2, -9, 50], n_refits=20)
    assert [each.outside for each in found.rates] == [True, False, True, True]
    (told,) = found.warnings
    assert told.startswith("1, -9 and 50 lie outside 2 to ")
    for row, each in zip(brief_of(found).rows, found.rates, strict=True):
        assert (row[1:4] == ("none", "outside the table", "")) is each.outside
    assert found.to_dict()["rates"][0]["outside"]


@pytest.mark.slow
def test_an_open_band_reaches_the_near_end_of_the_scale_and_no_far_one():
    of = Measure("gpa", low=0, high=4, words=PASSING)
    found = fit(bands(GPA_ROWS, of), [4.0], n_refits=20)
    assert found.warnings == ()
    assert not found.rates[0].outside
    far = Measure("gpa", low=0, high=400, step=0.01, words=PASSING)
    assert fit(bands(GPA_ROWS, far), [390], n_refits=20).rates[0].outside


@pytest.mark.slow
def test_a_step_that_nobody_printed_is_said_to_be_unknown():
    ielts = OutcomeSummary(
        measure=Measure("ielts", words=PASSING),
        matched=Summary(n=120, q1=6.5, median=7.0, q3=7.5),
        not_matched=Summary(n=200, q1=5.5, median=6, q3=6.5),
    )
    found = fit(ielts, n_refits=20)
    assert found.table.step == 0.01
    assert found.step_from == "finer"
    assert "Step 0.01, finer than the printed places: the real step is not known" in said(found)
    table = bands(GPA_ROWS, Measure("gpa", words=PASSING))
    assert fit(table, [2.2], n_refits=20).step_from == "printed"


@pytest.mark.slow
@pytest.mark.parametrize("columns", [60, 80])
def test_long_words_cut_no_number(columns):
    from imgstats.cli.parts.screen import screen

    words = OutcomeWords("passed", "failed", "share of all who pass the whole thing", "candidates")
    of = Measure("a name of a measure that goes on and on and on", step=1, words=words)
    rows = [(1_000_000, 1_499_999, 10, 40), (1_500_000, 1_999_999, 30, 30)]
    found = fit(bands(rows, of), [1_200_000, 1_700_000], n_refits=20)
    shown = brief_of(found)
    assert shown.columns[:2] == ("value", "rate")
    lines = [line.plain for line in screen(shown, columns)]
    table = lines[1 : lines.index("110 candidates in 2 bands.")]
    assert max(map(len, table)) <= columns
    assert "..." not in " ".join(table)
    seen = " ".join(table).split()
    for cells in shown.rows:
        assert all(seen.count(word) for cell in cells for word in cell.split())


def test_many_bands_are_refused_before_any_fit(monkeypatch):
    from imgstats.fitting.asked import MOST_BANDS

    monkeypatch.setitem(fit.__globals__, "fit_candidates", None)
    rows = [(x, x, 1, 1) for x in range(MOST_BANDS + 1)]
    with pytest.raises(TableError, match=f"{MOST_BANDS + 1} bands; allowed: up to {MOST_BANDS}"):
        fit(bands(rows))
