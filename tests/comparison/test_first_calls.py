"""First calls of a researcher: what is meant is taken, and an answer shows itself."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest

import imgstats
from imgstats import Applicant, BandTable, Context, compare
from imgstats.comparison.shown.frame import COLUMNS
from imgstats.errors import InputError, TableError
from imgstats.tables.validation import band_pair, band_pairs

WHO = {"group": "non-us-img", "step2_ck": 242, "ranks": 5}


@pytest.fixture(scope="module")
def found(compared):
    return compared(Applicant.parse(WHO))


# --- what is meant is taken


def test_a_mapping_is_an_applicant(found, tables):
    assert compare(WHO, tables) == found
    assert compare(WHO) == compare(Applicant.parse(WHO))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"group": "non-us-img"}, "step2_ck is missing; allowed: a whole number"),
        ({"group": "non-us-img", "step2_ck": 420}, "step2_ck is 420"),
        ("242", "the applicant is '242'; allowed: an Applicant, or a mapping such as"),
        (None, "the applicant is None"),
    ],
)
def test_what_is_no_applicant_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        compare(given)


@pytest.mark.parametrize("group", ["non_us_img", "non-us-img", "Non-US IMG"])
@pytest.mark.parametrize("year", [2026, "2026"])
def test_a_year_may_be_a_number_and_a_group_in_other_words(tables, group, year):
    table = tables.outcome_summary(group=group, year=year)
    assert table == tables.outcome_summary(group="non_us_img", year="2026")
    assert tables.counts(group=group, year=year).n == 6992
    assert tables.years(group, "Internal Medicine")[-1] == "2026"
    assert tables.select("counts", applicant_group=group, match_year=year).shape[0] > 1


def test_a_context_takes_both_too():
    given: dict[str, Any] = {"applicant_group": "US IMG", "match_year": 2026}
    assert Context(**given) == Context(applicant_group="us_img", match_year="2026")
    assert Context(applicant_group="us_md").applicant_group == "us_md"


def test_a_bad_specialty_is_told_with_the_closest_three(tables):
    with pytest.raises(TableError) as caught:
        tables.outcome_summary(group="non-us-img", year=2026, specialty="Internal Medecine")
    assert caught.value.allowed.startswith("one of 2")
    assert caught.value.allowed.count(",") == 3
    assert caught.value.todo == "did you mean Internal Medicine?"
    with pytest.raises(InputError, match=r"allowed: one of \d+, such as [^,]+, [^,]+, [^,;]+;"):
        compare({"group": "us-img", "step2_ck": 242, "specialty": "Cardiology"})


@pytest.mark.parametrize(
    ("bands", "ends"),
    [
        (["230-239", "240 to 249"], [(230, 239), (240, 249)]),
        (["250+", "up to 208", "242"], [(250, None), (None, 208), (242, 242)]),
        ([(230, 239), (240, None)], [(230, 239), (240, None)]),
        ((230, 239), [(230, 239)]),
        ((None, 239), [(None, 239)]),
        ("230-239", [(230, 239)]),
        (["2.5\u20133.5"], [(2.5, 3.5)]),
        ([[230, 239]], [(230, 239)]),
    ],
)
def test_bands_are_pairs_or_texts(bands, ends):
    assert band_pairs(bands) == ends


@pytest.mark.parametrize(
    "band", ["high", "230-", "1e3-2e3", "-", 242, (1, 2, 3), None, "230-239-249"]
)
def test_what_is_no_band_is_refused(band):  # fmt: skip
    with pytest.raises(InputError, match=r"allowed: \(low, high\) such as \(230, 239\)"):
        band_pair(band)


def test_a_table_is_made_from_bands_as_texts():
    table = BandTable.from_counts("attempts", [("1", 60, 40), ("2+", 6, 14)])
    assert table == BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, None, 6, 14)])


def test_the_ends_of_a_band_have_one_name_and_the_old_ones_are_read():
    table = BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, None, 6, 14)])
    frame = table.to_frame()
    assert {"low", "high"} <= set(frame.columns)
    old = frame.rename(columns={"low": "band_low", "high": "band_high"})
    assert BandTable.from_frame(old) == BandTable.from_frame(frame) == table


# --- rooms by attribute


@pytest.mark.parametrize("name", ["errors", "estimators", "plots", "sources", "tables"])
def test_rooms_are_reached_by_attribute(name):
    assert getattr(imgstats, name).__name__ == f"imgstats.{name}"
    assert name in dir(imgstats)


def test_figures_without_their_packages_say_what_to_install(monkeypatch):
    monkeypatch.delattr(imgstats, "plots", raising=False)  # where they were imported
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name != "matplotlib" or None)
    with pytest.raises(InputError, match="matplotlib not installed; allowed: the extra 'reports'"):
        _ = imgstats.plots


# --- an answer shows itself


def test_json_is_that_of_the_dict(found):
    assert json.loads(found.to_json()) == found.to_dict()
    assert json.loads(found.to_json(curve=True)) == json.loads(
        json.dumps(found.to_dict(curve=True))
    )
    assert "\n" not in found.to_json(indent=None)


def test_a_frame_has_a_row_for_each_rate(found):
    frame = found.to_frame()
    assert tuple(frame.columns) == COLUMNS
    own = frame[frame.own].set_index("about")
    assert list(own.index) == ["score", "score band", "ranks"]
    assert own.loc["score", "rate"] == found.headline.rate
    assert own.loc["score band", "label"] == "240-249"
    assert own.loc["ranks", "rate"] == found.factor("ranks").rate.rate
    assert (frame.about == "denominator").sum() == len(found.denominators)
    held = frame.dropna(subset=["low"])
    assert ((held.low <= held.rate) & (held.rate <= held.high)).all()


@pytest.mark.parametrize(
    "who",
    [
        {"group": "us-img", "step2_ck": 230, "specialty": "pediatrics"},
        {"group": "non-us-img", "step2_ck": 199},
        {"group": "non-us-img", "step2_ck": 242, "specialty": "dermatology"},
    ],
)
def test_any_answer_has_a_frame_and_html(compared, who):
    answer = compared(Applicant.parse(who))
    frame = answer.to_frame()
    assert (frame.about == "score").sum() == (answer.headline is not None)
    assert answer._repr_html_().startswith("<div><p><strong>Step 2 CK")


class Tags(HTMLParser):
    """The tags of a page, and whether each was closed."""

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()

    def handle_starttag(self, tag, attrs):  # noqa: ARG002  the parser's own words
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_html_is_short_and_escaped(compared):
    label = '<script>alert(1)</script> & "x"'
    html = compared(Applicant.parse(WHO | {"label": label}))._repr_html_()
    assert len(html) < 4000
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;" in html
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    assert tags.seen == {"div", "p", "strong", "em", "table", "thead", "tbody", "tr", "th", "td"}


def test_html_shows_the_same_rates_as_the_screen(found):
    html = found._repr_html_()
    for part in ("scores 240 to 249", "exactly 242", "95 % interval", "Grade: direct, fitted."):
        assert part in html
