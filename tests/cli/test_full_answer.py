"""The whole answer on a terminal names every source and, in each finding, who says so."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from imgstats import Applicant
from imgstats.cli.data.shipped import _certificate_lines
from imgstats.cli.parts import full_answer
from imgstats.comparison.citations import reference
from imgstats.sources import dataset


@pytest.fixture
def answer(compared, monkeypatch):
    """Return the whole answer on one endless line a paragraph, and what it was made from."""
    found = compared(Applicant(group="non_us_img", step2_ck=242), scenarios=["visa=0.5"])
    written = io.StringIO()
    monkeypatch.setattr(
        "rich.console.Console", lambda **_: Console(file=written, width=10_000, highlight=False)
    )
    full_answer.print_full(found)
    return found, written.getvalue().splitlines()


def test_every_source_stands_with_all_that_is_known_of_it(answer):
    found, lines = answer
    at = lines.index(next(each for each in lines if each.startswith("Sources:")))
    listed = [each.strip() for each in lines[at + 1 :] if each.strip()]
    assert listed == [f"{each.reference} {each.url}".strip() for each in found.sources]


def test_every_finding_says_whose_it_is(answer):
    found, lines = answer
    short = {each.key: each.short for each in found.sources}
    said = [each for factor in found.factors for each in factor.evidence]
    assert said
    for each in said:
        line = f"  {each.grade}  {each.sentence} ({short[each.source]})"
        assert line in [shown.rstrip() for shown in lines]


def test_a_table_of_papers_is_shown_with_each_of_them():
    item = dataset("published_effects")
    lines = _certificate_lines(item, 1)
    for each in item.sources:
        assert f"source: {reference(each)} {each.url}" in lines
    assert not [each for each in lines if "source: ." in each or ", ." in each]


def test_scores_that_the_figures_leave_out_have_a_sentence(answer):
    found, lines = answer
    assert found.headline.consent.sentence in [each.rstrip() for each in lines]
