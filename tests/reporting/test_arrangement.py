"""A page put together: sections with something to say, footnotes in order, terms linked once."""

from __future__ import annotations

import re

import pytest

from imgstats.reporting.showing.arrangement import arranged
from imgstats.reporting.showing.footnotes import numbered
from imgstats.reporting.showing.glossary import TERMS
from imgstats.reporting.showing.outputs import Piece
from imgstats.reporting.showing.terms import linked
from tests.reporting.page_text import soup


def head(words):
    name = words.replace(" ", "-")
    anchor = f'<a class="anchor-link" href="#{name}">\N{PILCROW SIGN}</a>'
    return Piece(opens=True, parts=(f'<h2 id="{name}">{words}{anchor}</h2>',))


def cell(*parts):
    return Piece(opens=False, parts=parts, runs=True)


def call(*keys):
    links = ", ".join(f'<a href="#source-{key}" aria-label="Source 9">9</a>' for key in keys)
    return f'<sup class="refs">{links}</sup>'


# --- sections


def test_a_heading_whose_cells_say_nothing_is_left_out():
    page = arranged([cell("<p>top</p>"), head("A"), cell(""), cell(), head("B"), cell("<p>b</p>")])
    assert page.before == ("<p>top</p>",)
    assert [each.title for each in page.sections] == ["B"]


def test_a_heading_without_a_cell_or_with_words_of_its_own_stays():
    text = Piece(opens=True, parts=('<h2 id="C">C</h2><p>words</p>',))
    titles = [each.title for each in arranged([head("A"), text, cell("")]).sections]
    assert titles == ["A", "C"]


def whole(*names):
    summary = cell('<div class="standing">x</div>')
    return [each for name in names for each in (head(name), summary)]


def test_the_contents_list_the_sections_after_the_first():
    names = ["First", "Exam attempts", "Ranks", "Sources", "Words"]
    page = arranged(whole(*names))
    assert page.has_appendix
    assert [each.title for each in page.listed] == names[1:]
    assert page.listed[0].anchor == "Exam-attempts"


def test_a_short_page_has_no_contents():
    assert arranged(whole("A", "B", "C")).listed == ()


def test_a_page_whose_first_section_is_no_summary_has_no_appendix():
    page = arranged(each for name in "ABCDEF" for each in (head(name), cell("<p>x</p>")))
    assert not page.has_appendix
    assert page.listed == ()


# --- footnotes

LIST = '<ol class="sources">{}</ol>'.format(
    "".join(f'<li id="source-{key}" tabindex="-1">{key} <ul><li>x</li></ul></li>' for key in "abcd")
)
PAGE = (
    f"<header>{call('c')}</header><h2>One</h2><p>x{call('a', 'c')}</p>"
    f"<h2>Two</h2><p>y{call('a')}{call('d', 'a')}</p>{LIST}"
)


def test_footnotes_are_numbered_as_they_appear():
    page = soup(numbered(PAGE))
    seen = [int(link.get_text()) for link in page.select("sup.refs a")]
    assert seen == [1, 1, 2, 2, 2, 3]
    assert [item["id"] for item in page.select("ol.sources > li")] == [
        "source-c",
        "source-a",
        "source-d",
    ]


def test_every_call_leads_to_its_note_and_says_its_number():
    page = soup(numbered(PAGE))
    order = [item["id"] for item in page.select("ol.sources > li")]
    for link in page.select("sup.refs a"):
        number = order.index(link["href"].removeprefix("#")) + 1
        assert link.get_text() == str(number)
        assert link["aria-label"] == f"Source {number}"


def test_every_note_leads_back_to_each_section_that_calls_it():
    page = soup(numbered(PAGE))
    back = {
        item["id"]: [link.get_text() for link in item.select(".back a")]
        for item in page.select("ol.sources > li")
    }
    assert back == {
        "source-c": ["the head of the page", "One"],
        "source-a": ["One", "Two"],
        "source-d": ["Two"],
    }
    ids = {tag["id"] for tag in page.select("[id]")}
    assert {link["href"].removeprefix("#") for link in page.select(".back a")} <= ids


def test_a_source_that_nothing_calls_is_left_out_and_nothing_else():
    assert "source-b" not in numbered(PAGE)
    assert re.sub(r"<[^>]*>", "", numbered(PAGE)).startswith("1One")


def test_a_page_without_sources_stays_as_it_is():
    assert numbered(f"<p>{call('a')}</p>") == f"<p>{call('a')}</p>"


# --- the first sheet

SECTIONS = [head(f"Part {at}") for at in range(7)]


def _page_of(*marked):
    pieces = [Piece(opens=False, parts=("<h1>Title</h1>",), runs=True)]
    for at, each in enumerate(SECTIONS):
        pieces += [
            each,
            cell(f'<div class="{marked[at]}">x</div>' if at < len(marked) else "<p>x</p>"),
        ]
    return arranged(pieces)


@pytest.mark.parametrize(
    ("marked", "opening", "in_columns"),
    [
        (("standing",), 1, True),
        (("actions", "standing-now"), 2, False),
        (("actions", "choices", "standing"), 0, False),
        ((), 0, False),
    ],
)
def test_a_first_sheet_ends_where_it_says_so(marked, opening, in_columns):
    page = _page_of(*marked)
    assert (page.opening, page.in_columns) == (opening, in_columns)
    assert page.has_appendix is bool(opening)
    assert [each.title for each in page.listed] == [f"Part {at}" for at in range(opening, 7)] * (
        opening > 0
    )


# --- terms

PLACES = "".join(f'<dt id="term-{each.key}">{each.name}</dt>' for each in TERMS)
GLOSSARY = f"<dl>{PLACES}</dl>"


@pytest.mark.parametrize(
    ("text", "term", "words"),
    [
        ("Of 100 non-US IMGs who", "img", "non-US IMGs"),
        ("international medical graduates", "img", "international medical graduates"),
        ("The USCE of", "usce", "USCE"),
        ("With 5 contiguous ranks the", "ranks", "contiguous ranks"),
        ("who ranked internal medicine first", "preferred", "ranked internal medicine first"),
        ("any PGY-1 position", "pgy1", "PGY-1"),
        ("(95 % interval 1 % to 2 %)", "interval", "interval"),
        ("an odds ratio of", "odds-ratio", "odds ratio"),
        ("the fitted rate", "fitted", "fitted"),
    ],
)
def test_a_term_is_linked_where_it_is_first_used(text, term, words):
    page = soup(linked(f"<p>{text}</p><p>{text}</p>{GLOSSARY}"))
    (link,) = page.select("a.term")
    assert (link["href"], link.get_text()) == (f"#term-{term}", words)
    assert page.p.get_text() == text


@pytest.mark.parametrize("tag", ["a", "h2", "svg", "style", "th", "caption", "summary", "code"])
def test_no_link_goes_into_what_is_no_sentence(tag):
    page = linked(f"<{tag}>fitted</{tag}>{GLOSSARY}")
    assert "class=" not in page


def test_words_within_words_and_attributes_are_no_terms():
    page = f'<p title="fitted">refitted PGY-12</p>{GLOSSARY}'
    assert linked(page) == page


def test_a_page_without_a_glossary_has_no_link_to_one():
    assert linked("<p>fitted</p>") == "<p>fitted</p>"


def test_the_terms_have_different_keys_and_whole_sentences():
    assert len({each.key for each in TERMS}) == len(TERMS) == 8
    assert all(each.meaning.endswith(".") and each.meaning[0].isupper() for each in TERMS)
