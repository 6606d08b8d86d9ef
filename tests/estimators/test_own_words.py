"""What estimators and tables say of another field is said in that field's words."""

from __future__ import annotations

import warnings
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any, cast

import pandas as pd
import pytest

from imgstats import (
    Band,
    BandRate,
    BandTable,
    CountTable,
    IsotonicRate,
    LogisticRate,
    OutcomeSummary,
    PooledRate,
    RankListRate,
    RateBounds,
    Summary,
    TiltRate,
    TransportedRate,
    TrendRate,
    rate_range,
)
from imgstats.errors import ImgstatsError, ImgstatsWarning
from imgstats.joint.margin import margin_from_bands
from imgstats.joint.rates import joint_range
from imgstats.tables import Context
from tests.own_words import EXAM, FIELDS, GPA, bands, foreign, kin, summary

CURVES = [
    TiltRate(),
    TiltRate(degree=1),
    TiltRate(shape="rising"),
    RankListRate(),
    RateBounds(assumption="digits"),
]
BANDED = [
    BandRate(),
    IsotonicRate(),
    LogisticRate(),
    LogisticRate(shape="spline"),
]
of_each_field = pytest.mark.parametrize("of", FIELDS, ids=lambda each: each.name)


def said_by(call):
    """Return a call's result or error, and all that it says in words."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = call()
        except ImgstatsError as e:
            result = e
    return result, [str(result), *(str(each.message) for each in caught)]


def texts_in(result):
    """Return the texts in a result, but for names of columns and of outcomes in columns."""
    if isinstance(result, pd.DataFrame):
        return [str(each) for each in result.to_numpy(dtype=object).ravel()]
    if is_dataclass(result) and not isinstance(result, type):
        return [str(getattr(result, each.name)) for each in fields(result)]
    return [str(result)]


def asked(fitted, low, high):
    """Return what can be asked of a fit, inside and outside of its table."""
    points, whole = [low, (low + high) / 2, high], [(low, high)]
    calls = {
        "rates": lambda: fitted.predict_rate(points),
        "beyond": lambda: fitted.predict_rate([low - high, high * 3]),
        "limits beyond": lambda: fitted.predict_interval([high * 3]),
        "bands": lambda: fitted.band_rates(whole),
        "band beyond": lambda: fitted.band_rates([(high * 3, None)]),
        "part of a band": lambda: fitted.band_rates([(low, (low + high) / 2.1)]),
        "no band": lambda: fitted.band_rates(["x"]),
        "no number": lambda: fitted.predict_rate("a"),
        "level": lambda: fitted.predict_interval(points, 2),
        "repr": lambda: repr(fitted),
    }
    for name in ("monotone_rates", "predict_percentile"):
        if hasattr(fitted, name):
            given = whole if name == "monotone_rates" else points
            calls[name] = partial(getattr(fitted, name), given)
    return calls


@pytest.mark.slow
@of_each_field
@pytest.mark.parametrize("estimator", CURVES + BANDED, ids=repr)
def test_a_fit_of_another_field_says_nothing_of_matching(estimator, of):
    table = bands(of) if estimator in BANDED else summary(of)
    _, said = said_by(lambda: estimator.fit(table))
    low, high = (2.5, 4) if of is GPA else (30, 99)
    for name, call in asked(estimator, low, high).items():
        result, words = said_by(call)
        heard = words[1:] if isinstance(result, pd.DataFrame) else words
        said += [*heard, *texts_in(result)]
        if name in ("no band", "no number", "level"):
            assert isinstance(result, ImgstatsError)
    assert [each for each in said if foreign(each)] == []


def test_a_warning_beyond_the_bands_names_the_people():
    fitted = IsotonicRate().fit(bands(EXAM))
    with pytest.warns(ImgstatsWarning, match="outside the bands with students"):
        fitted.predict_rate([3])


LONELY = bands(EXAM, [(30, 49, 5, 60), (50, 69, 60, 90)])
REFUSED = {
    "nobody passed": lambda: TiltRate().fit(summary(EXAM, first={"n": 0})),
    "no n": lambda: TiltRate().fit(summary(EXAM, first={"n": None})),
    "no middle": lambda: TiltRate().fit(summary(EXAM, first={"median": None, "mean": None})),
    "no spread": lambda: TiltRate().fit(
        summary(
            EXAM, **{each: {"q1": None, "q3": None, "sd": None} for each in ("first", "second")}
        )
    ),
    "another scale": lambda: TiltRate().fit(summary(EXAM, first={"max": 300})),
    "bounds without extremes": lambda: RateBounds().fit(summary(EXAM, first={"min": None})),
    "bounds of nobody": lambda: RateBounds().fit(summary(EXAM, second={"n": 0})),
    "no such digits": lambda: RateBounds(assumption="digits").fit(summary(EXAM, first={"sd": 60})),
    "digits in disorder": lambda: summary(EXAM, first={"median": 90}),
    "a group too small": lambda: summary(EXAM, group_counts=(10, 10)),
    "no group": lambda: summary(EXAM, group_counts=(1,)),
    "a digit off the scale": lambda: summary(EXAM, scale=(50, 60)),
    "an extreme between steps": lambda: summary(EXAM, first={"max": 98.4}),
    "nobody at all": lambda: summary(EXAM, group_counts=(0, 0)).base_rate,
    "nobody in bands": lambda: bands(EXAM, [(30, 49, 0, 0)]),
    "bands that overlap": lambda: bands(EXAM, [(30, 49, 1, 1), (40, 50, 1, 1)]),
    "a negative count": lambda: bands(EXAM, [(30, 49, -1, 1)]),
    "nobody fails": lambda: LogisticRate().fit(bands(EXAM, [(30, 49, 5, 0), (50, 69, 6, 0)])),
    "a step": lambda: LogisticRate().fit(bands(EXAM, [(30, 49, 0, 5), (50, 69, 6, 0)])),
    "one band": lambda: LogisticRate().fit(bands(EXAM, [(30, 49, 5, 5)])),
    "few bands": lambda: LogisticRate(shape="spline").fit(LONELY),
    "a rising end": lambda: LogisticRate().fit(
        bands(EXAM, [(30, 49, 5, 60), (50, 69, 60, 90), (70, None, 700, 400)])
    ),
    "other counts": lambda: (
        LogisticRate()
        .fit(bands(EXAM))
        .refit_chi2(
            bands(EXAM, [(30, 49, 0, 65), (50, 69, 0, 150), (70, 84, 0, 260), (85, 99, 125, 0)])
        )
    ),
    "no count prints it": lambda: BandRate().fit(
        BandTable(measure=EXAM, bands=(Band(low=1, high=2, n=7, rate=0.5),))
    ),
    "a hidden count": lambda: LogisticRate().fit(
        BandTable(measure=EXAM, bands=(Band(low=1, high=2, matched_range=(0, 4), n=9),))
    ),
    "a value in no band": lambda: BandRate().fit(bands(EXAM)).predict_rate([3]),
    "summary for bands": lambda: BandRate().fit(summary(EXAM)),
    "bands for summary": lambda: TiltRate().fit(bands(EXAM)),
    "another shape": lambda: rate_range(kin(), [3]),
    "few schools": lambda: PooledRate().fit({"North": kin()["North"]}),
    "no such school": lambda: PooledRate().fit(kin()).predict_rate("Nowhere"),
    "two outcomes": lambda: PooledRate().fit(
        kin()
        | {
            name: CountTable(matched=1, not_matched=1, context=Context(outcome=name))
            for name in ("passed", "passed at once")
        }
    ),
    "no margin": lambda: margin_from_bands(bands(EXAM, [(30, 49, 5, 0)]), "grade"),
    "no correlation": lambda: joint_range(
        0.5,
        margin_from_bands(bands(EXAM), "grade"),
        margin_from_bands(bands(GPA), "average"),
        at=(60, 3),
        region=cast("Any", None),
    ),
    "nobody there": lambda: margin_from_bands(
        bands(EXAM, [(30, 49, 0, 60), (50, 69, 60, 90)]), "grade"
    ).answerable(40),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_error_about_another_field_says_nothing_of_matching(name):
    found, said = said_by(REFUSED[name])
    assert isinstance(found, ImgstatsError)
    assert [each for each in said if foreign(each)] == []


# What stands alone knows no words: it names its parameters, and people as people.
ALONE = {
    "digits": lambda: Summary(n=-1),
    "order": lambda: Summary(n=5, min=3, max=2),
    "a band without numbers": lambda: Band(low=1, high=2),
    "a band of other sums": lambda: Band(low=1, high=2, matched=3, not_matched=4, n=9),
    "a band of another rate": lambda: Band(low=1, high=2, matched=3, not_matched=4, rate=0.9),
    "a band with too many": lambda: Band(low=1, high=2, matched=3, n=2),
    "a hidden count and a rate": lambda: Band(low=1, high=2, matched_range=(0, 4), rate=0.5),
    "a hidden count alone": lambda: Band(low=1, high=2, matched_range=(0, 4)),
    "a hidden count too large": lambda: Band(low=1, high=2, matched_range=(5, 9), n=4),
    "a band of rates": lambda: Band(low=1, high=2, n=4, rate=0.5).fewest,
    "nobody": lambda: CountTable(matched=0, not_matched=0),
    "no count": lambda: CountTable(matched=cast("Any", "x"), not_matched=0),
    "one outcome": lambda: OutcomeSummary.from_records(
        summary(EXAM).to_frame().iloc[:1].to_dict("records")
    ),
    "no counts": lambda: summary(EXAM, first={"n": None}).base_rate,
    "nobody to carry": lambda: TransportedRate().fit(
        own=CountTable(matched=5, not_matched=0), kin=kin()["North"], kin_specific=kin()["South"]
    ),
    "another curve": lambda: TransportedRate().fit(
        own=kin()["North"],
        kin=kin()["West"],
        kin_specific=kin()["South"],
        slope=TiltRate().fit(summary(EXAM)),
    ),
    "no years": lambda: TrendRate().fit([]),
}


@pytest.mark.parametrize("name", ALONE)
def test_what_stands_alone_names_its_parameters_and_people_alone(name):
    found, said = said_by(ALONE[name])
    assert isinstance(found, ImgstatsError)
    assert [each for each in said if foreign(each, api=True)] == []


@pytest.mark.slow
def test_a_curve_far_from_its_digits_warns_in_the_words_of_the_table():
    with pytest.warns(ImgstatsWarning, match="not admitted median 3.4 is") as caught:
        TiltRate(degree=1).fit(summary(GPA, second={"median": 3.4}))
    assert [each for each in caught if foreign(each.message)] == []


def test_a_borrowed_curve_is_derived_in_the_words_of_its_table():
    slope = TiltRate().fit(summary(EXAM))
    means = {f"{each}_scores": summary(EXAM) for each in ("own", "kin")}
    found = TransportedRate().fit(
        own=kin()["North"],
        kin=kin()["West"],
        kin_specific=CountTable(matched=400, not_matched=200),
        slope=slope,
        **means,
    )
    labels = [each.label for each in found.derivation_]
    assert [each.rpartition(", ")[2] for each in labels if "less that" in each] == [
        "passed",
        "failed",
    ]
    assert [each for each in (*labels, *found.against_) if foreign(each)] == []


@pytest.mark.slow
@of_each_field
def test_a_range_of_estimators_says_nothing_of_matching(of):
    for table, x in ((bands(of), 3.3 if of is GPA else 60), (LONELY, 60)):
        found = rate_range(table, [x], n_refits=5)
        said = [text for each in found.candidates for text in (each.name, each.words, each.reason)]
        assert [each for each in said if foreign(each)] == []
    assert "2 bands with students" in " ".join(said)  # of the one that needs three
