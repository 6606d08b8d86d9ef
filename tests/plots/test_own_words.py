"""Figures of another field than matching use that field's words, on every letter of them."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from imgstats import BandRate, LogisticRate, OutcomeSummary, PooledRate, Rounding, Summary, TiltRate
from imgstats.errors import InputError
from imgstats.estimators.consent import rate_if_others_differ
from imgstats.joint.margin import margin_from_bands
from imgstats.joint.rates import joint_range, joint_surface
from imgstats.measures import Measure
from imgstats.plots import (
    Rung,
    assumption_ladder,
    assumption_rungs,
    band_bars,
    consent_band,
    curve_of,
    curves_of,
    describe_assumption_ladder,
    describe_band_bars,
    describe_consent_band,
    describe_estimator_curves,
    describe_joint_region,
    describe_rate_curve,
    describe_score_distribution,
    describe_specialty_forest,
    estimator_curves,
    joint_region,
    rate_curve,
    score_distribution,
    specialty_forest,
)
from imgstats.reporting.pictures import Picture
from tests.own_words import EXAM, FIELDS, GPA, bands, foreign, kin, summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes


def ladder(of):
    if of is GPA:  # the programs of so fine a scale take a minute
        rungs = tuple(Rung(name="digits", kind="bounds", low=0.1, high=0.8, of=of) for _ in "ab")
        return rungs, {"band": (3.2, 3.6)}
    narrow = summary(of, first={"min": 55, "max": 92}, second={"min": 40, "max": 78})
    (rungs,) = assumption_rungs(narrow, bands=[(60, 70)])
    return rungs, {"band": (60, 70)}


def bars(of):
    table = bands(of)
    ends = [(each.low, each.high) for each in table.bands]
    logistic = LogisticRate().fit(table)
    over = curves_of({"a logistic line": logistic}, np.linspace(ends[0][0], ends[-1][1], 40))
    return BandRate().fit(table).band_rates(ends), {"curves": over}


def joint(of):
    margins = margin_from_bands(bands(of), "first"), margin_from_bands(bands(of), "second")
    at = (3.3, 3.3) if of is GPA else (60, 60)
    answer = joint_range(0.5, *margins, at=at, region=((0.0, 0.3), (0.0, 0.3)))
    return joint_surface(0.5, *margins, at=at, points=9), answer, {"of": of}


def forest(of):
    return PooledRate().fit(kin()).rates_, {"mean": 0.5, "of": of, "label": "school"}


def curve(of):
    return TiltRate().fit(summary(of)), {"score": 3.3 if of is GPA else 60}


def curves(of):
    both = {"the curve": TiltRate(), "a line": TiltRate(degree=1)}
    fitted = {name: each.fit(summary(of)) for name, each in both.items()}
    return curves_of(fitted, curve_of(fitted["a line"]).x), {}


def consent(of):
    fitted = TiltRate().fit(summary(of, group_counts=(500, 300)))
    x, shift = curve_of(fitted).x, 5 * of.step
    (found,) = curves_of({"the curve": fitted}, x)
    return found, rate_if_others_differ(fitted, x, shift), {"shift": shift}


# What is drawn of a field, and by which functions.
FIGURES: dict[str, tuple[Callable[..., Any], Callable[..., Axes], Callable[..., str]]] = {
    "curve": (curve, rate_curve, describe_rate_curve),
    "distribution": (curve, score_distribution, describe_score_distribution),
    "curves": (curves, estimator_curves, describe_estimator_curves),
    "consent": (consent, consent_band, describe_consent_band),
    "ladder": (ladder, assumption_ladder, describe_assumption_ladder),
    "bars": (bars, band_bars, describe_band_bars),
    "joint": (joint, joint_region, describe_joint_region),
    "forest": (forest, specialty_forest, describe_specialty_forest),
}


@pytest.mark.slow
@pytest.mark.parametrize("of", FIELDS, ids=lambda each: each.name)
@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_of_another_field_has_no_word_of_matching(figure, of, tmp_path):
    given, draw, describe = FIGURES[figure]
    *values, options = given(of)
    ax, told = draw(*values, **options), describe(*values, **options)
    whole = ax.get_figure()
    assert whole is not None
    written = [each.get_text() for each in whole.findobj(Text)]
    file = Picture(ax, told).save(tmp_path / "figure.svg").read_text(encoding="utf-8")
    letters = [unescape(each) for each in re.findall(r"<text[^>]*>([^<]+)", file)]
    assert letters
    said = [*written, *letters, told]
    assert [each for each in said if foreign(each)] == []
    axes = f"{ax.get_xlabel()} | {ax.get_ylabel()}"
    if figure not in ("distribution", "joint"):
        assert of.words.rate in axes
        assert of.words.rate in told
    if figure not in ("joint", "forest"):
        assert of.label in axes
        assert of.label in told
    if figure in ("distribution", "joint"):
        assert all(word in " ".join(said) for word in (of.words.yes, of.words.no))


def test_a_curve_of_grades_is_drawn_in_their_steps():
    fitted = TiltRate().fit(summary(GPA))
    found = curve_of(fitted)
    assert (found.x[0], found.x[-1], len(found.x)) == (2.23, 4.0, 178)
    ax = rate_curve(fitted, score=3.3)
    assert [each.get_text() for each in ax.texts] == [
        f"3.3: {100 * fitted.predict_rate(3.3)[0]:.0f} %"
    ]
    told = describe_rate_curve(fitted, score=3.3)
    assert told.count(" at ") == 7  # six points, and the mark
    assert told.startswith("Line chart of the fitted share admitted by grade point average: ")


def test_a_score_between_two_cells_is_marked_with_what_the_fit_says_there():
    wide = Measure("test", low=200_000, high=800_000, step=1)
    sides = [
        {"n": 300, "min": 310_000, "q1": 520_000, "median": 570_000, "q3": 640_000, "max": 790_000},
        {"n": 500, "min": 250_000, "q1": 430_000, "median": 490_000, "q3": 550_000, "max": 720_000},
    ]
    fitted = TiltRate().fit(
        OutcomeSummary(
            measure=wide,
            matched=Summary(**sides[0]),
            not_matched=Summary(**sides[1]),
            rounding=Rounding(mean=1, sd=1, quartile=10_000),
        )
    )
    assert 555_555 not in curve_of(fitted).x
    (text,) = rate_curve(fitted, score=555_555).texts
    assert text.get_text() == f"555,555: {100 * fitted.predict_rate(555_555)[0]:.0f} %"
    size = fitted.cells_.size
    assert score_distribution(fitted).get_ylabel() == f"share per {size:,} values"


def test_bars_of_grades_stand_side_by_side():
    rates, _ = bars(GPA)
    ax = band_bars(rates, of=GPA)
    drawn = [each for each in ax.patches if isinstance(each, Rectangle)]
    assert len(drawn) == len(ax.patches)
    edges = [(each.get_x(), each.get_x() + each.get_width()) for each in drawn]
    assert all(left[1] <= right[0] for left, right in pairwise(edges))
    assert ax.get_xlim() == pytest.approx((2.495, 4.005))


def test_labels_given_stand_in_the_place_of_the_measures():
    fitted = TiltRate().fit(summary(EXAM))
    ax = rate_curve(fitted, of=GPA, ylabel="share")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("grade point average", "share")
    assert rate_curve(fitted, xlabel="grade").get_xlabel() == "grade"


@pytest.mark.parametrize("of", ["gpa", 3, pd.DataFrame()])
def test_what_knows_no_measure_is_refused(of):
    with pytest.raises(InputError, match=r"of is .*allowed: a Measure, a table of one"):
        rate_curve(curve_of(TiltRate().fit(summary(EXAM))), of=of)
