"""What a headline says of its own limits: the figures behind it, its year, its table's letter."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from imgstats import Applicant
from imgstats.comparison.score import ways
from imgstats.comparison.score.ladder import ASSUMED_BY_RUNG, ladder_at
from imgstats.comparison.score.limits import behind_the_year, shape_is_assumed
from imgstats.curves.record import RUNGS
from imgstats.curves.store import curve_for
from imgstats.estimators.bounds import LADDER, RateBounds
from imgstats.grades import LETTERS, weakest
from imgstats.tables import Context
from imgstats.wording import interval_words, small_number, thousands

BOUNDS = {"digits": (0.0, 1.0), "unimodal": (0.03, 0.93), "smooth": (0.11, 0.73)}
NON_US = Applicant(group="non_us_img", step2_ck=242)


@pytest.fixture(scope="module")
def table(tables):
    return tables.outcome_summary(group="non_us_img", year="2026")


def with_bounds(curve, bounds=BOUNDS):
    """Return a curve with bounds between the printed extremes, whatever was stored."""
    inside = (curve.x >= 209) & (curve.x <= 290)
    columns = {name: each for name, each in curve.columns.items() if name not in _names(BOUNDS)}
    for name, ends in bounds.items():
        for end, value in zip(("low", "high"), ends, strict=True):
            columns[f"{name}_{end}"] = np.where(inside, value, np.nan)
    return replace(curve, columns=columns)


def _names(bounds):
    return {f"{name}_{end}" for name in bounds for end in ("low", "high")}


@pytest.fixture
def laddered(monkeypatch):
    """Let every curve of scores hold these bounds, or none."""

    def use(bounds=BOUNDS):
        def found(table, root=None, *, level=0.95):
            return with_bounds(curve_for(table, root, level=level), bounds)

        monkeypatch.setattr(ways, "curve_for", found)

    return use


# What the figures fix


def test_the_figures_of_the_table_are_counted(table):
    said = shape_is_assumed(table, ("a",)).sentence
    number = small_number(len(table.matched.printed))
    assert said == (
        f"{number.capitalize()} printed figures an outcome fix no rate at a single score: a smooth "
        "shape is assumed."
    )


@pytest.mark.parametrize(
    ("matched", "not_matched", "start"),
    [
        ({"q1": 240, "median": 250, "q3": 259}, {"median": 242},
         "Three printed figures of the matched and one of the not matched fix no rate"),
        ({"mean": 250, "sd": 14}, {"mean": 242, "sd": 15}, "Two printed figures an outcome fix no"),
        ({"median": 250}, {"median": 242}, "One printed figure an outcome fixes no rate"),
        ({"median": 250}, {"q1": 230, "median": 242},
         "One printed figure of the matched and two of the not matched fix no rate"),
    ],
)  # fmt: skip
def test_fewer_figures_are_counted_too(matched, not_matched, start):
    from imgstats import OutcomeSummary, Summary

    table = OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=400, **matched),
        not_matched=Summary(n=600, **not_matched),
    )
    assert shape_is_assumed(table, ()).sentence.startswith(start)


def test_the_shape_stands_among_what_a_fitted_rate_rests_on(non_us, table):
    said = [each.sentence for each in non_us.assumptions]
    assert shape_is_assumed(table, ()).sentence in said


def test_nothing_is_said_of_a_shape_where_no_curve_is_fitted(compared):
    found = compared(NON_US, denominator="any-pgy1")
    assert not [each for each in found.assumptions if "shape" in each.sentence]


# What the interval is for


@pytest.mark.parametrize(
    ("applicant", "more"),
    [
        (NON_US, {}),
        (NON_US, {"denominator": "any-pgy1"}),
        (Applicant(group="us_img", step2_ck=242), {}),
        (Applicant(group="non_us_img", step2_ck=242, specialty="Dermatology"), {}),
    ],
    ids=["fitted", "counted", "borrowed", "pooled"],
)
def test_every_interval_is_for_a_rate_and_says_of_which_year(compared, applicant, more):
    found = compared(applicant, **more)
    said = [each for each in found.assumptions if each.sentence.startswith("The interval is for")]
    (only,) = said
    assert only.sentence == (
        "The interval is for the rate behind such a year, not for the count of "
        f"{found.headline.match_year}."
    )
    assert only.sources


def test_the_year_is_that_of_the_table():
    said = behind_the_year(Context(match_year="1999", trust="C"), ("a",))
    assert (said.sentence[-5:], said.grade, said.sources) == ("1999.", "C", ("a",))


# The letter of its table


def test_a_fitted_rate_has_the_letter_of_its_table(non_us, table):
    headline = non_us.headline
    assert headline.table_grade == table.context.trust
    assert headline.table_sentence == (
        f"Its table: {headline.table_grade} ({LETTERS[headline.table_grade]})."
    )
    assert non_us.to_dict()["headline"]["table_grade"] == headline.table_grade


def test_a_borrowed_rate_has_the_weakest_letter_of_its_tables(us):
    letters = {each.trust for each in us.sources if each.key in us.headline.sources}
    assert us.headline.table_grade == weakest(*letters)
    assert us.headline.table_sentence.startswith(("Its tables: ", "The weakest of its tables: "))


# Without a curve


def test_a_curve_without_bounds_gives_no_ladder(compared, laddered):
    laddered({})
    found = compared(NON_US)
    assert found.headline.ladder is None
    assert found.to_dict()["headline"]["ladder"] is None


def test_bounds_become_rungs_in_their_order(compared, laddered, table):
    laddered()
    ladder = compared(NON_US).headline.ladder
    assert {each.name: (each.low, each.high) for each in ladder.rungs} == BOUNDS
    assert [each.name for each in ladder.rungs] == list(ASSUMED_BY_RUNG) == list(LADDER)
    assert f"allow {interval_words(*BOUNDS['smooth'])} where the" in ladder.sentence
    assert "differ by at most a fifth (" in ladder.sentence
    behind = table.matched.n + table.not_matched.n
    assert f"the {thousands(behind)} applicants behind the printed figures" in ladder.caption


def test_a_fifth_is_the_ratio_of_the_bounds():
    # The words are looked up without the estimator, so the number in them is held to it here.
    assert RateBounds().ratio - 1 == pytest.approx(1 / 5)
    assert tuple(LADDER) == RUNGS


def test_json_holds_the_ladder(compared, laddered):
    laddered()
    found = compared(NON_US).to_dict()["headline"]["ladder"]
    assert found["rungs"][-1] == {"name": "smooth", "low": 0.11, "high": 0.73}


@pytest.mark.parametrize("score", [100, 208, 291, 300])
def test_outside_the_printed_scores_there_is_no_ladder(compared, laddered, score):
    laddered()
    applicant = Applicant(group="non_us_img", step2_ck=score)
    assert compared(applicant).headline.ladder is None


def test_a_rung_that_was_not_worked_out_is_left_out_and_the_words_follow(table):
    curve = with_bounds(curve_for(table), BOUNDS | {"smooth": (math.nan, math.nan)})
    ladder = ladder_at(curve, 242, 10)
    assert ladder is not None
    assert [each.name for each in ladder.rungs] == ["digits", "unimodal"]
    assert f"allow {interval_words(*BOUNDS['unimodal'])} where the" in ladder.sentence
    assert ladder.sentence.endswith("have one peak (0 % to 100 % with nothing assumed).")
    assert "jump" not in ladder.caption


def test_the_digits_alone_assume_nothing(table):
    curve = with_bounds(curve_for(table), {"digits": BOUNDS["digits"]})
    ladder = ladder_at(curve, 242, 10)
    assert ladder is not None
    assert ladder.sentence == ("The figures alone, without a smooth curve, allow 0 % to 100 %.")


def test_a_borrowed_rate_has_no_ladder(us):
    assert us.headline.ladder is None


def test_the_caption_says_how_much_neighbours_may_differ():
    # "by at most a fifth" is the default of the estimator that works the bounds out.
    assert RateBounds().ratio == 1.2
