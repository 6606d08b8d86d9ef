"""The rate table: at every score exactly the figures of `compare`, with own tables too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from imgstats import Applicant
from imgstats.applicant import LOWEST_SCORE
from imgstats.cohort.summary import summary_row
from imgstats.comparison.compare import make_request
from imgstats.comparison.many import Rates
from imgstats.comparison.score.part import ScorePart
from imgstats.comparison.score.ways import score_way
from imgstats.errors import InputError
from imgstats.measures import MEASURES, ten_point_bands
from imgstats.own_tables import OwnTables
from tests.cohort.rate_rows import RATE_COLUMNS, SCORES, rate_table
from tests.conftest import quiet_compare

IM = "Internal Medicine"
PAIRS = [
    ("non_us_img", IM),
    ("us_img", IM),  # borrowed
    ("us_img", "Pediatrics"),  # refused
    ("non_us_img", "Dermatology"),  # pooled, the same at every score
    ("non_us_img", "Family Medicine"),
]
# Both ends and the middle of every band.
PLACES = sorted(
    {each for low, high in ten_point_bands(MEASURES["step2_ck"]) for each in (low, high)}
    | {245, 251, 268}
)
PLACES = [each for each in PLACES if each >= LOWEST_SCORE]
SOME = (100, 209, 242, 251, 300)
SUMMARY = (
    "outcome,n,q1,median,q3,mean,sd\n"
    "matched,400,235,246,256,245,14\n"
    "not_matched,200,222,232,242,232,14\n"
)
BANDED = "low,high,matched,not_matched\n,219,5,20\n220,239,40,40\n240,259,80,20\n"
OWN = {
    "summary": (SUMMARY, {"measure": "step2_ck"}, [219, 242]),
    # Nothing over 259: the published rate stands in there.
    "band": (BANDED, {"measure": "step2_ck"}, [100, 219, 242, 260]),
    "count": ("matched,not_matched\n30,10\n", {"measure": ""}, [242, 300]),
}


ATTEMPTS = "low,high,matched,not_matched\n1,1,600,400\n2,2,60,140\n3,,10,90\n"


def test_a_table_of_another_factor_gives_the_range_of_the_report(tables, tmp_path):
    own = OwnTables(tmp_path / "own")
    (tmp_path / "a.csv").write_text(ATTEMPTS, encoding="utf-8")
    about: dict[str, Any] = {"source": "A program's own files", "year": "2026", "specialty": IM}
    own.add(tmp_path / "a.csv", kind="band", measure="attempts", group="non_us_img", **about)
    rates = Rates(tables, own)
    applicant = Applicant(group="non_us_img", step2_ck=242, attempts=2)
    headline = quiet_compare(applicant, tables, own=own).headline
    assert headline.combined == rates.combined(applicant)
    assert len(headline.combined) == 1
    rate = rates.of(applicant)
    row = summary_row(applicant, rate, rates.combined(applicant), id="A", line=2)
    assert row.combined_with == "exam attempts"
    assert row.combined_low == headline.combined[0].outer_low < rate.band_rate
    assert rates.combined(Applicant(group="non_us_img", step2_ck=242)) == ()
    assert rates.combined(Applicant(group="us_img", step2_ck=242, attempts=2)) == ()
    assert summary_row(applicant, rate, id="A", line=2).combined_with == ""


def said_by(comparison):
    """Return what a comparison says, under the names of the table."""
    if comparison.headline is None:
        low, high = comparison.applicant.band
        return {"band_low": low, "band_high": high, "reason": comparison.refusal.reason}
    return said_of(comparison.headline, comparison.place)


def said_of(headline, place):
    band = headline.band
    found = {
        "rate": headline.rate,
        "rate_low": headline.low,
        "rate_high": headline.high,
        "band_low": band.low,
        "band_high": band.high,
        "band_rate": band.rate,
        "band_rate_low": band.rate_low,
        "band_rate_high": band.rate_high,
        "grade": headline.grade,
        "by_score": headline.by_score,
        "in_record": headline.in_record,
        "match_year": headline.match_year,
        "estimator": headline.estimator,
    }
    if place is not None:
        found |= {
            f"{name}_below{end}": getattr(place, f"{name}{end}")
            for name in ("matched", "not_matched")
            for end in ("", "_low", "_high")
        }
    return found


def filled(row):
    """Return the cells of a row that are not empty."""
    return {name: row[name] for name in RATE_COLUMNS if not pd.isna(row[name]) and row[name] != ""}


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_the_table_has_the_figures_of_compare(pair, tables, compared):
    group, specialty = pair
    table = rate_table([pair], scores=SOME, tables=tables).set_index("step2_ck")
    for score in SOME:
        expected = compared(Applicant(group=group, specialty=specialty, step2_ck=score))
        assert filled(table.loc[score]) == said_by(expected)


@pytest.mark.parametrize("pair", [*PAIRS[:2], *PAIRS[3:]], ids=" ".join)
def test_every_band_has_the_figures_that_compare_starts_from(pair, tables):
    group, specialty = pair
    table = rate_table([pair], tables=tables).set_index("step2_ck")
    assert list(table.index) == list(SCORES)
    applicant = Applicant(group=group, specialty=specialty, step2_ck=LOWEST_SCORE)
    request = make_request(applicant, tables)
    way = score_way(request)
    # A borrowed rate is told slowly, and each score is read off one curve in one way.
    for score in PLACES[::9] if group == "us_img" else PLACES:
        asked = replace(request, applicant=applicant.model_copy(update={"step2_ck": score}))
        part = way.tell(asked)
        assert isinstance(part, ScorePart)
        assert filled(table.loc[score]) == said_of(part.headline, part.place)


@pytest.mark.parametrize(
    "kind",
    # A curve is fitted to these at every look.
    [*(pytest.param(each, marks=pytest.mark.slow) for each in ("summary", "band")), "count"],
)
def test_an_own_table_comes_first_as_in_compare(kind, tables, compared, tmp_path):
    text, said, scores = OWN[kind]
    own, file = OwnTables(tmp_path / "own"), tmp_path / "own.csv"
    file.write_text(text, encoding="utf-8")
    about: dict[str, Any] = {
        "source": "Report X",
        "year": 2026,
        "specialty": IM,
        "group": "non_us_img",
    }
    own.add(file, kind=kind, **(about | said))
    table = rate_table([("non_us_img", IM)], scores=scores, tables=tables, own=own)
    for row in table.to_dict("records"):
        applicant = Applicant(group="non_us_img", step2_ck=row["step2_ck"])
        expected = said_by(compared(applicant, own=own))
        assert filled(row) == expected
        assert filled(row) != said_by(compared(applicant)) or row["step2_ck"] > 259


@pytest.mark.slow
def test_another_level_gives_other_intervals(tables, compared):
    pair = ("non_us_img", "Family Medicine")
    (row,) = rate_table([pair], scores=[242], tables=tables, level=0.5).to_dict("records")
    applicant = Applicant(group=pair[0], specialty=pair[1], step2_ck=242)
    assert filled(row) == said_by(compared(applicant, level=0.5))
    assert row["rate_high"] < said_by(compared(applicant))["rate_high"]


@pytest.mark.parametrize(
    ("pair", "score", "message"),
    [
        (("german", IM), 242, "group is 'german'; allowed: non-us-img or us-img"),
        (("us_img", "Medicin"), 242, "specialty is 'Medicin'; allowed: .*Internal Medicine"),
        (("us_img", IM), 301, "step2_ck is 301; allowed: a whole number from 100 to 300"),
    ],
)
def test_what_compare_refuses_is_refused(pair, score, message, tables):
    with pytest.raises(InputError, match=message):
        rate_table([pair], scores=[score], tables=tables)


def test_a_second_look_at_a_score_reads_nothing(tables, monkeypatch):
    rates, applicant = Rates(tables), Applicant(group="non_us_img", step2_ck=242)
    first = rates.of(applicant)
    monkeypatch.setattr("imgstats.comparison.many.score_way", None)
    monkeypatch.setattr("imgstats.comparison.many.make_request", None)
    assert rates.of(applicant) == first
    assert rates.of(applicant.model_copy(update={"step2_ck": 243})).rate is not None
