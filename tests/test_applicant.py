"""`Applicant`: what is allowed, what is said about the rest, and the score bands."""

from __future__ import annotations

import pickle
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from imgstats import Applicant
from imgstats.applicant import group_label
from imgstats.errors import InputError

GOOD = {"group": "non-us-img", "step2_ck": 242}


def parse(**values):
    return Applicant.parse(GOOD | values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"step2_ck": "420"}, "step2_ck is 420; allowed: a whole number from 100 to 300"),
        ({"step2_ck": "abc"}, "step2_ck is 'abc'; allowed: a whole number"),
        ({"step2_ck": "nan"}, "step2_ck is 'nan'; allowed: a whole number"),
        ({"step2_ck": "1_000"}, "step2_ck is '1_000'; allowed: a whole number"),
        ({"step2_ck": "2_42"}, "step2_ck is '2_42'; allowed: a whole number"),
        ({"step2_ck": ""}, "step2_ck is empty; allowed: a whole number"),
        ({"step2_ck": "  "}, "step2_ck is empty; allowed: a whole number"),
        ({"step2_ck": None}, "step2_ck is empty; allowed: a whole number"),
        ({"step2_ck": "0"}, "step2_ck is 0; allowed: a whole number"),
        ({"step2_ck": 301}, "step2_ck is 301; allowed: a whole number"),
        ({"step2_ck": "-242"}, "step2_ck is -242; allowed: a whole number"),
        ({"step2_ck": "242.5"}, "step2_ck is '242.5'; allowed: a whole number"),
        ({"step2_ck": 242.5}, "step2_ck is 242.5; allowed: a whole number"),
        ({"step2_ck": "2.42e2"}, "step2_ck is '2.42e2'; allowed: a whole number"),
        ({"step2_ck": "0xF2"}, "step2_ck is '0xF2'; allowed: a whole number"),
        ({"step2_ck": "２４２"}, "step2_ck is '２４２'; allowed: a whole number"),  # noqa: RUF001
        ({"step2_ck": True}, "step2_ck is True; allowed: a whole number"),
        ({"step2_ck": [242]}, r"step2_ck is \[242\]; allowed: a whole number"),
        ({"step2_ck": {"a": 1}}, r"step2_ck is \{'a': 1\}; allowed: a whole number"),
        ({"step2_ck": float("nan")}, "step2_ck is nan; allowed: a whole number"),
        ({"step2_ck": float("inf")}, "step2_ck is inf; allowed: a whole number"),
        ({"step2_ck": "9" * 400}, r"step2_ck is '9+\.\.\.; allowed: a whole number"),
        ({"group": "german"}, "group is 'german'; allowed: non-us-img or us-img"),
        ({"group": "non-us-imgss"}, r"did you mean non-us-img\?"),
        ({"group": "IMG"}, r"non-us-img or us-img\? US citizens who studied abroad are us-img"),
        ({"group": "US MD senior"}, "the tables here are of international graduates only"),
        ({"group": "non-IMG"}, "the tables here are of international graduates only"),
        ({"step2_ck": 99}, "step2_ck is 99; .*this looks like a two-digit score"),
        ({"step2_ck": "24"}, "step2_ck is 24; .*this looks like a two-digit score"),
        ({"usce_months": "2,5"}, r"write a decimal point: 2\.5"),
        ({"usce_months": "6 weeks"}, "usce_months is '6 weeks'; .*give months"),
        ({"ranks": "1,000"}, "leave out the comma: 1000"),
        ({"step2_ck_date": "03/04/2025"}, r"did you mean 2025-03-04 or 2025-04-03\?"),
        ({"group": ""}, "group is empty; allowed: non-us-img or us-img"),
        ({"group": 1}, "group is 1; allowed: non-us-img or us-img"),
        ({"attempts": 0}, "attempts is 0; allowed: a whole number from 1"),
        ({"attempts": "1.5"}, "attempts is '1.5'; allowed: a whole number from 1"),
        ({"attempts": 1000}, "attempts is 1000; allowed: a whole number from 1 to 999"),
        ({"usce_months": -1}, "usce_months is -1; allowed: a number from 0"),
        ({"usce_months": "-0.5"}, "usce_months is '-0.5'; allowed: a number from 0"),
        ({"usce_months": "nan"}, "usce_months is 'nan'; allowed: a number from 0"),
        ({"usce_months": float("nan")}, "usce_months is nan; allowed: a number from 0"),
        ({"usce_months": float("inf")}, "usce_months is inf; allowed: a number from 0"),
        ({"usce_months": "three"}, "usce_months is 'three'; allowed: a number from 0"),
        ({"ranks": -1}, "ranks is -1; allowed: a whole number from 0"),
        ({"step2_ck_date": "yesterday"}, "step2_ck_date is 'yesterday'; allowed: a past date"),
        ({"step2_ck_date": "2025-13-01"}, "step2_ck_date is '2025-13-01'; allowed: a past date"),
        ({"step2_ck_date": "20250801"}, "step2_ck_date is '20250801'; allowed: a past date"),
        ({"step2_ck_date": ""}, "step2_ck_date is empty; allowed: a past date"),
        ({"label": "a\x1b[31mb"}, "label is .*; allowed: up to 200 printable characters"),
        ({"label": "a\x00b"}, "label is .*; allowed: up to 200 printable characters"),
        ({"label": "evil\u202efdp.exe"}, "label is .*u202e.*; allowed: up to 200 printable"),
        ({"label": "a\u2066b"}, "label is .*; allowed: up to 200 printable characters"),
        ({"label": "a\udcffb"}, "label is .*; allowed: up to 200 printable characters"),
        ({"label": "x" * 201}, r"label is 'x+\.\.\.; allowed: up to 200 printable"),
        ({"label": 5}, "label is 5; allowed: up to 200 printable characters"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(values, message):
    with pytest.raises(InputError, match=message):
        parse(**values)


@pytest.mark.parametrize("number", [0, "0", 86400, "86400", "-86400", 1754006400])
def test_a_date_is_never_read_from_a_count_of_seconds(number):
    # A library may take a bare number for seconds since 1970 and silently choose a passing score.
    with pytest.raises(InputError, match=r"step2_ck_date is .*; allowed: a past date"):
        parse(step2_ck_date=number)


@pytest.mark.parametrize("key", ["group", "step2_ck"])
def test_a_missing_value_is_named(key):
    values = {name: value for name, value in GOOD.items() if name != key}
    with pytest.raises(InputError, match=f"{key} is missing; allowed: "):
        Applicant.parse(values)


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("step2_sk", "step2_ck"),
        ("attempt", "attempts"),
        ("usce_month", "usce_months"),
        ("Label", "label"),
    ],
)
def test_a_misspelt_key_is_answered_with_the_right_one(key, meant):
    with pytest.raises(InputError, match=rf"unknown key '{key}'.*did you mean {meant}\?"):
        parse(**{key: 1})


def test_an_unknown_key_like_no_other_is_to_be_removed():
    with pytest.raises(InputError, match=r"unknown key 'zzz'.*remove it"):
        parse(zzz=1)


@pytest.mark.parametrize("key", [1, None, (), b"group", ("a\nb",)])
def test_a_key_that_is_no_text_is_refused_in_words(key):
    with pytest.raises(InputError, match="unknown key"):
        Applicant.parse({**GOOD, key: 1})


def test_a_message_stays_on_one_line_whatever_was_given():
    with pytest.raises(InputError, match="step2_ck is") as caught:
        parse(step2_ck="a\nb\r\nc\u2028d")
    assert len(str(caught.value).splitlines()) == 1


def test_a_long_value_is_cut_in_the_message():
    with pytest.raises(InputError, match="step2_ck is") as caught:
        parse(step2_ck="y" * 10**6)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("given_as", "group"),
    [
        ("non-us-img", "non_us_img"),
        ("non_us_img", "non_us_img"),
        ("Non-US-IMG", "non_us_img"),
        (" us-img ", "us_img"),
    ],
)
def test_a_group_may_be_written_with_either_dash(given_as, group):
    assert parse(group=given_as).group == group


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("group", "Non-US IMG", "non_us_img"),
        ("group", "non us img", "non_us_img"),
        ("group", "NonUS IMG", "non_us_img"),
        ("group", "U.S. IMG", "us_img"),
        ("group", "US citizen IMG", "us_img"),
        ("usce_months", "3 months", 3),
        ("usce_months", "2.5 mo", 2.5),
        ("usce_months", "N/A", None),
        ("attempts", "2.0", 2),
        ("attempts", "-", None),
        ("ranks", "NA", None),
        ("step2_ck_date", "1 Aug 2025", date(2025, 8, 1)),
        ("step2_ck_date", "August 1st, 2025", date(2025, 8, 1)),
        ("step2_ck_date", "8/13/2025", date(2025, 8, 13)),
        ("step2_ck_date", "13.8.2025", date(2025, 8, 13)),
        ("step2_ck_date", "2025/08/13", date(2025, 8, 13)),
        ("step2_ck_date", "n/a", None),
        ("specialty", "NA", "Internal Medicine"),
    ],
)
def test_what_means_the_same_is_taken(field, text, value):
    assert getattr(parse(**{field: text}), field) == value


@pytest.mark.parametrize(
    ("text", "number"), [("242", 242), (" 242 ", 242), ("+207", 207), (300, 300), ("242.0", 242)]
)
def test_a_plainly_written_score_is_read(text, number):
    assert parse(step2_ck=text).step2_ck == number


@pytest.mark.parametrize(("text", "months"), [("0", 0), ("2.5", 2.5), (3, 3), ("12", 12)])
def test_months_may_have_decimals(text, months):
    assert parse(usce_months=text).usce_months == months


@given(st.integers(100, 300))
def test_every_score_lies_in_its_band(score):
    low, high = parse(step2_ck=score).band
    assert low <= score <= high


def test_the_bands_cover_the_scale_without_gap_or_overlap():
    bands = sorted({parse(step2_ck=score).band for score in range(100, 301)})
    assert bands[0] == (100, 109)
    assert bands[-1] == (290, 300)
    assert all(before[1] + 1 == after[0] for before, after in pairwise(bands))


@pytest.mark.parametrize("score", range(100, 290, 7))
def test_a_band_has_ten_points_and_starts_at_a_ten(score):
    low, high = parse(step2_ck=score).band
    assert (low % 10, high - low) == (0, 9)


@pytest.mark.parametrize(
    "label",
    [
        "<script>alert(1)</script>",
        "a \" quote ' and `tick`",
        "../../etc/passwd",
        "Zoë Nguyễn-O’Brien",  # noqa: RUF001
        "مریم\u200cزاده",  # noqa: RUF001
        "👩\u200d⚕️",
        "{{ 7 * 7 }} %s ${HOME} \\n",
    ],
)
def test_a_label_is_kept_as_text(label):
    assert parse(label=label).label == label


def test_white_space_in_a_label_becomes_one_space():
    assert parse(label=" a\n\tb\u00a0 c ").label == "a b c"


def test_an_applicant_does_not_change():
    applicant = parse()
    with pytest.raises(ValidationError, match="frozen"):
        applicant.step2_ck = 250


def test_an_applicant_survives_pickling():
    applicant = parse(step2_ck_date="2025-08-01", attempts=2, label="x")
    assert pickle.loads(pickle.dumps(applicant)) == applicant  # noqa: S301  made on this line


def test_json_values_make_the_same_applicant_again():
    applicant = parse(step2_ck_date="2025-08-01", usce_months="2.5", ranks=0, label="x")
    assert Applicant.parse(applicant.model_dump(mode="json")) == applicant


@pytest.mark.parametrize(
    ("group", "words"), [("us_img", "US IMG"), ("non_us_img", "non-US IMG"), ("other", "other")]
)
def test_a_group_has_a_name_for_sentences(group, words):
    assert group_label(group) == words
