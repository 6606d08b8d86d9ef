"""Two hundred applicants with the notebook that ships; ten of their rows are bad in ten ways."""

from __future__ import annotations

import re
from html import unescape

import pytest

from imgstats import Applicant
from imgstats.comparison.many import Rates
from imgstats.wording import of_hundred, percent
from tests.batch.making import leftovers, pages, run_command, states, write_cohort
from tests.patience import PATIENCE
from tests.reporting.page_text import soup

pytestmark = pytest.mark.slow
FIELDS = ("id", "group", "step2_ck", "step2_ck_date", "attempts", "usce_months", "ranks", "label")
GOOD = 190
BAD = (
    ("", "non-us-img", "240", "", "1", "2", "5", "no id"),
    ("A-003", "non-us-img", "240", "", "1", "2", "5", "an id twice"),
    ("B-3", "canadian", "240", "", "1", "2", "5", "no such group"),
    ("B-4", "non-us-img", "420", "", "1", "2", "5", "a score over the scale"),
    ("B-5", "non-us-img", "", "", "1", "2", "5", "no score"),
    ("B-6", "non-us-img", "240", "2999-01-01", "1", "2", "5", "a day to come"),
    ("B-7", "non-us-img", "240", "", "0", "2", "5", "no attempt"),
    ("B-8", "non-us-img", "240", "", "1", "-2", "5", "less than no month"),
    ("B-9", "non-us-img", "240", "", "1", "2", "1_000", "an odd number"),
    ("B-10", "non-us-img", "240", "", "1", "2", "5", "a bell\x07"),
)


def _good(number):
    group = "us-img" if number % 6 == 5 else "non-us-img"
    score = 212 + number * 7 % 70
    # Names that are no part of one another, so that one is not found in another's page.
    return (
        f"A-{number:03d}",
        group,
        score,
        "",
        1 + number % 3,
        number % 9,
        number % 16,
        f"x{number:03d}x",
    )


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    good = [_good(number) for number in range(GOOD)]
    rows = [
        row
        for at, row in enumerate(good)
        for row in (row, *([BAD[at // 19]] if at % 19 == 18 else []))
    ]
    return write_cohort(tmp_path_factory.mktemp("cohort") / "cohort.csv", rows, FIELDS)


@pytest.fixture(scope="module")
def whole(cohort, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, run_command("batch", cohort, "--out", out, patience=6 * PATIENCE)


def test_190_reports_are_made_and_10_failures_named(whole):
    out, done = whole
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "190 made, 0 kept from before, 0 failed, 10 bad rows"
    named = [line for line in done.stderr.splitlines() if line.startswith("bad row, line ")]
    assert len({line.partition(";")[0] for line in named}) == 10
    assert states(out) == {"made": 190, "bad": 10}
    assert len(list((out / "reports").iterdir())) == 190
    assert leftovers(out) == set()


def _text(html):
    """Return the words of a large page, without making a tree of it."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_each_of_the_pages_holds_its_own_applicant_and_no_other(whole):
    out, _ = whole
    rates = Rates()
    for name, page in pages(out).items():
        _, group, score, _, attempts, months, ranks, label = _good(int(name[2:]))
        html = page.decode()
        # The letters of a picture's bytes spell a label now and then.
        words_only = re.sub(r"base64,[A-Za-z0-9+/=]+", "", html)
        assert {f"x{i:03d}x" for i in range(GOOD) if f"x{i:03d}x" in words_only} == {label}
        head, _, body = html.partition("</head>")
        assert f"Step 2 CK {score}," in soup(head).title.get_text()
        text = _text(body)
        rate = rates.of(Applicant.parse({"group": group, "step2_ck": score}))
        assert rate.rate is not None
        assert rate.band_rate is not None
        assert percent(rate.rate) in text
        assert f"about {of_hundred(rate.band_rate)}" in text
        given = body.partition('<dl class="facts">')[2].partition("</dl>")[0]
        facts = [each.get_text(" ", strip=True) for each in soup(given).select("dd")]
        words = f"{months} month{'' if months == 1 else 's'}"
        assert facts[2:] == [str(score), str(attempts), words, str(ranks)]
