"""Sources and evidence on a page: every address is a link, fetched by a click alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from imgstats import Applicant
from imgstats.reporting import sections
from tests.reporting.page_text import soup

DOI = "https://doi.org/"


@pytest.fixture(scope="module")
def rich(compared):
    """Return a comparison that cites papers of every kind."""
    applicant = Applicant(group="non_us_img", step2_ck=205, attempts=2, usce_months=1)
    names = ("visa", "applications", "age", "reapplication", "signal")
    return compared(applicant, scenarios=[f"{each}=0.5..2" for each in names])


def _links(part):
    return {link["href"]: link for link in part.select("a.outside")}


def test_every_source_with_an_address_is_a_link(rich):
    items = {each["id"]: each for each in soup(sections.sources(rich).html).select("li")}
    assert len(items) == len(rich.sources)
    for source in rich.sources:
        expected = [source.url] if source.url else []
        expected += [f"{DOI}{source.doi}"] if source.doi else []
        assert list(_links(items[f"source-{source.key}"])) == expected
    assert sum(bool(each.url) for each in rich.sources) > 10


def test_a_source_shows_what_is_known_and_says_what_was_not_seen(rich):
    items = {each["id"]: each for each in soup(sections.sources(rich).html).select("li")}
    for source in rich.sources:
        text = items[f"source-{source.key}"].get_text().replace("\xa0", " ")
        known = (source.title, source.publisher, source.year, source.where, source.doi)
        assert all(each.replace("\xa0", " ") in text for each in known)
        assert all(each.strip() in text for each in source.authors.split(";"))
        assert ("not seen." in text.partition("raded")[0]) == bool(source.not_seen)
        assert "None" not in text
        assert not re.search(r"\. ?\.|,,|  ", text)


def test_no_link_tells_where_the_reader_came_from(rich):
    for fragment in (sections.sources(rich), sections.scenarios(rich)):
        links = soup(fragment.html).select("a[href^=http]")
        assert links
        assert all(link["rel"] == ["noreferrer"] for link in links)
        assert all(link.get_text().strip() for link in links)
        assert not [link for link in links if link.get("ping") or link.get("target")]


@pytest.mark.parametrize("name", ["attempts", "usce"])
def test_a_line_of_evidence_leads_to_its_paper(rich, name):
    cited = {each.key: each for each in rich.sources}
    rows = soup(sections.factor(rich, name).html).select("table.evidence tbody tr")
    evidence = rich.factor(name).evidence
    assert len(rows) == len(evidence)
    for row, line in zip(rows, evidence, strict=True):
        source = cited[line.source]
        assert row.select_one(".refs a")["href"] == f"#source-{source.key}"
        if source.kind == "paper":
            assert _links(row)[source.url].get_text() == source.short


def test_the_same_sections_of_another_group_have_links_too(us):
    assert _links(soup(sections.sources(us).html))


def test_an_address_cannot_leave_its_attribute(rich):
    bad = replace(rich.sources[0], url='https://example.org/"onclick=x', title="<b>t</b>")
    page = soup(sections.sources(replace(rich, sources=(bad, *rich.sources[1:]))).html)
    link = page.select_one("li a.outside")
    assert link["href"] == bad.url
    assert link.get_text() == bad.title
    assert "onclick" not in link.attrs
