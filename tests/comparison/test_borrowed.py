"""Rates that are borrowed: a group from its kin, a specialty from the others."""

from __future__ import annotations

import json

import numpy as np
import pytest

from imgstats import Applicant, PublishedTables
from imgstats.curves.borrowed import fit_pooled, fit_transported
from imgstats.errors import InputError
from imgstats.wording import interval_words, of_hundred, percent

FEW = [
    "Dermatology",
    "Orthopaedic Surgery",
    "Otolaryngology",
    "Plastic Surgery (Integrated)",
    "Public Health and Preventive Medicine",
    "Thoracic Surgery (Integrated)",
    "Vascular Surgery (Integrated)",
]
SCORES = [100, 150, 209, 242, 284, 300]


@pytest.fixture(scope="module")
def fitted(tables):
    return fit_transported(tables, group="us_img", year="2026", specialty="Internal Medicine")


@pytest.fixture(scope="module")
def derm(compared):
    return compared(Applicant(group="non_us_img", step2_ck=242, specialty="Dermatology"))


# A group from its kin


def test_a_us_img_gets_a_borrowed_headline(us):
    assert us.refusal is None
    assert us.headline.grade == "borrowed"
    assert us.headline.estimator == "TransportedRate"


def test_us_imgs_at_242_are_where_the_design_puts_them(compared):
    headline = compared(Applicant(group="us_img", step2_ck=242)).headline
    assert headline.rate == pytest.approx(0.67, abs=0.02)
    assert (headline.low, headline.high) == pytest.approx((0.43, 0.83), abs=0.02)
    assert headline.base_rate == pytest.approx(0.63, abs=0.005)


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.filterwarnings("ignore::imgstats.errors.ExtrapolationWarning")
def test_the_headline_is_the_estimators_own(compared, fitted, score):
    headline = compared(Applicant(group="us_img", step2_ck=score)).headline
    assert headline.rate == pytest.approx(fitted.predict_rate([score])[0], abs=1e-6)
    assert [headline.low, headline.high] == pytest.approx(
        fitted.predict_interval([score])[0], abs=1e-6
    )
    assert 0 <= headline.low <= headline.rate <= headline.high <= 1


def test_the_derivation_adds_up(us):
    steps = [each.value for each in us.headline.borrowed.steps]
    own, kin, gap, specific, logit, moved, rate = steps[:7]

    def logit_of(rate):
        return np.log(rate / (1 - rate))

    assert gap == pytest.approx(logit_of(own) - logit_of(kin))
    assert logit == pytest.approx(logit_of(specific))
    assert moved == pytest.approx(logit + gap)
    assert rate == pytest.approx(1 / (1 + np.exp(-moved))) == us.headline.base_rate


def test_counted_steps_name_their_sources(us):
    keys = {each.key for each in us.sources}
    steps = us.headline.borrowed.steps
    assert all(set(each.sources) <= keys for each in steps)
    assert [bool(each.sources) for each in steps][:4] == [True, True, True, True]


def test_the_table_over_tau_marks_the_one_used(us):
    rows = us.headline.borrowed.over_tau
    (used,) = [row for row in rows if row.used]
    assert (used.low, used.high) == pytest.approx((us.headline.low, us.headline.high))
    widths = [row.high - row.low for row in rows]
    assert widths == sorted(widths)
    assert len({row.rate for row in rows}) == 1


def test_the_mean_gap_of_five_years_stands_beside_that_of_the_year(us, tables):
    frame = tables.frame("pgy1_by_year").dropna(subset=["match_rate_pct"])
    rate = frame.pivot_table(index="match_year", columns="applicant_group", values="match_rate_pct")
    logits = np.log(rate / (100 - rate))
    gaps = (logits["us_img"] - logits["non_us_img"]).dropna()
    year, mean = us.headline.borrowed.over_gap
    assert (year.label, mean.label) == ("2026", "mean of 2022 to 2026")
    assert (year.rate, year.low, year.high) == pytest.approx(
        (us.headline.rate, us.headline.low, us.headline.high)
    )
    # Printed rates have one decimal of a per cent.
    assert (year.gap, mean.gap) == pytest.approx((gaps.iloc[-1], gaps.iloc[-5:].mean()), abs=0.004)
    counted = tables.counts(group="non_us_img", year="2026")
    wanted = np.log(counted.matched / counted.not_matched) + mean.gap
    assert mean.base_rate == pytest.approx(1 / (1 + np.exp(-wanted)))
    assert mean.rate < year.rate
    said = us.headline.borrowed.gap_sentence
    assert f"{mean.gap:.2f}" in said
    assert interval_words(mean.low, mean.high) in said
    assert f"{percent(mean.base_rate)} instead of {percent(year.base_rate)}" in said


def test_the_spread_says_from_which_pairs_it_was_made(us):
    borrowed = us.headline.borrowed
    (pair,) = borrowed.pairs
    assert (pair.label, round(pair.value, 2)) == ("Anesthesiology, 2013", 0.24)
    assert set(pair.sources) <= {each.key for each in us.sources}
    assert borrowed.judged
    assert not borrowed.spread.decides
    (used,) = [row.tau for row in borrowed.over_tau if row.used]
    assert used == borrowed.spread.used
    (said,) = [each for each in borrowed.against if each.startswith("The spread of")]
    limits = f"{borrowed.spread.low:.2f} to {borrowed.spread.high:.2f}"
    for words in (f"{used:.2f}", "is a judgement", "anesthesiology in 2013", "+0.24", limits):
        assert words in said


@pytest.mark.slow
def test_a_changed_count_of_a_pair_changes_what_is_said(compared, us, edited_tables):
    tables = edited_tables("img_by_specialty", lambda rows: rows.replace({"n": {65: 5}}))
    changed = compared(us.applicant, tables).headline
    assert changed.borrowed.spread.estimate > 1
    assert changed.high - changed.low > us.headline.high - us.headline.low + 0.2


def test_what_speaks_against_it_is_said(us):
    said = " ".join(us.headline.borrowed.against)
    for words in ("is borrowed", "any PGY-1", "no constant", "a judgement", "how often"):
        assert words in said


def test_the_sentences_hold_the_figures_and_say_borrowed(us):
    headline = us.headline
    assert headline.sentence.startswith("No table at hand counts US IMGs in internal medicine")
    assert f"about {of_hundred(headline.band.rate)} of 100" in headline.sentence
    assert percent(headline.rate) in headline.score_sentence
    assert interval_words(headline.low, headline.high) in headline.score_sentence


def test_no_place_and_no_model_range_is_claimed(us):
    assert us.place is None
    assert us.headline.range is None
    assert us.curve.rivals == us.curve.density_matched == ()
    assert all(band.n is None for band in us.curve.bands)


def test_a_score_that_nobody_of_the_kin_had_is_said_to_be_so(compared):
    found = compared(Applicant(group="us_img", step2_ck=295))
    assert not found.headline.in_record
    assert any("has a score of 295" in note for note in found.notes)
    assert "Worked out" not in found.headline.sentence


@pytest.mark.slow
def test_another_level_gives_another_interval(compared, us):
    wide = compared(us.applicant, level=0.99).headline
    assert wide.low < us.headline.low < us.headline.high < wide.high
    assert wide.level == 0.99


@pytest.mark.slow
def test_a_changed_count_moves_the_borrowed_rate(compared, us, edited_tables):
    tables = edited_tables("counts", lambda rows: rows.replace({"matched": {2949: 2500}}))
    assert compared(us.applicant, tables).headline.base_rate < us.headline.base_rate - 0.03


# A specialty from the others


@pytest.fixture(scope="module")
def pooled(tables):
    return fit_pooled(tables, group="non_us_img", year="2026")


@pytest.mark.parametrize("specialty", FEW)
def test_few_applicants_lean_on_the_other_specialties(compared, tables, pooled, specialty):
    found = compared(Applicant(group="non_us_img", step2_ck=242, specialty=specialty))
    headline, counts = (
        found.headline,
        tables.counts(group="non_us_img", year="2026", specialty=specialty),
    )
    assert (headline.grade, headline.estimator) == ("borrowed", "PooledRate")
    assert (headline.group_matched, headline.group_n) == (counts.matched, counts.n)
    assert headline.rate == pytest.approx(pooled.predict_rate(specialty)[0], abs=1e-6)
    middle = headline.borrowed.steps[1].value
    assert min(counts.rate, middle) - 0.02 <= headline.rate <= max(counts.rate, middle) + 0.02


def test_the_pooled_rate_is_the_same_at_every_score(compared, derm):
    rates = {
        compared(
            Applicant(group="non_us_img", step2_ck=score, specialty="Dermatology")
        ).headline.rate
        for score in SCORES
    }
    assert rates == {derm.headline.rate}
    assert "at 242 it may be higher or lower" in derm.headline.score_sentence


def test_a_pooled_rate_has_no_curve_and_no_place(derm):
    assert (derm.curve, derm.place, derm.headline.range) == (None, None, None)
    assert derm.factor("ranks").printed == ()


@pytest.mark.parametrize("given", ["dermatology", "  DERMATOLOGY ", "Dermatology"])
def test_a_specialty_may_be_written_in_any_case(compared, derm, given):
    applicant = Applicant(group="non_us_img", step2_ck=242, specialty=given)
    assert compared(applicant).to_dict() == derm.to_dict()


def test_an_unknown_specialty_is_refused_with_the_known_ones(compared):
    with pytest.raises(InputError, match="did you mean Pediatrics"):
        compared(Applicant(group="non_us_img", step2_ck=242, specialty="Pediatric"))


def test_all_specialties_is_no_specialty(compared):
    with pytest.raises(InputError, match="All specialties"):
        compared(Applicant(group="non_us_img", step2_ck=242, specialty="All specialties"))


# Specialties with tables of their own


def test_a_rate_that_leans_says_what_simulations_found_of_the_furthest(derm):
    (said,) = [each for each in derm.headline.borrowed.against if "simulations" in each]
    assert "furthest from the others" in said
    assert "less often than it says" in said


def _specialties():
    rows = PublishedTables().select("counts", match_year="2026", applicant_group="non_us_img")
    return sorted(set(rows["specialty"]) - {"All specialties"})


@pytest.mark.parametrize("specialty", _specialties())
@pytest.mark.parametrize("score", [100, 242, 300])
def test_every_specialty_gets_a_rate_of_its_grade(compared, specialty, score):
    found = compared(Applicant(group="non_us_img", step2_ck=score, specialty=specialty))
    first = "borrowed" if specialty in FEW else "direct, fitted"
    last = "" if found.headline.in_record else ", carried over"
    assert found.headline.grade == f"{first}{last}"
    assert found.headline.specialty == found.applicant.specialty == specialty
    assert 0 <= found.headline.low <= found.headline.rate <= found.headline.high <= 1
    assert json.loads(json.dumps(found.to_dict(curve=True), allow_nan=False))


def test_another_specialty_says_nothing_of_internal_medicine_positions(compared):
    found = compared(Applicant(group="non_us_img", step2_ck=242, specialty="Psychiatry"))
    assert "internal-medicine" not in found.trend.sentence
    assert all("internal" not in each.population for each in found.denominators)
    assert "psychiatry" in found.headline.sentence
    assert "programs asked are those of internal medicine" in found.factor("usce").sentence
