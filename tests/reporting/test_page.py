"""The page of a whole report: what it holds, what it never holds."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from imgstats import read_applicant
from imgstats.wording import (
    band_words,
    counted_percent,
    interval_words,
    number_words,
    of_hundred,
    p_words,
    percent,
    thousands,
)
from tests.reporting.conftest import EPOCH
from tests.reporting.page_text import cells, numbers, parsed, spoken

pytestmark = pytest.mark.slow

HEAVIEST = 250 * 1024


def test_a_report_is_three_files_and_nothing_else(both):
    files = both[1]
    assert {path.name for path in files.page.parent.iterdir()} == {
        "index.html",
        "report.ipynb",
        "comparison.json",
    }
    assert all(path.stat().st_size > 1000 for path in (files.page, files.record, files.values))


def test_the_values_beside_the_page_are_those_of_the_comparison(both):
    comparison, files = both
    assert json.loads(files.values.read_text(encoding="utf-8")) == comparison.to_dict(curve=True)


def test_the_record_holds_parameters_and_version(both):
    comparison, files = both
    record = nbformat.read(files.record, as_version=4)
    nbformat.validate(record)
    given = record.metadata["papermill"]["parameters"]
    assert given == comparison.applicant.model_dump(mode="json")
    assert record.metadata["imgstats"]["version"]


def test_the_record_holds_the_hashes_of_the_data(both):
    comparison, files = both
    record = files.record.read_text(encoding="utf-8")
    hashes = {sha for source in comparison.sources for _, sha in source.files}
    assert {sha for sha in hashes if sha not in record} == set()


def test_the_record_names_its_notebook_and_holds_it_once(both):
    record = nbformat.read(both[1].record, as_version=4)
    assert record.metadata["papermill"]["input_path"] == "applicant_report.ipynb"
    text = both[1].record.read_text(encoding="utf-8")
    assert text.count("Change the parameters below") == 1


@pytest.mark.parametrize("name", ["non_us_files", "us_files", "refused_files", "hostile_files"])
def test_a_page_weighs_little(request, name):
    files = request.getfixturevalue(name)
    assert files.page.stat().st_size <= HEAVIEST


def test_the_page_says_its_language_title_and_width(page):
    assert page.html["lang"] == "en"
    assert page.title.get_text().strip()
    assert "width=device-width" in page.select_one("meta[name=viewport]")["content"]
    assert len(page.select("meta[charset]")) == 1


def test_there_is_one_h1_and_no_level_is_skipped(page):
    levels = [int(tag.name[1]) for tag in page.select("h1, h2, h3, h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_nothing_on_the_page_runs_or_is_fetched(page):
    assert page.select("script, iframe, object, embed, link[rel=stylesheet], base, form") == []
    handlers = [name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert handlers == []
    for attribute in ("src", "href", "srcset", "data", "poster", "action", "xlink:href"):
        for tag in page.select(
            f"[{attribute.replace(':', '|')}]" if ":" not in attribute else "use"
        ):
            value = tag.get(attribute, "#")
            if tag.name == "a" and tag.get("rel") == ["noreferrer"]:  # fetched by a click alone
                continue
            assert value.startswith(("data:", "#")), f"{tag.name} {attribute}={value[:60]}"
    assert not re.search(r"url\(\s*['\"]?(?!data:|#)|@import", page.style.get_text())


def test_no_code_and_no_warning_reaches_the_page(page):
    text = page.get_text(" ")
    for code in ("import ", "warnings", "sections.", "Applicant.parse", "Traceback", "Warning:"):
        assert code not in text


def test_no_object_is_shown_by_its_address(page):
    assert not re.search(
        r"<[\w.]+ (object )?at 0x|\bNone\b(?! of these)|\bnan\b|&lt;", page.get_text(" ")
    )


def test_every_image_has_words(page):
    images = page.select("img")
    assert images
    assert all(image.get("alt", "").strip() for image in images)
    assert all(tag.get("aria-label", "").strip() for tag in page.select("[role=img]"))


def test_every_table_has_a_caption_and_header_cells(page):
    tables = page.select("table")
    assert tables
    for table in tables:
        assert table.caption.get_text().strip()
        assert table.select("thead th")
        assert all(cell.get("scope") in {"col", "row"} for cell in table.select("th"))
        assert all(row.select_one("th[scope=row]") for row in table.select("tbody tr"))


def test_no_id_stands_twice_and_every_link_has_its_place(page):
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))
    targets = {link["href"].removeprefix("#") for link in page.select("a[href]:not(.outside)")}
    assert targets <= set(ids)


def test_the_contents_name_every_section_but_the_first(page):
    heads = page.select("main h2")
    links = page.select("nav.contents a")
    assert [link["href"] for link in links] == [f"#{each['id']}" for each in heads[1:]]
    assert [link.get_text() for link in links] == [
        each.get_text().removesuffix("\N{PILCROW SIGN}") for each in heads[1:]
    ]


@pytest.mark.parametrize("name", ["non_us_files", "us_files", "refused_files", "hostile_files"])
def test_no_heading_stands_over_nothing(request, name):
    page = parsed(request.getfixturevalue(name).page.read_text(encoding="utf-8"))
    for each in page.select("main section"):
        assert len(each.find_all(True, recursive=False)) > 1
    for each in page.select("main h2, main h3"):
        after = each.find_next_sibling()
        assert after is not None
        assert after.name not in {"h2", "h3", "section"}


def test_no_table_stands_twice(page):
    shown = [str(cells(table)) for table in page.select("table")]
    assert len(shown) == len(set(shown))


def test_footnotes_are_numbered_as_they_appear_and_lead_back(page):
    calls = page.select("sup.refs a")
    first_seen = list(dict.fromkeys(link["href"].removeprefix("#") for link in calls))
    notes = page.select("ol.sources > li")
    assert [note["id"] for note in notes] == first_seen
    for link in calls:
        number = first_seen.index(link["href"].removeprefix("#")) + 1
        assert link.get_text() == str(number)
    for note in notes:
        back = note.select(".back a")
        assert back
        for link in back:
            (called,) = page.select(f"[id='{link['href'].removeprefix('#')}']")
            assert called["href"] == f"#{note['id']}"


def test_every_term_is_explained_and_linked_once(page):
    links = [link["href"].removeprefix("#") for link in page.select("a.term")]
    places = [tag["id"] for tag in page.select("dl.glossary dt")]
    assert len(links) == len(set(links))
    assert set(links) <= set(places)
    assert {"term-img", "term-interval", "term-pgy1", "term-preferred"} <= set(links)


def test_every_source_of_the_comparison_is_listed_once(both, page):
    listed = [item["id"] for item in page.select("ol.sources > li")]
    assert sorted(listed) == sorted(f"source-{each.key}" for each in both[0].sources)


def test_no_sentence_promises(page):
    text = page.get_text(" ").replace("predict nobody’s result", "")  # noqa: RUF001
    assert not re.search(r"predict|chance|will raise", text, re.IGNORECASE)


def test_the_icon_array_shows_100_people_of_whom_the_rounded_rate_matched(non_us, non_us_files):
    page = parsed(non_us_files.page.read_text(encoding="utf-8"))
    people = page.select("svg use")
    filled = of_hundred(non_us.headline.band.rate)
    assert len(people) == 100
    assert len(page.select("svg use.matched")) == filled
    assert [each["class"] for each in people[:filled]] == [["matched"]] * filled
    assert page.select_one(".big-number").get_text().strip() == str(filled)


def test_a_refused_group_sees_no_people_and_no_rate(refused_files):
    page = parsed(refused_files.page.read_text(encoding="utf-8"))
    assert page.select("svg, table.bands, .big-number") == []
    assert "No rate is given" in page.select_one(".refused").get_text(" ")
    assert [each["alt"].partition(" of ")[0] for each in page.select("img")] == [
        "Line chart",
        "Tile map",
    ]


def test_a_borrowed_rate_shows_its_calculation(us, us_files):
    page = parsed(us_files.page.read_text(encoding="utf-8"))
    borrowed = us.headline.borrowed
    assert page.select_one(".chip").get_text() == "borrowed"
    steps = [row[1] for row in cells(page.select_one("table.steps"))]
    assert steps == [each.words for each in borrowed.steps]
    taus = [row[1:] for row in cells(page.select_one("table.taus"))]
    assert taus == [[percent(r.rate), interval_words(r.low, r.high)] for r in borrowed.over_tau]
    text = " ".join(page.get_text("").split())
    assert all(each in text for each in (*borrowed.against, borrowed.gap_sentence))
    assert "borrowed" in page.select_one("figcaption").get_text()


def _without_source(page):
    """Yield texts with a figure of the data and no link to a source."""
    for part in page.select("main p, main li, main dd, main caption, main figcaption"):
        text = part.get_text(" ")
        for link in part.select(".refs"):
            text = text.replace(link.get_text(" "), "")
        # What the applicant gave, an interval's level and names of exams are no figures of data.
        exempt = part.find_parent(class_=["facts", "people", "masthead", "sources", "glossary"])
        plain = text.replace("95\xa0%", "").replace("Step 1", "").replace("Step 2", "")
        plain = plain.replace("Step 3", "").replace("PGY-1", "")
        is_given = {"given", "big"} & set(part.get("class", []))
        figure = re.search(r"\d", plain) and not exempt and not is_given
        if figure and not part.select("a[href^='#source-']"):
            yield " ".join(text.split())


def test_every_sentence_with_a_number_leads_to_its_source(page):
    assert list(_without_source(page)) == []


def test_every_link_to_a_source_arrives(page):
    keys = {each["id"] for each in page.select("ol.sources li")}
    links = {each["href"].removeprefix("#") for each in page.select(".refs a")}
    assert links <= keys
    assert len(links) > 3


def test_every_curve_of_the_range_stands_on_the_page(non_us, non_us_files):
    page = parsed(non_us_files.page.read_text(encoding="utf-8"))
    curves = non_us.headline.range.estimators
    shown = [row[1:] for row in cells(page.select_one("table.curves"))]
    assert shown == [
        [percent(each.rate), percent(each.band_rate), p_words(each.p).removeprefix("p ")]
        for each in curves
    ]


def test_the_band_table_is_the_curves(non_us, non_us_files):
    page = parsed(non_us_files.page.read_text(encoding="utf-8"))
    expected = [
        [
            f"{band.low}–{band.high}",  # noqa: RUF001
            percent(band.rate),
            interval_words(band.rate_low, band.rate_high),
            thousands(band.n),
        ]
        for band in non_us.curve.bands
    ]
    assert cells(page.select_one("table.bands")) == expected


def test_the_applicants_band_is_marked_once(non_us, non_us_files):
    page = parsed(non_us_files.page.read_text(encoding="utf-8"))
    (own,) = page.select("table.bands tr.own")
    assert own.th.get_text().startswith(band_words(*non_us.applicant.band).replace(" to ", "–"))  # noqa: RUF001


def test_the_yearly_table_is_the_trends(both, page):
    def shown(value, words):
        return "–" if value is None else words(value)  # noqa: RUF001

    expected = [
        [
            row.match_year,
            shown(row.us_img_rate, counted_percent),
            shown(row.non_us_img_rate, counted_percent),
            shown(row.im_positions, thousands),
            shown(row.im_filled_us_img, thousands),
            shown(row.im_filled_non_us_img, thousands),
        ]
        for row in both[0].trend.rows
    ]
    assert cells(page.select_one("table.years")) == expected


def test_the_ways_to_count_are_the_comparisons(both, page):
    expected = [
        [
            each.outcome,
            f"{thousands(each.matched)} of {thousands(each.n)}",
            counted_percent(each.rate),
        ]
        for each in both[0].denominators
    ]
    assert cells(page.select_one("table.denominators")) == expected


def test_the_printed_digits_are_the_comparisons(non_us, non_us_files):
    page = parsed(non_us_files.page.read_text(encoding="utf-8"))
    names = ("n", "min", "q1", "median", "q3", "max", "mean", "sd")
    for table, printed in zip(
        page.select("table.digits"),
        (non_us.place.printed, non_us.factor("ranks").printed),
        strict=True,
    ):
        expected = [[number_words(getattr(row, name)) for name in names] for row in printed]
        assert [row[1:] for row in cells(table)] == expected


def test_every_piece_of_evidence_stands_with_its_grade(both, page):
    tables = page.select("table.evidence")
    for table, name in zip(tables, ("attempts", "usce"), strict=True):
        expected = [[each.sentence, each.grade] for each in both[0].factor(name).evidence]
        assert cells(table) == expected


def _strings(value):
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in {"sha256", "files", "url"}:
                yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


def _of_the_range(model, allowed):
    """Return the rates of the model range, and allow its p values."""
    if model is None:
        return []
    curves = model["estimators"]
    allowed |= {number for each in curves for number in numbers(p_words(each["p"]))}
    allowed.add(str(model["least_p"]))
    ends = [model[name] for name in ("low", "high", "band_low", "band_high")]
    return ends + [each[name] for each in curves for name in ("rate", "band_rate")]


def _of_factors(values):
    """Return the rates of factors and of the same applicant with other numbers."""
    rows = [row for factor in values["factors"] for row in factor["rows"]]
    rows += values["what_if"]["rows"] if values["what_if"] else []
    found = [row[name] for row in rows for name in ("rate", "low", "high")]
    return [each for each in found if each is not None]


def _of_states(values, rates, counted):
    """Return the counts of the states, and add their shares."""
    rows = [*values["where"]["rows"], values["where"]["total"]]
    shares = [row["share"] for row in rows if row["share"] is not None]
    rates += shares
    counted += shares
    names = ("positions_offered", "filled", "us_img", "non_us_img", "imgs")
    return [row[name] for row in rows for name in names]


def _may_be_said(comparison):
    """Return every number that a page of this comparison may hold, as the wording writes it."""
    values = comparison.to_dict(curve=True)
    headline, place, curve = values["headline"], values["place"], values["curve"]
    allowed = {word for text in _strings(values) for word in numbers(text)}
    applicant = values["applicant"]
    given = [applicant[name] for name in ("step2_ck", "attempts", "usce_months", "ranks")]
    rates: list[float] = []
    counted: list[float | None] = []
    counts, digits = [], [each for each in given if each is not None]
    if headline:
        band = headline["band"]
        rates += [headline[name] for name in ("rate", "low", "high", "level")]
        rates += _of_the_range(headline["range"], allowed)
        for row in (headline["borrowed"] or {"over_tau": []})["over_tau"]:
            rates += [row["rate"], row["low"], row["high"]]
            allowed.add(f"{row['tau']:.2f}")
        for each in [band, *curve["bands"]]:
            rates += [each["rate"], each["rate_low"], each["rate_high"]]
            counts += [each["n"]]
            digits += [each["low"], each["high"]]
        shares = [name for name in place or {} if name.startswith(("matched", "not_matched"))]
        rates += [place[name] for name in shares]
        # The words of the figure name every tenth score and both ends.
        tens = [(x, r) for x, r in zip(curve["x"], curve["rate"], strict=True) if x % 10 == 0]
        digits += [curve["x"][0], curve["x"][-1], *(x for x, _ in tens)]
        rates += [rate for _, rate in tens]
        # The icon array counts 100 people: those who matched and the others.
        allowed |= {"100", str(100 - of_hundred(band["rate"]))}
    for table in [place, *values["factors"]]:
        for row in table["printed"] if table else []:
            counts += [row["n"]]
            digits += [row[name] for name in row if name != "outcome"]
    counts += [
        each["n"] for factor in values["factors"] for each in factor["evidence"] if each["n"]
    ]
    rates += _of_factors(values)
    counts += _of_states(values, rates, counted)
    for row in values["trend"]["rows"]:
        counted += [row["us_img_rate"], row["non_us_img_rate"]]
        counts += [row[name] for name in row if name.startswith("im_")]
    for each in values["trend"]["outlook"]["forecasts"]:
        for way in (each, each["other"]):
            sizes = [way[name] for name in ("mean_error", "mean_width", "mean_score")]
            (counts if each["name"] == "im_positions" else counted).extend(sizes)
    for each in values["denominators"]:
        counts += [each["matched"], each["n"]]
        counted += [each["rate"], each["low"], each["high"]]
    years = [*values["trend"]["rows"], *values["denominators"], place or {}, headline or {}]
    allowed |= {str(each["match_year"]) for each in years if each}
    allowed |= {number for each in rates for number in numbers(percent(each))}
    allowed |= {
        number for each in counted if each is not None for number in numbers(counted_percent(each))
    }
    allowed |= {thousands(each) for each in counts if each is not None}
    allowed |= {number_words(each) for each in digits if each is not None}
    return allowed


def _said(html, record):
    made = record.metadata["imgstats"]
    text = spoken(html)
    assert text.count(made["made_on"]) == 1
    return numbers(text.replace(made["made_on"], "").replace(f"imgstats {made['version']}", ""))


def test_every_number_of_the_page_is_found_in_the_comparison(both):
    comparison, files = both
    record = nbformat.read(files.record, as_version=4)
    said = _said(files.page.read_text(encoding="utf-8"), record)
    assert len(said) > 100
    assert set(said) - _may_be_said(comparison) == set()


def test_the_search_for_strange_numbers_finds_one(non_us, non_us_files):
    record = nbformat.read(non_us_files.record, as_version=4)
    html = non_us_files.page.read_text(encoding="utf-8").replace("</main>", "<p>61.7 %</p></main>")
    assert "61.7" in set(_said(html, record)) - _may_be_said(non_us)


def test_changed_data_change_the_page(non_us_files, changed_files):
    before = spoken(non_us_files.page.read_text(encoding="utf-8"))
    after = spoken(changed_files.page.read_text(encoding="utf-8"))
    for old, new in (
        ("3,392 of 6,992", "3,392 of 7,092"),
        ("48.5 %", "47.8 %"),
        ("median is 251 for the matched", "median is 253 for the matched"),
    ):
        assert old in before
        assert old not in after
        assert new in after


def test_changed_data_change_the_people_and_the_figures(non_us_files, changed_files):
    before, after = (
        parsed(files.page.read_text(encoding="utf-8")) for files in (non_us_files, changed_files)
    )
    values = json.loads(changed_files.values.read_text(encoding="utf-8"))
    filled = of_hundred(values["headline"]["band"]["rate"])
    assert len(after.select("svg use.matched")) == filled
    assert filled != len(before.select("svg use.matched"))
    # Rate curve, distributions and ranks are other pictures; trend and states are the same. The
    # ladder is not drawn: it was worked out for the figures that are stored.
    sources = [{image["src"] for image in page.select("img")} for page in (before, after)]
    assert len(sources[0] & sources[1]) == 2
    assert len(sources[1]) == 5


def test_the_kept_example_says_what_a_new_one_says(non_us_files, example_applicant):
    root = Path(__file__).resolve().parents[2]
    assert read_applicant(root / "examples" / "applicant.yml") == example_applicant
    assert f"\nEXAMPLE_DATE := {EPOCH}\n" in (root / "Makefile").read_text("utf-8")
    kept = root / "reports" / "example"
    # The pictures' bytes may differ with the processor; the words and the figures may not.
    new_page, kept_page = (
        spoken(path.read_text("utf-8")) for path in (non_us_files.page, kept / "index.html")
    )
    assert new_page == kept_page
    new, old = (
        json.loads(path.read_text("utf-8"))
        for path in (non_us_files.values, kept / "comparison.json")
    )
    assert new["headline"] == old["headline"]
    assert new["sources"] == old["sources"]
