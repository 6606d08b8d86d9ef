"""``imgstats cite``: what is known of each source, and nothing that is not."""

from __future__ import annotations

import re

import pytest

from imgstats import __version__
from imgstats.cli.main import _run
from imgstats.comparison import how_to_cite
from imgstats.comparison.how_to_cite import as_bibtex, as_text, sources_of, this_software
from imgstats.sources import catalogue, sources
from imgstats.sources.recipes import RECIPES, REPORT_RECIPES


@pytest.fixture(scope="module")
def entries():
    """Return the fields of each BibTeX entry by its key."""
    found = {}
    for entry in re.findall(r"^@\w+\{(.*?)\n\}$", as_bibtex(), re.DOTALL | re.MULTILINE):
        key, body = entry.split(",\n", 1)
        found[key] = dict(re.findall(r"^  (\w+) = \{(.*)\},$", body, re.MULTILINE))
    return found


def test_every_source_of_a_report_or_plan_is_there(entries):
    used = {x.name for x in sources_of(RECIPES.values())}
    assert {x.name for x in sources_of(REPORT_RECIPES)} < used
    assert set(entries) == {"imgstats", *used}
    raw = {name for each in RECIPES.values() for name in each.inputs}
    read = {x.name for name in raw for x in catalogue()[name].sources}
    assert {
        x.name for x in sources().values() if x.publisher == "this project"
    } & read == read - used


def test_a_paper_has_its_authors_title_year_and_doi(entries):
    found, known = entries["schenarts-2008"], sources()["schenarts-2008"]
    assert found["title"] == f"{{{known.title}}}"
    assert found["author"].count(" and ") == known.authors.count(";")
    assert (found["year"], found["doi"], found["url"]) == (known.year, known.doi, known.url)
    assert found["journal"] == known.publisher


def test_a_paper_of_a_volume_is_an_article(entries):
    assert "@article{alsayid-2019," in as_bibtex()
    found = entries["alsayid-2019"]
    where = f"{found['volume']}({found['number']}):{found['pages'].replace('--', '-')}"
    assert where == sources()["alsayid-2019"].where
    assert "note" not in found
    without_pages = entries["sawhill-2004"]
    assert (without_pages["volume"], "pages" in without_pages) == ("79", False)
    assert "@misc{hunter-2024," in as_bibtex()  # only its number is known


def test_a_report_speaks_for_its_publisher(entries):
    assert entries["nrmp-match-by-state-2026"]["author"] == "{NRMP}"


def test_what_is_not_known_is_left_out(entries):
    assert entries["monteiro-2017"] == {"year": "2017", "note": "authors and title not seen"}
    assert "author" not in entries["img-pathway-fees"]
    assert "" not in [value for each in entries.values() for value in each.values()]


def test_signs_of_tex_are_escaped(monkeypatch):
    source = next(iter(sources().values()))
    changed = type(source)(**{name: getattr(source, name) for name in source.__dataclass_fields__}
                           | {"title": "50 % of A & B_1"})  # fmt: skip
    monkeypatch.setattr(how_to_cite, "_parts", lambda _: ((changed,), ()))
    assert r"50 \% of A \& B\_1" in as_bibtex()


def test_the_software_is_that_of_the_citation_file(entries):
    assert this_software().version == entries["imgstats"]["version"] == __version__
    assert this_software().title in as_text()


def test_the_text_has_an_address_where_one_is_known():
    text = as_text()
    for each in sources_of(RECIPES.values()):
        assert (f"https://doi.org/{each.doi}" if each.doi else each.url) in text
    assert "?." not in text


@pytest.mark.parametrize(
    ("words", "start"), [([], "Cite the software:"), (["--bibtex"], "@software")]
)
def test_the_command_prints_either(words, start, capsys):
    assert _run(["cite", *words]) == 0
    assert capsys.readouterr().out.startswith(start)
