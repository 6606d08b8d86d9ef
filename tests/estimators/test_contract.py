"""What every estimator promises, one property per test.

A new estimator joins with one line in CASES. One that is fitted to several tables gives them by
name.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from imgstats.errors import InputError, TableError
from imgstats.estimators import (
    BandRate,
    IsotonicRate,
    LogisticRate,
    RankListRate,
    RateEstimator,
    TiltRate,
    TransportedRate,
)
from imgstats.tables import (
    Band,
    BandTable,
    Context,
    CountTable,
    OutcomeSummary,
    Share,
    ShareTable,
    Summary,
    TidyTable,
)

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["low", "high", "rate", "rate_low", "rate_high", "n"]
LEVELS = (0.5, 0.8, 0.95, 0.999)


@dataclass(frozen=True, kw_only=True)
class Case:
    """An estimator with a table to fit, another to forget, and x and bands to ask for.

    The bands cover everybody, so their n add up to `n` and their rates average to `rate`. `n` is
    None where no table counts the applicants that the rates are about, and `rate` NaN where one
    hides counts.
    """

    name: str
    estimator: RateEstimator
    table: TidyTable | Mapping[str, Any]
    other: TidyTable | Mapping[str, Any]
    points: tuple[float, ...]
    bands: tuple[tuple[float | None, float | None], ...]
    n: int | None
    rate: float
    takes_sides: bool = False  # whether it holds that a higher score goes with a higher rate

    @property
    def near(self) -> float:
        """How near its bands' rates average to `rate`: medians of a mixture are no averages."""
        mixture = isinstance(self.estimator, TiltRate) and self.estimator.get_params() == {
            "degree": None,
            "ridge": (0.3, 0.1),
            "shape": "any",
        }
        return 0.002 if mixture else 1e-9


SUMMARY = OutcomeSummary(
    measure="step2_ck",
    matched=Summary(n=400, min=212, q1=240, median=251, q3=260, max=282, mean=250, sd=15),
    not_matched=Summary(n=600, min=209, q1=230, median=241, q3=250, max=278, mean=240, sd=15),
    group_counts=(500, 750),
)
PARTIAL = OutcomeSummary(
    measure="step2_ck",
    matched=Summary(n=40, q1=238, median=245, q3=252),
    not_matched=Summary(n=30, q1=230, median=240.5, q3=251),
)
DECADES = ((None, 219), (220, 229), (230, 239), (240, 249), (250, 259), (260, None))
SCORES = (212.0, 230.0, 242.0, 242.5, 255.0, 280.0)


def _tilt(name: str, estimator: TiltRate, table: OutcomeSummary, other: OutcomeSummary) -> Case:
    return Case(
        name=name,
        estimator=estimator,
        table=table,
        other=other,
        points=SCORES,
        bands=DECADES,
        n=table.base_n,
        rate=table.base_rate,
    )


BANDED = BandTable.from_counts(
    "step2_ck",
    [
        (None, 219, 10, 30),
        (220, 229, 30, 70),
        (230, 239, 60, 80),
        (240, 249, 110, 90),
        (250, 259, 120, 60),
        (260, None, 70, 20),
    ],
)
ATTEMPTS = BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, 2, 6, 14), (3, None, 2, 9)])
# One score a band: on wide bands the grouped likelihood does not force the mean to the base rate.
SINGLES = BandTable.from_counts("x", [(x, x, 5 + x, 20 - x) for x in range(1, 16)])
RANKS = OutcomeSummary(
    measure="contiguous_ranks",
    matched=Summary(n=500, min=1, q1=3, median=5, q3=8, max=30, mean=6.1, sd=4.5),
    not_matched=Summary(n=500, min=1, q1=1, median=2, q3=3, max=15, mean=2.5, sd=2.2),
)


def _banded(name: str, estimator: RateEstimator) -> Case:
    return Case(
        name=name,
        estimator=estimator,
        table=BANDED,
        other=ATTEMPTS,
        points=SCORES,
        bands=DECADES,
        n=BANDED.n,
        rate=sum(band.matched or 0 for band in BANDED.bands) / BANDED.n,
    )


def _singles(name: str, estimator: RateEstimator) -> Case:
    return Case(
        name=name,
        estimator=estimator,
        table=SINGLES,
        other=BANDED,
        points=(1.0, 2.5, 8.0, 15.0),
        bands=((None, 3), (4, 10), (11, None)),
        n=SINGLES.n,
        rate=sum(band.matched or 0 for band in SINGLES.bands) / SINGLES.n,
    )


HIDDEN = replace(
    BANDED,
    bands=(
        Band(low=None, high=219, matched_range=(0, 10), not_matched=30),
        *BANDED.bands[1:-1],
        Band(low=260, high=None, matched=70, not_matched_range=(11, 20)),
    ),
)


def _hidden(name: str, estimator: RateEstimator) -> Case:
    """Return a case whose n is not known; only an order takes sides."""
    case = replace(_banded(name, estimator), table=HIDDEN, other=BANDED, n=None, rate=np.nan)
    return replace(case, takes_sides=isinstance(estimator, IsotonicRate))


OWN = CountTable(matched=300, not_matched=200)
KIN = {
    "kin": CountTable(matched=900, not_matched=700),
    "kin_specific": CountTable(matched=500, not_matched=750),
}
# The group's own scores are a little lower than those of its kin.
LOWER = OutcomeSummary(
    measure="step2_ck",
    matched=Summary(n=150, mean=246),
    not_matched=Summary(n=100, mean=237),
)
FLAT: dict[str, Any] = {"own": OWN, **KIN}
SLOPED: dict[str, Any] = {
    **FLAT,
    "slope": TiltRate().fit(SUMMARY),
    "own_scores": LOWER,
    "kin_scores": SUMMARY,
}


def _transported(name: str, table: dict[str, Any], other: dict[str, Any]) -> Case:
    odds = (300 / 200) / (900 / 700) * (500 / 750)
    return Case(
        name=name,
        estimator=TransportedRate(),
        table=table,
        other=other,
        points=SCORES,
        bands=DECADES,
        n=None,
        rate=odds / (1 + odds),
    )


CASES = [
    _tilt("tilt", TiltRate(), SUMMARY, PARTIAL),
    _tilt("tilt, degree 1", TiltRate(degree=1), SUMMARY, PARTIAL),
    _tilt("tilt, degree 3", TiltRate(degree=3), SUMMARY, PARTIAL),
    _tilt("tilt, degree 2 without ridge", TiltRate(degree=2, ridge=None), SUMMARY, RANKS),
    replace(_tilt("tilt, rising", TiltRate(shape="rising"), SUMMARY, PARTIAL), takes_sides=True),
    _tilt("tilt, quartiles only", TiltRate(), PARTIAL, SUMMARY),
    Case(
        name="rank list",
        estimator=RankListRate(),
        table=RANKS,
        other=SUMMARY,
        points=(1.0, 2.0, 7.0, 25.0),
        bands=((None, 1), (2, 5), (6, 10), (11, None)),
        n=RANKS.base_n,
        rate=RANKS.base_rate,
    ),
    _banded("band, jeffreys", BandRate()),
    _banded("band, wilson", BandRate(interval="wilson")),
    replace(_banded("isotonic", IsotonicRate()), takes_sides=True),
    _singles("logistic, line", LogisticRate()),
    _singles("logistic, spline", LogisticRate(shape="spline")),
    *(
        _hidden(f"{words}, hidden counts", each)
        for words, each in (
            ("band", BandRate()),
            ("isotonic", IsotonicRate()),
            ("logistic", LogisticRate()),
        )
    ),
    _transported("transported, one rate", FLAT, SLOPED),
    _transported(
        "transported, by score", SLOPED, FLAT | {"own": CountTable(matched=9, not_matched=8)}
    ),
]


def _cases(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


every_case = _cases(CASES)
counting_case = _cases([case for case in CASES if case.n is not None])
rated_case = _cases([case for case in CASES if not np.isnan(case.rate)])
impartial_case = _cases([case for case in CASES if not case.takes_sides])


def _fit(estimator: RateEstimator, table: TidyTable | Mapping[str, Any]) -> RateEstimator:
    return estimator.fit(**table) if isinstance(table, Mapping) else estimator.fit(table)


def _fresh(case: Case) -> RateEstimator:
    return _fit(clone(case.estimator), case.table)


@cache
def _fitted_once(name: str) -> RateEstimator:
    (case,) = (each for each in CASES if each.name == name)
    return _fresh(case)


def _fitted(case: Case) -> RateEstimator:
    """Return an estimator that is only asked; every test of the case asks the same one."""
    return _fitted_once(case.name)


@cache
def _bands_once(name: str) -> pd.DataFrame:
    (case,) = (each for each in CASES if each.name == name)
    return _fitted(case).band_rates(case.bands)


def _bands(case: Case) -> pd.DataFrame:
    """Return the rates of the case's bands, which tests only look at."""
    return _bands_once(case.name)


def _not_refused(
    error: type[Exception], message: str, asks: Mapping[str, Callable[[], object]]
) -> list[str]:
    """Return the names of what was answered, or refused in other words."""
    missed = []
    for name, ask in asks.items():
        try:
            with pytest.raises(error, match=message):
                ask()
        except (AssertionError, pytest.fail.Exception) as e:
            missed.append(f"{name}: {e}")
    return missed


def _relabelled(table: Any) -> Any:
    """Return the same people with matched and not matched changing places."""
    if isinstance(table, Mapping):
        return {name: _relabelled(each) for name, each in table.items()}
    if isinstance(table, TiltRate):
        return clone(table).fit(_relabelled(table.table_))
    if isinstance(table, BandTable):
        swapped = [
            Band(
                low=b.low,
                high=b.high,
                matched=b.not_matched,
                not_matched=b.matched,
                matched_range=b.not_matched_range,
                not_matched_range=b.matched_range,
            )
            for b in table.bands
        ]
        return replace(table, bands=tuple(swapped))
    groups = (
        {"group_counts": table.group_counts and table.group_counts[::-1]}
        if isinstance(table, OutcomeSummary)
        else {}
    )
    return replace(table, matched=table.not_matched, not_matched=table.matched, **groups)


@every_case
def test_fit_returns_self(case):
    estimator = clone(case.estimator)
    assert _fit(estimator, case.table) is estimator


@every_case
def test_fit_leaves_the_parameters_alone(case):
    assert _fresh(case).get_params() == case.estimator.get_params()


@every_case
def test_fit_learns_names_that_end_in_an_underscore(case):
    estimator = clone(case.estimator)
    before = set(vars(estimator))
    learned = set(vars(_fit(estimator, case.table))) - before
    assert learned
    assert all(name.endswith("_") for name in learned)


@every_case
def test_a_rate_for_each_x(case):
    assert _fitted(case).predict_rate(case.points).shape == (len(case.points),)


@every_case
def test_an_interval_for_each_x(case):
    assert _fitted(case).predict_interval(case.points).shape == (len(case.points), 2)


@every_case
def test_one_number_gives_one_rate(case):
    estimator = _fitted(case)
    assert estimator.predict_rate(case.points[0]).shape == (1,)


@every_case
def test_no_x_gives_no_rate(case):
    estimator = _fitted(case)
    assert (estimator.predict_rate([]).shape, estimator.predict_interval([]).shape) == (
        (0,),
        (0, 2),
    )


@every_case
def test_each_row_is_answered_by_itself(case):
    estimator = _fitted(case)
    alone = [estimator.predict_rate(x)[0] for x in case.points[::-1]]
    np.testing.assert_allclose(alone, estimator.predict_rate(case.points)[::-1], rtol=1e-12)


@every_case
def test_rates_are_fractions(case):
    rate = _fitted(case).predict_rate(case.points)
    assert ((rate >= 0) & (rate <= 1)).all()


@every_case
def test_an_interval_holds_its_rate_and_stays_within_0_and_1(case):
    estimator = _fitted(case)
    rate = estimator.predict_rate(case.points)
    limits = {each: estimator.predict_interval(case.points, level=each).T for each in LEVELS}
    steps = {
        level: np.diff([np.zeros(len(rate)), low, rate, high, np.ones(len(rate))], axis=0)
        for level, (low, high) in limits.items()
    }
    assert [level for level, each in steps.items() if not (each >= 0).all()] == []


@every_case
def test_a_wider_level_gives_a_wider_interval(case):
    estimator = _fitted(case)
    widths = [np.diff(estimator.predict_interval(case.points, level=each)) for each in LEVELS]
    assert (np.diff(np.hstack(widths)) > 0).all()


@every_case
def test_a_level_out_of_range_is_refused(case):
    levels: list[Any] = [0, 1, -0.1, 95, float("nan"), True, None, "0.95"]
    ask = partial(_fitted(case).predict_interval, case.points)
    asks = {repr(each): partial(ask, level=each) for each in levels}
    assert _not_refused(InputError, "level", asks) == []


@every_case
def test_a_band_level_out_of_range_is_refused(case):
    ask = partial(_fitted(case).band_rates, case.bands)
    asks = {repr(each): partial(ask, level=each) for each in (0, 1, 95)}
    assert _not_refused(InputError, "level", asks) == []


@every_case
def test_a_level_out_of_range_is_refused_where_no_band_is_asked_for(case):
    with pytest.raises(InputError, match="level"):
        _fitted(case).band_rates([], level=95)


@every_case
def test_what_is_asked_is_checked_in_one_place(case):
    kind = type(case.estimator)
    asked = ("predict_rate", "predict_interval", "band_rates")
    assert [each for each in asked if getattr(kind, each) is not getattr(RateEstimator, each)] == []


NO_ROWS: dict[str, Any] = {
    "nan": float("nan"),
    "inf": [1.0, float("inf")],
    "two dimensions": [[1.0, 2.0]],
    "text": "many",
    "none": [None],
    "dict": {"x": 1},
    "huge": 10**400,
    "complex": 1j,
}


@every_case
def test_x_that_is_no_row_of_numbers_is_refused(case):
    estimator = _fitted(case)
    asks = {
        f"{ask.__name__} of {name}": partial(ask, x)
        for ask in (estimator.predict_rate, estimator.predict_interval)
        for name, x in NO_ROWS.items()
    }
    assert _not_refused(InputError, "^x ", asks) == []


@every_case
def test_band_rates_have_the_agreed_columns(case):
    assert list(_bands(case).columns) == COLUMNS


@every_case
def test_no_bands_give_the_same_columns(case):
    assert list(_fitted(case).band_rates([]).columns) == COLUMNS


@pytest.mark.slow
@every_case
def test_a_row_per_band_in_the_order_given(case):
    estimator = _fitted(case)
    forward, backward = estimator.band_rates(case.bands), estimator.band_rates(case.bands[::-1])
    np.testing.assert_allclose(forward["rate"], backward["rate"][::-1], rtol=1e-12)


@every_case
def test_a_band_interval_holds_its_rate(case):
    frame = _bands(case)
    assert (frame["rate"].between(frame["rate_low"], frame["rate_high"])).all()


@pytest.mark.slow
@every_case
def test_a_wider_level_gives_a_wider_band_interval(case):
    estimator = _fitted(case)
    frames = [estimator.band_rates(case.bands, level=each) for each in LEVELS]
    widths = np.column_stack([each["rate_high"] - each["rate_low"] for each in frames])
    assert (np.diff(widths) > 0).all()


@counting_case
def test_bands_that_cover_everybody_count_everybody(case):
    frame = _bands(case)
    assert frame["n"].sum() == pytest.approx(case.n, rel=1e-9)


@rated_case
def test_the_band_of_all_has_the_base_rate(case):
    rate = _fitted(case).band_rates([(None, None)])["rate"][0]
    assert rate == pytest.approx(case.rate, abs=1e-9)


@impartial_case
def test_changing_the_outcomes_places_turns_the_rate_around(case):
    estimator, other = _fitted(case), _fit(clone(case.estimator), _relabelled(case.table))
    ask = case.points
    np.testing.assert_allclose(1 - other.predict_rate(ask), estimator.predict_rate(ask), atol=1e-6)
    np.testing.assert_allclose(
        1 - other.predict_interval(ask)[:, ::-1], estimator.predict_interval(ask), atol=1e-6
    )


@counting_case
def test_bands_that_cover_everybody_average_to_the_base_rate(case):
    frame = _bands(case)
    rate = np.average(frame["rate"], weights=frame["n"])
    assert rate == pytest.approx(case.rate, abs=case.near)


@every_case
def test_a_band_upside_down_is_refused(case):
    with pytest.raises(InputError, match="low at or below high"):
        _fitted(case).band_rates([(250, 240)])


@every_case
def test_a_clone_has_the_parameters_and_nothing_learned(case):
    copy = clone(_fitted(case))
    assert copy.get_params() == case.estimator.get_params()
    with pytest.raises(NotFittedError, match="not fitted"):
        copy.predict_rate(case.points)


@every_case
def test_a_pickle_predicts_the_same(case):
    estimator = _fitted(case)
    copy = pickle.loads(pickle.dumps(estimator))  # noqa: S301  made one line above
    np.testing.assert_array_equal(
        copy.predict_interval(case.points), estimator.predict_interval(case.points)
    )


@every_case
def test_a_second_fit_forgets_the_first(case):
    again = _fit(_fit(clone(case.estimator), case.other), case.table)
    np.testing.assert_array_equal(
        again.predict_interval(case.points), _fitted(case).predict_interval(case.points)
    )


@every_case
def test_a_second_fit_gives_the_same(case):
    np.testing.assert_array_equal(
        _fresh(case).predict_interval(case.points), _fitted(case).predict_interval(case.points)
    )


@every_case
def test_fit_does_not_change_the_table(case):
    before = pickle.dumps(case.table)
    _fit(clone(case.estimator), case.table)
    assert pickle.dumps(case.table) == before


@every_case
def test_nothing_is_predicted_before_a_fit(case):
    estimator = clone(case.estimator)
    asks = {
        "predict_rate": partial(estimator.predict_rate, [240]),
        "predict_interval": partial(estimator.predict_interval, [240]),
        "band_rates": partial(estimator.band_rates, [(240, 249)]),
    }
    assert _not_refused(NotFittedError, "not fitted", asks) == []


@every_case
def test_a_table_of_another_shape_is_refused(case):
    named = isinstance(case.table, Mapping)
    counts = CountTable(matched=3, not_matched=1, context=Context(specialty="Neurology"))
    wrong = {
        "shares": ShareTable(question="ever?", shares=(Share(answer="no", share=1.0),)),
        "counts": PARTIAL if named else counts,  # counts are what it takes by name
        "dict": {"matched": 3},
        "None": None,
    }
    asks = {
        name: partial(_fit, clone(case.estimator), case.table | {"own": table})
        if named
        else partial(clone(case.estimator).fit, table)
        for name, table in wrong.items()
    }
    assert _not_refused(TableError, f"{type(case.estimator).__name__} got", asks) == []


@every_case
def test_parameters_are_given_by_name(case):
    kind = type(case.estimator)
    with pytest.raises(TypeError, match="positional"):
        kind(*case.estimator.get_params().values())
