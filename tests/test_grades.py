"""One scale of letters and one list of words: what stands in the data means what is said of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import imgstats
from imgstats.grades import LETTERS, RATE_WORDS, letter_legend, rate_grade, rate_legend, weakest
from imgstats.sources import sources
from tests.reporting.page_text import soup

PACKAGE = Path(imgstats.__file__).parent
PROJECT = PACKAGE.parent


def test_every_letter_in_the_data_is_of_the_scale(tables):
    found = {each.trust for each in sources().values()}
    found |= {str(row["grade"]) for row in tables.rows("effects")}
    for name in ("counts", "summaries", "bands", "positions_by_state", "pgy1_by_year"):
        found |= {str(row["trust"]) for row in tables.rows(name)}
    assert found <= set(LETTERS)
    assert len(found) > 2


def test_no_two_letters_mean_the_same():
    assert len(set(LETTERS.values())) == len(LETTERS)
    assert all(meaning in letter_legend() for meaning in LETTERS.values())


def test_the_notice_of_the_data_tells_the_same_scale():
    rows = re.findall(
        r"^\| (\w+) \| ([^|]+) \|$", (PROJECT / "DATA_NOTICE.md").read_text("utf-8"), re.MULTILINE
    )
    assert {letter: meaning for letter, meaning in rows if letter in LETTERS} == LETTERS


def test_the_meaning_of_a_letter_is_written_in_one_module_alone():
    phrase = LETTERS["D"]
    places = [
        path
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".j2", ".toml"} and phrase in path.read_text(encoding="utf-8")
    ]
    assert [path.name for path in places] == ["grades.py"]


def test_no_page_explains_letters_by_itself():
    templates = list(PACKAGE.rglob("*.j2"))
    assert templates
    assert [
        path.name for path in templates if re.search(r"\bA, (figures )?read", path.read_text())
    ] == []


@pytest.mark.parametrize(
    ("kind", "fitted", "in_record", "expected"),
    [
        ("direct", False, True, "direct"),
        ("direct", True, True, "direct, fitted"),
        ("direct", True, False, "direct, fitted, carried over"),
        ("borrowed", True, True, "borrowed"),
        ("borrowed", True, False, "borrowed, carried over"),
    ],
)
def test_the_words_of_a_rate(kind, fitted, in_record, expected):
    grade = rate_grade(kind, fitted=fitted, in_record=in_record)
    assert grade == expected
    assert set(grade.split(", ")) <= set(RATE_WORDS)


def test_the_legend_explains_every_word():
    assert all(f"{word}, " in rate_legend() for word in RATE_WORDS)


def test_the_weakest_of_several_letters_is_the_one_that_promises_least():
    assert weakest("B", "A", "C", "A") == "C"
    assert weakest("nothing of the scale") == ""


def test_a_page_shows_the_letter_of_its_table_with_the_meaning(non_us):
    from imgstats.reporting import sections

    shown = soup(sections.standing(non_us).html).get_text(" ")
    letter = non_us.headline.table_grade
    assert f"grade {letter} ({LETTERS[letter]})" in shown
