"""The index page of a cohort: every figure is the summary's, nothing given is markup."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from urllib.parse import unquote

import nbformat
import pytest

from imgstats.cohort.overview import overview
from imgstats.cohort.summary import summary_frame
from imgstats.errors import InputError
from imgstats.reporting.cohort import pictures as cohort_pictures
from imgstats.reporting.cohort import sections as cohort_sections
from imgstats.reporting.cohort.index import index_page
from imgstats.wording import percent
from tests.cohort.rate_rows import rate_table
from tests.reporting.index_cases import CASES, EVIL, MADE_ON, made, mixed
from tests.reporting.page_text import cells, numbers, soup, spoken

DASH = "\u2013"
pytestmark = pytest.mark.slow


@pytest.fixture
def summary_of(tmp_path, write_summary):
    """Return a function that writes a summary."""
    return lambda rows: write_summary(tmp_path, rows)


@pytest.fixture(scope="session")
def indexes(made_index):
    """Return a function that gives the index of a case."""
    return lambda name: made_index(name)[0]


@pytest.fixture(scope="session")
def pages(indexes):
    return cache(lambda name: soup(indexes(name).page))


def _table(page):
    return page.select_one("table#applicants")


def _interval(low, high):
    return f"{percent(low)} to {percent(high)}"


def _rates(row):
    """Return the texts of a row's two cells of rates."""
    out = []
    for cell in row.select("td")[2:4]:
        strong = cell.select_one("strong")
        out.append(
            tuple(
                part.get_text().replace("\u00a0", " ")
                for part in (strong, cell.select_one(".about"))
                if part is not None
            )
        )
    return out


@pytest.mark.parametrize("name", CASES)
def test_every_applicant_has_a_row_with_its_own_figures(pages, name):
    rows = _table(pages(name)).select("tbody tr")
    wanted = CASES[name]()
    assert len(rows) == len(wanted)
    for row, each in zip(rows, wanted, strict=True):
        head, score, band, *_ = row.select("th, td")
        assert (head.select_one("bdi").get_text() if each.id else "") == each.id
        assert score.get_text() == (DASH if each.step2_ck is None else str(each.step2_ck))
        assert band.get_text() == (
            DASH if each.step2_ck is None else f"{each.band_low}{DASH}{each.band_high}"
        )
        expected = (
            [(), ()]
            if each.rate is None
            else [
                (percent(each.band_rate), _interval(each.band_rate_low, each.band_rate_high)),
                (percent(each.rate), _interval(each.rate_low, each.rate_high)),
            ]
        )
        assert _rates(row) == expected
        assert row.select("td")[4].get_text() == (each.grade or "no rate")


def test_the_words_of_a_state_stand_in_its_row(pages):
    states = [row.select("td")[5].get_text() for row in _table(pages("mixed")).select("tbody tr")]
    assert states == ["made"] * 7 + ["failed"] + ["bad row"] * 2


def test_the_keys_to_sort_by_are_the_summarys_numbers(pages):
    for row, each in zip(_table(pages("mixed")).select("tbody tr"), mixed(), strict=True):
        keys = [cell.get("data-v") for cell in row.select("th, td")]
        numeric = [each.step2_ck, each.band_low, each.band_rate, each.rate]
        assert [None if key is None else float(key) for key in keys[1:5]] == numeric
        assert keys[0] == (each.id or None)


def test_a_link_leads_to_the_report_beside_the_page(pages):
    for name in ("mixed", "hostile"):
        wanted = [each.report for each in CASES[name]() if each.report]
        links = _table(pages(name)).select("tbody a")
        assert [unquote(link["href"]) for link in links] == wanted
        assert all(re.fullmatch(r"reports/[\w%.~-]+", link["href"]) for link in links)
        assert {tuple(link["rel"]) for link in links} == {("noopener",)}


@pytest.mark.parametrize("name", CASES)
def test_failures_stand_above_the_table_with_their_reasons(pages, indexes, name):
    wanted = [
        (each.id or "no id", each.line, each.reason)
        for each in CASES[name]()
        if each.state in ("failed", "bad")
    ]
    page = pages(name)
    found = page.select_one(".failures")
    if not wanted:
        assert found is None
        return
    rows = found.select("tbody tr")
    told = [
        (row.select_one("th").contents[0].get_text(), row.select_one("td").get_text())
        for row in rows
    ]
    assert told == [(name, reason) for name, _, reason in wanted]
    assert [numbers(row.select_one(".about").get_text()) for row in rows] == [
        [str(line)] for _, line, _ in wanted
    ]
    html = indexes(name).page
    assert html.index('class="failures') < html.index('id="applicants"')
    assert found.select_one("h2").get_text().startswith(f"{len(wanted)} ")


def test_many_failures_are_folded():
    def unfolded(n):
        rows = [made(f"F{i}", i, "non_us_img", 242, state="failed") for i in range(n)]
        return soup(cohort_sections.failures(summary_frame(rows)).html).details.has_attr("open")

    assert unfolded(20)
    assert not unfolded(21)


def test_the_head_counts_what_is_there(pages):
    facts = pages("mixed").select_one(".facts")
    found = {
        term.get_text(): term.find_next_sibling("dd").get_text() for term in facts.select("dt")
    }
    assert found == {
        "Applicants": "10",
        "Reports made": "7",
        "Failed": "1",
        "Bad rows": "2",
        "Rates of": "the 2026 Match",
    }


def test_rows_not_tried_yet_are_counted():
    rows = [made("A", 2, "non_us_img", 242, state="waiting", report="")]
    head = cohort_sections.header(overview(summary_frame(rows)), "").html
    assert "<dt>Not yet made</dt><dd>1</dd>" in head
    assert "1 applicant</h1>" in head


@pytest.mark.parametrize("name", ["bad", "no_rate", "nobody"])
def test_without_a_rate_none_is_drawn_or_cited(pages, name):
    page = pages(name)
    text = page.select_one("main").get_text(" ")
    assert "No applicant of this cohort has a rate." in text
    assert "No rate is shown, so there is no source to name." in text
    assert page.select(".sources li") == []
    assert len(page.select("figure")) == (2 if name == "no_rate" else 0)


def test_a_refused_rate_is_explained(pages):
    (refused,) = [each for each in mixed() if each.specialty == "Pediatrics"]
    assert refused.reason in pages("mixed").select_one(".refused").get_text()


def test_us_rates_are_said_to_be_borrowed(pages):
    limits = pages("us").get_text(" ")
    assert "The rates of 3 US IMGs in internal medicine are borrowed" in limits
    assert "from the figures of non-US IMGs" in limits
    assert "Grades are mixed" not in limits


def test_mixed_grades_are_counted(pages):
    text = " ".join(pages("mixed").get_text(" ").split())
    assert "5 rates are direct and 2 borrowed" in text
    assert "The rate of 1 non-US IMG in dermatology is borrowed" in text
    assert "the same at every score" in text


@pytest.mark.parametrize("name", CASES)
def test_no_expected_number_of_matches_stands_on_the_page(pages, name):
    rows = [each for each in CASES[name]() if each.rate is not None]
    total = sum(each.rate for each in rows)
    said = numbers(spoken(pages(name).select_one("main")))
    assert f"{total:.1f}" not in said
    assert "No expected number of matches is given" in pages(name).get_text()


@pytest.mark.parametrize("name", ["mixed", "us", "one"])
def test_the_sources_are_those_of_the_rates_and_no_others(pages, name):
    page = pages(name)
    found = overview(summary_frame(CASES[name]()))
    wanted = {key for kind in found.kinds for key in kind.sources}
    listed = [item["id"].removeprefix("source-") for item in page.select(".sources li")]
    assert set(listed) == wanted
    assert len(listed) == len(wanted)
    targets = {link["href"].removeprefix("#source-") for link in page.select("sup.refs a")}
    assert targets == wanted
    for citation in found.sources:
        shown = page.select_one(f"#source-{citation.key}").get_text()
        assert all(sha[:16] in shown for _, sha in citation.files)


def test_a_summary_that_other_tables_gave_is_told():
    row = made("A", 2, "non_us_img", 242)
    assert not overview(summary_frame([row])).stale
    changed = made("A", 2, "non_us_img", 242, rate=row.rate + 0.01)
    found = overview(summary_frame([changed]))
    assert found.stale
    assert "no longer give every rate" in cohort_sections.rates(found).html


def test_what_was_given_is_text(indexes):
    html = indexes("hostile").page
    page = soup(html)
    assert len(page.select("script")) == 1
    assert page.select("main img:not([src^='data:']), main b") == []
    assert not [tag for tag in page.select("*") if any(name.startswith("on") for name in tag.attrs)]
    ids = page.select("#applicants tbody th > bdi, #applicants tbody th > a > bdi")
    assert [bdi.get_text() for bdi in ids] == [*EVIL, "<b>bad</b>"]
    assert [bdi.get_text() for bdi in page.select("#applicants .person bdi")] == EVIL
    assert page.select_one("h1").get_text() == "Cohort <hostile>"
    assert page.select_one("title").get_text().startswith("Cohort <hostile> - 12 applicants")


@pytest.mark.parametrize("name", ["mixed", "hostile"])
def test_only_the_script_of_that_hash_may_run(indexes, name):
    html = indexes(name).page
    policy = soup(html).select_one("meta[http-equiv='Content-Security-Policy']")["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == f"'sha256-{digest}'"
    assert not re.search(r"\beval\b|Function\(|innerHTML|fetch\(|XMLHttp", script)


def test_the_page_of_an_applicant_has_no_script_still(non_us_files):
    html = non_us_files.page.read_text(encoding="utf-8")
    assert "<script" not in html
    assert "script-src" not in html


def test_the_same_summary_gives_the_same_page_in_an_ordinary_kernel(indexes, summary_of):
    again = index_page(summary_of(mixed()), title="Cohort <mixed>", made_on=MADE_ON)
    assert again.page == indexes("mixed").page


def test_the_record_is_the_executed_notebook(indexes):
    record = nbformat.reads(indexes("mixed").record, as_version=4)
    nbformat.validate(record)
    assert all(cell.execution_count for cell in record.cells if cell.cell_type == "code")
    assert record.metadata.imgstats.made_on == MADE_ON
    assert re.fullmatch("[0-9a-f]{64}", record.metadata.imgstats.summary_sha256)


def test_a_runner_of_ones_own_is_used(summary_of):
    asked = []

    def run(path, parameters):
        asked.append((path.name, parameters["title"]))
        return nbformat.v4.new_notebook()

    files = index_page(summary_of([]), title="A\n\x07 B", made_on=MADE_ON, run=run)
    assert asked == [("cohort_report.ipynb", "A B")]
    assert "Made on 1 November 2026" in files.page


def test_no_summary_is_refused_before_a_kernel_starts(tmp_path):
    def run(*_):
        raise AssertionError("started")

    with pytest.raises(InputError, match=r"summary\.parquet: No such file"):
        index_page(tmp_path / "summary.parquet", title="", made_on=MADE_ON, run=run)


def _alt(picture):
    assert picture is not None
    return picture.alt


def test_figures_say_what_the_summary_holds():
    frame = summary_frame(mixed())
    found = overview(frame)
    assert "5 with a direct rate, 2 with a borrowed rate and 1 with no rate" in (
        _alt(cohort_pictures.bands_picture(frame))
    )
    scores = _alt(cohort_pictures.scores_picture(frame, found))
    assert "6 non-US IMGs and 2 US IMGs" in scores
    printed = next(kind.printed for kind in found.kinds if kind.printed)
    assert f"matched {printed[0].q1:g} to {printed[0].q3:g}" in scores
    rates = _alt(cohort_pictures.rates_picture(frame, found))
    assert "non-US IMGs, internal medicine (direct, fitted) for 5 applicants" in rates
    assert "US IMGs, internal medicine (borrowed) for 1 applicant" in rates


def test_nothing_says_that_rates_follow_the_scores(pages):
    # Those of family medicine do not.
    table = rate_table([("non_us_img", "Family Medicine")]).set_index("step2_ck")["rate"]
    assert table[200] > table[250] > table[270]
    text = pages("mixed").get_text(" ", strip=True)
    assert "need not follow the order of the scores" in text
    assert "is, within one kind, a table in the order of the scores" not in text


def test_borrowed_rates_are_not_said_to_be_counted(pages):
    head = pages("mixed").select_one("header").get_text(" ", strip=True)
    assert "a rate of US IMGs in internal medicine that is borrowed from the figures of" in head
    caption = _table(pages("mixed")).caption.get_text(" ", strip=True)
    assert caption.startswith("Historical match rates by Step 2 CK score alone")


def test_a_score_outside_the_record_is_said_to_be():
    frame = summary_frame([made("A", 2, "non_us_img", 190), made("B", 3, "non_us_img", 242)])
    assert frame["in_record"].tolist() == [False, True]
    html = cohort_sections.applicants(frame, overview(frame)).html
    outside = ["outside the record" in row.get_text() for row in soup(html).select("tbody tr")]
    assert outside == [True, False]


def test_a_range_over_another_factor_stands_beside_the_rate_by_score():
    rows = [
        made("A", 2, "non_us_img", 242),
        made(
            "B", 3, "non_us_img", 242,
            combined_with="exam attempts", combined_low=0.15, combined_high=0.6,
        ),
        made("C", 4, "non_us_img", 242, combined_with="exam attempts and ranks"),
    ]  # fmt: skip
    frame = summary_frame(rows)
    html = cohort_sections.applicants(frame, overview(frame)).html
    cells_of = [row.get_text(" ", strip=True) for row in soup(html).select("tbody tr")]
    assert "with exam" not in cells_of[0]
    assert "with exam attempts: 15 % to 60 %" in cells_of[1].replace("\u00a0", " ")
    assert "with exam attempts and ranks: see the report" in cells_of[2]


def test_which_rates_they_are_stands_in_a_table(pages):
    found = overview(summary_frame(mixed()))
    rows = cells(pages("mixed").select_one("table.kinds"))
    assert [row[1:] for row in rows] == [
        [kind.grade, kind.match_year, str(kind.n)] for kind in found.kinds
    ]
    assert sum(kind.n for kind in found.kinds) == sum(each.rate is not None for each in mixed())
