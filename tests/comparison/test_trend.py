"""Years and denominators, as published."""

from __future__ import annotations

import pytest

from imgstats import PublishedTables


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
