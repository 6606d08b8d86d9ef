"""Years and denominators, as published, and forecasts of the next year, tested on past ones."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t as student

from imgstats import PublishedTables
from imgstats.applicant import GROUPS
from imgstats.comparison.trend import years as trend_years
from imgstats.comparison.trend.attempts import (
    FEWEST_POSITION_YEARS,
    FEWEST_RATE_YEARS,
    POSITIONS,
    beats,
)
from imgstats.comparison.trend.records import LAST_YEAR, TREND
from imgstats.estimators.trend import LastYearRate, TrendRate
from imgstats.reporting import sections
from tests.patience import PATIENCE

ESTIMATORS = {TREND: TrendRate, LAST_YEAR: LastYearRate}


def made_outlook(trend):
    return trend_years.outlook(trend)


def test_every_published_rate_is_a_row_of_the_trend(non_us):
    rows = {row.match_year: row for row in non_us.trend.rows}
    frame = PublishedTables().frame("pgy1_by_year").dropna(subset=["match_rate_pct"])
    for each in frame.to_dict("records"):
        found = getattr(rows[str(each["match_year"])], f"{each['applicant_group']}_rate")
        assert found == pytest.approx(each["match_rate_pct"] / 100)


def test_a_year_without_a_rate_stays_empty(non_us):
    rows = {row.match_year: row for row in non_us.trend.rows}
    assert (rows["2020"].us_img_rate, rows["2020"].non_us_img_rate) == (None, None)


def test_years_run_up_without_repeats(non_us):
    years = [row.match_year for row in non_us.trend.rows]
    assert years == sorted(set(years))


def test_the_sentence_names_both_ends_of_the_applicants_group(non_us, us):
    assert "42.4 % matched to a PGY-1 position in 2008 and 56.4 % in 2026" in non_us.trend.sentence
    assert "51.9 % matched to a PGY-1 position in 2008 and 70.0 % in 2026" in us.trend.sentence


def test_both_groups_see_the_same_rows(non_us, us):
    assert non_us.trend.rows == us.trend.rows


def test_the_trend_names_every_source_of_both_groups_rates(non_us, us):
    # Both groups' rates stand in the table, so both groups' sources belong to it.
    frame = PublishedTables().frame("pgy1_by_year").dropna(subset=["match_rate_pct"])
    for comparison in (non_us, us):
        assert set(frame["source"]) <= set(comparison.trend.sources)


def test_the_ways_to_count_have_three_different_denominators(non_us):
    found = [(each.matched, each.n) for each in non_us.denominators]
    assert found[:2] == [(3392, 6992), (6733, 11944)]
    assert len(found) == 3


@pytest.mark.parametrize("name", ["non_us", "us"])
def test_a_counted_rate_is_its_counts_and_lies_in_its_interval(request, name):
    for each in request.getfixturevalue(name).denominators:
        assert each.rate == pytest.approx(each.matched / each.n)
        if each.low is not None:
            assert each.low < each.rate < each.high


@pytest.mark.parametrize("name", ["non_us", "us"])
def test_every_way_to_count_says_of_whom(request, name):
    populations = [each.population for each in request.getfixturevalue(name).denominators]
    assert all(populations)
    assert len(set(populations)) == len(populations)


@pytest.fixture(scope="module")
def outlook(non_us):
    return made_outlook(non_us.trend)


@pytest.fixture(scope="module")
def years():
    """Return each group's published years, as the estimator takes them."""
    frame = PublishedTables().frame("pgy1_by_year")
    return {name: frame[frame["applicant_group"] == name] for name in GROUPS}


def _years_known(trend, name):
    column = name if name == POSITIONS else f"{name}_rate"
    return [row for row in trend.rows if getattr(row, column) is not None]


def test_the_forecasts_are_for_the_year_after_the_last(non_us, outlook):
    assert outlook.match_year == str(int(non_us.trend.rows[-1].match_year) + 1)
    assert [each.name for each in outlook.forecasts] == [*GROUPS, POSITIONS]
    assert {each.match_year for each in outlook.forecasts} == {outlook.match_year}
    for each in outlook.forecasts:
        assert int(each.last_year) + each.steps == int(each.match_year)
        assert each.years == len(_years_known(non_us.trend, each.name))


@pytest.mark.parametrize("group", GROUPS)
def test_a_rates_forecast_is_the_estimators_on_the_published_table(outlook, years, group):
    found = outlook.find(group)
    assert {each.way for each in found.both} == set(ESTIMATORS)
    for each in found.both:
        fitted = ESTIMATORS[each.way]().fit(years[group])
        wanted = fitted.forecast(found.steps, outlook.level).iloc[-1]
        assert wanted["year"] == int(found.match_year)
        assert (each.value, each.low, each.high) == pytest.approx(
            (wanted["rate"], wanted["low"], wanted["high"])
        )


@pytest.mark.parametrize("group", GROUPS)
def test_errors_widths_and_scores_are_those_of_the_rolling_origin(outlook, years, group):
    for each in outlook.find(group).both:
        rows = ESTIMATORS[each.way]().fit(years[group]).rolling_origin(FEWEST_RATE_YEARS)
        assert each.mean_error == pytest.approx((rows["observed"] - rows["rate"]).abs().mean())
        assert each.mean_width == pytest.approx((rows["high"] - rows["low"]).mean())
        assert each.mean_score == pytest.approx(rows["score"].mean())
        assert (each.tested, each.held) == (len(rows), rows["held"].sum())


def test_the_trend_is_shown_where_it_was_nearer_and_had_the_better_intervals(outlook):
    for each in outlook.forecasts:
        ways = {one.way: one for one in each.both}
        trend, last = ways[TREND], ways[LAST_YEAR]
        won = trend.mean_error < last.mean_error and trend.mean_score < last.mean_score
        assert each.way == (TREND if won else LAST_YEAR)
        assert beats(trend, last) == won
    # The published rates have both cases.
    assert {each.way for each in outlook.forecasts} == {TREND, LAST_YEAR}


@pytest.mark.parametrize(
    ("error", "score", "wins"),
    [(0.9, 0.9, True), (1.0, 0.9, False), (0.9, 1.0, False), (1.1, 0.5, False)],
)
def test_a_trend_must_win_in_both_and_a_tie_is_no_win(outlook, error, score, wins):
    last = replace(outlook.forecasts[0].other, mean_error=1.0, mean_score=1.0)
    assert beats(replace(last, mean_error=error, mean_score=score), last) == wins


def test_a_steady_rise_shows_the_trend_and_a_walk_without_one_the_last_year(non_us):
    def shown(changes):
        rates = 1 / (1 + np.exp(-np.cumsum([-0.5, *changes])))
        rows = tuple(
            replace(
                non_us.trend.rows[0],
                match_year=str(2000 + i),
                us_img_rate=float(rate),
                us_img_n=None,
                us_img_matched=None,
            )
            for i, rate in enumerate(rates)
        )
        found = made_outlook(replace(non_us.trend, rows=rows, specialty="Pediatrics"))
        return found.find("us_img").way

    assert shown([0.1, 0.11, 0.09, 0.1] * 4) == TREND
    assert shown([0.1, -0.1] * 8) == LAST_YEAR


@pytest.mark.slow
def test_the_same_way_is_shown_at_every_level(non_us, outlook):
    for level in (0.5, 0.8, 0.99):
        other = made_outlook(replace(non_us.trend, level=level))
        assert [each.way for each in other.forecasts] == [each.way for each in outlook.forecasts]


@pytest.mark.parametrize("group", GROUPS)
def test_refitting_on_each_prefix_of_a_rate_finds_the_stated_coverage(outlook, years, group):
    found, known = outlook.find(group), years[group].dropna(subset=["match_rate_pct"])
    held: list[bool] = []
    for i in range(FEWEST_RATE_YEARS, len(known)):
        target, before = known.iloc[i], known.iloc[:i]
        steps = int(target["match_year"] - before["match_year"].iloc[-1])
        ahead = ESTIMATORS[found.way]().fit(before).forecast(steps, outlook.level).iloc[-1]
        past = found.past[len(held)]
        assert past.match_year == str(target["match_year"])
        assert past.observed == pytest.approx(target["match_rate_pct"] / 100, abs=6e-4)
        assert (past.low, past.high) == pytest.approx((ahead["low"], ahead["high"]), abs=2e-3)
        held.append(ahead["low"] <= past.observed <= ahead["high"])
    assert (found.tested, found.held) == (len(held), sum(held))
    assert found.coverage == pytest.approx(sum(held) / len(held))
    # With so few years four in five is as much as can be asked of 95 %.
    assert found.coverage >= 0.8


def _walk_of_the_logarithm(counts, steps):
    """Return low, middle and high of a count `steps` on, in closed form.

    Without sampling and with a flat prior on the size of a step, the yearly changes of the
    logarithm leave a t distribution with two degrees of freedom less than there are changes.
    """
    changes = np.diff(np.log(counts))
    free = len(changes) - 2
    scale = np.sqrt(np.sum((changes - changes.mean()) ** 2) / free)
    half = student.ppf(0.975, free) * scale * np.sqrt(steps + steps**2 / len(changes))
    middle = np.log(counts[-1]) + steps * changes.mean()
    return np.exp([middle - half, middle, middle + half])


def test_refitting_on_each_prefix_of_the_positions_finds_the_stated_coverage(non_us, outlook):
    found = outlook.find(POSITIONS)
    known = _years_known(non_us.trend, POSITIONS)
    counts = np.array([row.im_positions for row in known], dtype=float)
    held: list[bool] = []
    for target in range(FEWEST_POSITION_YEARS + found.steps - 1, len(counts)):
        low, middle, high = _walk_of_the_logarithm(counts[: target + 1 - found.steps], found.steps)
        past = found.past[len(held)]
        assert (past.match_year, past.observed) == (known[target].match_year, counts[target])
        assert (past.low, past.value, past.high) == pytest.approx((low, middle, high), rel=0.002)
        held.append(low <= counts[target] <= high)
    assert (found.tested, found.held) == (len(held), sum(held))
    assert found.coverage == pytest.approx(sum(held) / len(held))
    assert found.coverage >= 0.8
    assert (found.low, found.value, found.high) == pytest.approx(
        _walk_of_the_logarithm(counts, found.steps), rel=0.002
    )


def test_the_mean_error_is_that_of_the_past_years(outlook):
    for each in outlook.forecasts:
        errors = [abs(past.observed - past.value) for past in each.past]
        assert each.mean_error == pytest.approx(sum(errors) / len(errors))
        assert each.low < each.value < each.high


def test_a_higher_level_has_a_wider_interval(non_us, outlook):
    narrow = made_outlook(replace(non_us.trend, level=0.5))
    for name in (*GROUPS, POSITIONS):
        wide, half = outlook.find(name), narrow.find(name)
        assert half.value == pytest.approx(wide.value)
        assert wide.low < half.low < half.high < wide.high
        assert half.held <= wide.held
    assert "50 % interval" in narrow.sentences[0]


def test_a_sentence_holds_its_forecast_and_how_it_did(outlook):
    for each in outlook.forecasts:
        starts = {
            TREND: "If the years ahead move as those behind, about ",
            LAST_YEAR: "If the next Match is like the last, with changes as large as those behind",
        }
        assert each.sentence.startswith(starts[each.way])
        assert (each.way == LAST_YEAR) == ("A trend did not do better" in each.sentence)
        assert f"about {each.words} " in each.sentence
        assert f"in {each.match_year} (95 % interval {each.interval})" in each.sentence
        assert f"{each.tested} past years held {each.held} times" in each.sentence
        assert each.sentence.endswith(".")
        assert " you" not in each.sentence


def test_errors_to_one_side_in_a_row_are_said(outlook):
    rates = outlook.find("non_us_img")
    assert all(each.value > each.observed for each in rates.past[-3:])
    assert rates.past[-4].value < rates.past[-4].observed
    assert "too high in each of the last 3. " in rates.sentence
    assert "too" not in outlook.find("us_img").sentence


def test_the_applicants_group_comes_first_and_positions_only_for_internal_medicine(
    non_us, us, outlook
):
    name = {each.sentence: each.name for each in outlook.forecasts}
    assert [name[each] for each in outlook.sentences] == ["non_us_img", "us_img", POSITIONS]
    assert [name[each] for each in made_outlook(us.trend).sentences] == [
        "us_img",
        "non_us_img",
        POSITIONS,
    ]
    other = made_outlook(replace(non_us.trend, specialty="Pediatrics"))
    assert [name[each] for each in other.sentences] == ["non_us_img", "us_img"]


def test_too_few_years_withhold_a_forecast_and_say_so(non_us):
    short = made_outlook(replace(non_us.trend, rows=non_us.trend.rows[-9:]))
    assert [each.name for each in short.forecasts] == [POSITIONS]
    assert len(short.withheld) == 2
    assert short.sentences[0] == (
        "No forecast of the rate of non-US IMGs is made: 8 years with a figure are at hand, and 9 "
        "are needed to make one and to test it."
    )
    assert short.find("us_img") is None


def test_a_forecast_is_made_once(non_us, us, monkeypatch):
    before = made_outlook(non_us.trend)  # made now, if not before
    monkeypatch.setattr(TrendRate, "fit", None)
    assert made_outlook(non_us.trend) == before
    others = made_outlook(us.trend).forecasts
    assert all(one is other for one, other in zip(before.forecasts, others, strict=True))


@pytest.mark.slow
def test_what_shows_no_forecast_makes_none():
    program = """
import sys, warnings
warnings.simplefilter("ignore")
from imgstats import Applicant, compare
compare(Applicant(group="non_us_img", step2_ck=242)).to_dict()
assert "statsmodels.tsa.statespace.structural" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE)


@pytest.mark.parametrize("section", [sections.trend, sections.trend_table])
def test_the_sections_hold_every_forecast(non_us, outlook, section):
    text = repr(section(non_us)).replace("\N{NO-BREAK SPACE}", " ")
    for each in outlook.forecasts:
        assert each.words in text
        assert each.interval in text
        assert str(each.tested) in text
        if section is sections.trend_table:
            assert each.other.interval in text
            assert f"{100 * each.other.mean_width:.1f}" in text or each.name == POSITIONS
            assert f"{each.other.held} of {each.other.tested}" in text
    if section is sections.trend:
        assert all(sentence in text for sentence in outlook.sentences)
        assert "they say nothing about one person" in text


def test_a_withheld_forecast_is_said_on_the_page(non_us):
    short = replace(non_us, trend=replace(non_us.trend, rows=non_us.trend.rows[-6:]))
    for section in (sections.trend, sections.trend_table):
        text = repr(section(short))
        assert all(sentence in text for sentence in made_outlook(short.trend).withheld)
    assert len(made_outlook(short.trend).withheld) == 3
