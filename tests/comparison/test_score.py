"""The headline, place and curve at every kind of score."""

from __future__ import annotations

import json
import pickle
import warnings
from dataclasses import FrozenInstanceError, fields, is_dataclass

import numpy as np
import pytest

from imgstats import Applicant, compare
from imgstats.comparison.shown.brief import rate_rows
from imgstats.errors import ImgstatsWarning, InputError
from imgstats.wording import of_hundred, p_words, percent

SCORES = [100, *range(106, 301, 7), 209, 284, 300]
EDGES = [100, 204, 209, 284, 300]
BENT = "Family Medicine"  # whose digits a curve that never falls could hardly print
ODD = "Pediatrics"  # whose digits no curve here prints easily


@pytest.fixture(scope="module")
def by_score(compared):
    return {score: compared(Applicant(group="non_us_img", step2_ck=score)) for score in set(SCORES)}


@pytest.mark.parametrize("score", SCORES)
def test_every_score_gets_a_headline_and_no_refusal(by_score, score):
    comparison = by_score[score]
    assert comparison.headline is not None
    assert comparison.refusal is None


@pytest.mark.parametrize("score", SCORES)
def test_the_interval_holds_the_rate(by_score, score):
    headline = by_score[score].headline
    assert 0 <= headline.low <= headline.rate <= headline.high <= 1
    band = headline.band
    assert 0 <= band.rate_low <= band.rate <= band.rate_high <= 1


@pytest.mark.parametrize("score", SCORES)
def test_the_range_is_that_of_the_curves_that_count(by_score, score):
    headline = by_score[score].headline
    model = headline.range
    kept = [each for each in model.estimators if each.kept]
    assert (model.low, model.high) == pytest.approx(
        (min(each.rate for each in kept), max(each.rate for each in kept))
    )
    assert (model.band_low, model.band_high) == pytest.approx(
        (min(each.band_rate for each in kept), max(each.band_rate for each in kept))
    )
    assert model.low <= headline.rate <= model.high


def test_the_range_names_every_curve_with_its_p(non_us):
    curves = non_us.headline.range.estimators
    assert [each.name for each in curves] == [
        "TiltRate()",
        "TiltRate(degree=1)",
        "TiltRate(degree=2, ridge=None)",
        "TiltRate(degree=3)",
        "TiltRate(shape='rising')",
    ]
    assert all(0 < each.p <= 1 and each.words for each in curves)
    assert all(each.kept == (each.p >= 0.01) for each in curves[1:])


def test_digits_that_fit_no_curve_are_said_to_and_leave_nobody_out(compared):
    found = compared(Applicant(group="non_us_img", step2_ck=242, specialty=ODD))
    curves = found.headline.range.estimators
    assert curves[0].p < 0.01
    assert all(each.kept for each in curves)
    assert any(p_words(curves[0].p) in note for note in found.notes)


def test_a_curve_that_could_not_print_the_digits_is_left_out(compared):
    found = compared(Applicant(group="non_us_img", step2_ck=242, specialty=BENT))
    model = found.headline.range
    left_out = [each for each in model.estimators if not each.kept]
    assert left_out
    assert all(f"{p_words(each.p)} under 0.01" == each.reason for each in left_out)
    assert left_out[0].words not in [words for words, _ in found.curve.rivals]


@pytest.mark.parametrize("score", SCORES)
def test_the_band_is_the_applicants(by_score, score):
    comparison = by_score[score]
    band = comparison.headline.band
    assert (band.low, band.high) == comparison.applicant.band
    assert band.own


@pytest.mark.parametrize("score", SCORES)
def test_a_place_is_a_fraction_inside_its_interval(by_score, score):
    place = by_score[score].place
    tiny = 1e-12  # the far ends are clipped in floating point
    for name in ("matched", "not_matched"):
        at, low, high = (getattr(place, f"{name}{end}") for end in ("", "_low", "_high"))
        assert 0 <= low <= at + tiny <= high + 2 * tiny <= 1 + 3 * tiny


@pytest.mark.parametrize("score", EDGES)
def test_no_sentence_says_about_under_or_about_over(by_score, score):
    comparison = by_score[score]
    text = f"{comparison.place.sentence} {comparison.headline.sentence}"
    assert "about under" not in text
    assert "about over" not in text


def test_a_place_never_falls_when_the_score_rises(by_score):
    places = [by_score[score].place for score in sorted(by_score)]
    assert [each.matched for each in places] == sorted(each.matched for each in places)
    assert [each.not_matched for each in places] == sorted(each.not_matched for each in places)


@pytest.mark.parametrize("score", SCORES)
def test_json_holds_the_same_values_without_nan(by_score, score):
    values = by_score[score].to_dict(curve=True)
    assert json.loads(json.dumps(values, allow_nan=False)) == values


@pytest.mark.parametrize("score", SCORES)
def test_the_sentences_hold_the_figures(by_score, score):
    headline = by_score[score].headline
    someone = headline.band.high >= 209 and headline.band.low <= 284
    said = f"about {of_hundred(headline.band.rate)} matched"
    assert (said if someone else percent(headline.band.rate)) in headline.sentence
    inside = f"exactly {score} the fitted rate is {percent(headline.rate)} "
    outside = f"For {score} itself the rate of the nearest printed score stands in, "
    assert (inside if 209 <= score <= 284 else outside) in headline.score_sentence
    assert percent(headline.rate) in headline.score_sentence


@pytest.mark.parametrize("score", [s for s in SCORES if not 209 <= s <= 284])
def test_a_score_that_nobody_had_is_said_to_be_so(by_score, score):
    assert any(f"has a score of {score}:" in note for note in by_score[score].notes)


@pytest.mark.parametrize("score", [100, 197, 295])
def test_no_sentence_speaks_of_people_whom_the_table_does_not_hold(by_score, score):
    # "Of 100 applicants with a score of 290 to 300, about 83 matched" would be about nobody.
    assert not by_score[score].headline.sentence.startswith("Of 100 ")


@pytest.mark.parametrize("score", [s for s in SCORES if 218 <= s <= 284])
def test_a_score_inside_the_record_needs_no_note(by_score, score):
    notes = by_score[score].notes
    curve = by_score[score].curve
    lowest = curve.x[int(np.argmin(curve.rate))]
    # Only where the curve bends back, under its lowest point, something is said.
    assert len(notes) == (score < lowest)
    assert all(f"Between 209 and {lowest} " in note for note in notes)


@pytest.mark.parametrize("score", [s for s in SCORES if s <= 289])
def test_the_applicants_band_is_marked_in_the_curve_if_it_is_there(by_score, score):
    comparison = by_score[score]
    own = [(band.low, band.high) for band in comparison.curve.bands if band.own]
    listed = [(band.low, band.high) for band in comparison.curve.bands]
    assert own == ([comparison.applicant.band] if comparison.applicant.band in listed else [])


def test_the_curve_is_the_same_for_every_score(by_score):
    curves = [each.curve for each in by_score.values()]
    assert all(
        (each.x, each.rate, each.low, each.high, each.rivals)
        == (curves[0].x, curves[0].rate, curves[0].low, curves[0].high, curves[0].rivals)
        for each in curves
    )


def test_the_curve_and_the_headline_agree_at_the_score(non_us):
    at = non_us.curve.x.index(242)
    assert non_us.curve.rate[at] == pytest.approx(non_us.headline.rate)
    assert non_us.curve.low[at] == pytest.approx(non_us.headline.low)
    assert [rates[at] for _, rates in non_us.curve.rivals] == pytest.approx(
        [each.rate for each in non_us.headline.range.estimators[1:] if each.kept]
    )


def test_the_band_table_and_the_headline_agree(non_us):
    assert [band for band in non_us.curve.bands if band.own] == [non_us.headline.band]


def test_both_fitted_distributions_are_shares(non_us):
    curve = non_us.curve
    assert sum(curve.density_matched) == pytest.approx(1, abs=0.02)
    assert sum(curve.density_not_matched) == pytest.approx(1, abs=0.02)


def test_the_fitted_bands_add_up_to_the_group(non_us):
    assert sum(band.n for band in non_us.curve.bands) == pytest.approx(
        non_us.headline.group_n, rel=0.02
    )


@pytest.mark.parametrize(
    ("score", "rate"),
    [(220, 0.32), (230, 0.35), (240, 0.41), (250, 0.50), (260, 0.62), (270, 0.73)],
)
def test_the_rates_come_near_the_values_computed_apart(compared, score, rate):
    # Those values were computed with weak priors of another form: two digits, the last uncertain.
    headline = compared(Applicant(group="non_us_img", step2_ck=score)).headline
    assert headline.rate == pytest.approx(rate, abs=0.02)


def test_the_headline_names_outcome_people_and_year(non_us):
    headline = non_us.headline
    assert headline.outcome == "matched to the preferred specialty"
    assert "ranked the specialty first" in headline.population
    assert (headline.match_year, headline.grade) == ("2026", "direct, fitted")
    assert (headline.group_matched, headline.group_n) == (3392, 6992)


@pytest.mark.parametrize(
    "more",
    [{"attempts": 1}, {"attempts": 4}, {"usce_months": 0}, {"usce_months": 12}, {"ranks": 15}],
)
def test_what_no_table_holds_never_moves_the_headline(compared, more):
    plain = compared(Applicant(group="non_us_img", step2_ck=242))
    other = compared(Applicant(group="non_us_img", step2_ck=242, **more))
    assert other.headline == plain.headline
    assert other.place == plain.place


@pytest.mark.slow
def test_a_narrower_level_gives_a_narrower_interval(compared):
    applicant = Applicant(group="non_us_img", step2_ck=242)
    wide, narrow = compared(applicant, level=0.95), compared(applicant, level=0.5)
    assert wide.headline.low < narrow.headline.low < narrow.headline.high < wide.headline.high
    assert "50 % interval" in narrow.headline.sentence


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "words"), [(0.975, "97.5 % interval"), (0.999, "99.9 % interval")]
)
def test_a_level_is_named_as_it_was_given(compared, level, words):
    # A level is no fitted rate: "98 %" or "over 99 %" would name another one.
    headline = compared(Applicant(group="non_us_img", step2_ck=242), level=level).headline
    assert words in headline.sentence


@pytest.mark.parametrize("level", [0, 1, 1.5, -0.1, float("nan")])
def test_a_level_outside_0_to_1_is_refused(compared, level):
    with pytest.raises(InputError, match="level"):
        compared(Applicant(group="non_us_img", step2_ck=242), level=level)


@pytest.mark.parametrize("level", [0, 1, 1.5, -0.1, float("nan")])
def test_a_level_is_judged_for_a_refused_group_too(compared, level):
    with pytest.raises(InputError, match="level"):
        compared(Applicant(group="us_img", step2_ck=242), level=level)


@pytest.mark.parametrize(
    ("score", "date", "passing"),
    [
        (205, None, "218"),
        (217, None, "218"),
        (205, "2025-08-01", "218"),
        (215, "2025-06-30", None),
        (213, "2025-06-30", "214"),
        (205, "2013-08-01", None),
        (202, "2013-08-01", "203"),
        (205, "1999-01-01", None),
        (218, None, None),
    ],
)
@pytest.mark.parametrize("group", ["non_us_img", "us_img"])
def test_the_passing_score_of_the_date_decides_the_note(compared, group, score, date, passing):
    applicant = Applicant.parse({"group": group, "step2_ck": score, "step2_ck_date": date})
    notes = [note for note in compared(applicant).notes if "passing score" in note]
    if passing is None:
        assert notes == []
    else:
        assert len(notes) == 1
        assert f"passing score of {passing} " in notes[0]


def test_only_a_note_without_a_date_asks_for_the_date(compared):
    without = compared(Applicant(group="us_img", step2_ck=205))
    dated = compared(Applicant(group="us_img", step2_ck=205, step2_ck_date="2025-08-01"))
    assert "before that day" in without.notes[0]
    assert "before that day" not in dated.notes[0]


def test_a_score_under_the_passing_score_warns_at_the_callers_line():
    with pytest.warns(ImgstatsWarning, match="under the passing score of 218") as caught:
        compare(Applicant(group="non_us_img", step2_ck=212))
    assert caught[0].filename == __file__


def test_a_usual_score_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert compare(Applicant(group="non_us_img", step2_ck=242)).notes == ()


def _records(value):
    if is_dataclass(value):
        yield value
        for field in fields(value):
            yield from _records(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _records(each)


def _holds_only_frozen(value):
    if is_dataclass(value):
        return all(_holds_only_frozen(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, tuple):
        return all(_holds_only_frozen(each) for each in value)
    return not isinstance(value, (list, dict, set)) and type(value).__module__ != "numpy"


@pytest.mark.parametrize("name", ["non_us", "us"])
def test_no_record_can_be_changed(request, name):
    for record in _records(request.getfixturevalue(name)):
        with pytest.raises(FrozenInstanceError, match="cannot assign"):
            setattr(record, fields(record)[0].name, None)


@pytest.mark.parametrize("name", ["non_us", "us"])
def test_nothing_inside_can_be_changed(request, name):
    assert _holds_only_frozen(request.getfixturevalue(name))


@pytest.mark.parametrize("name", ["non_us", "us"])
def test_a_comparison_survives_pickling(request, name):
    comparison = request.getfixturevalue(name)
    copy = pickle.loads(pickle.dumps(comparison))  # noqa: S301  made on this line
    assert copy == comparison


def test_two_comparisons_of_one_applicant_are_equal(compared, non_us, example_applicant):
    assert compared(example_applicant) == non_us


def test_a_rounded_rate_says_the_same_whole_per_cent(by_score):
    # JSON is rounded to four decimals; a face that reads JSON must not show another figure.
    for comparison in by_score.values():
        values = comparison.to_dict()
        assert percent(values["headline"]["rate"]) == percent(comparison.headline.rate)
        assert percent(values["headline"]["band"]["rate"]) == percent(comparison.headline.band.rate)


@pytest.mark.parametrize(("group", "what"), [("non_us_img", "fitted"), ("us_img", "borrowed")])
def test_the_rate_of_the_band_leads_and_that_of_the_score_is_told_as_a_point(compared, group, what):
    headline = compared(Applicant(group=group, step2_ck=242)).headline
    said = headline.score_sentence
    assert said.startswith("At a score of exactly 242")
    assert "one point of the curve" in said
    assert f"{what} rate is {percent(headline.rate)}" in said
    assert str(round(100 * headline.band.rate)) in headline.sentence
    rows = rate_rows(headline, 242)
    assert [each.label for each in rows] == ["scores 240 to 249", "within it, exactly 242"]
