"""No page, no answer in a terminal and no documentation promises anything to a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from imgstats.cli.main import app
from tests.reporting.page_text import spoken

ROOT = Path(__file__).resolve().parents[2]
PROMISES = re.compile(
    r"\b(?:your|his|her|their) (?:chances?|odds)\b|\bguarantee[ds]?\b"
    r"|\bwill (?:raise|improve|boost|match)\b|\b(?:probability|likelihood) of matching\b",
    re.IGNORECASE,
)
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
ASKED = (
    ["--help"],
    ["report", "--help"],
    ["batch", "--help"],
    ["estimate", "--help"],
    ["estimate", "--group", "non-us-img", "--step2-ck", "242", "--ranks", "5"],
    ["estimate", "--group", "us-img", "--step2-ck", "230", "--specialty", "Pediatrics"],
)


def promises(text):
    # What is quoted as what must not be said promises nothing.
    return [found[0] for found in PROMISES.finditer(re.sub(r"[“\"`][^”\"`]{0,60}[”\"`]", "", text))]


@pytest.mark.parametrize(
    "text",
    [
        "Your chance is 45 %.",
        "a match is guaranteed",
        "ten points will raise it",
        "the probability of matching",
        "your odds",
    ],
)
def test_a_promise_is_found(text):
    assert promises(text)


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.name)
def test_no_documentation_promises(path):
    assert promises(path.read_text(encoding="utf-8")) == []


@pytest.mark.slow
@pytest.mark.parametrize("words", ASKED, ids=" ".join)
def test_no_answer_in_a_terminal_promises(words):
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    assert promises(result.output) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["non_us_files", "us_files", "refused_files"])
def test_no_page_promises(request, name):
    files = request.getfixturevalue(name)
    assert promises(spoken(files.page.read_text(encoding="utf-8"))) == []
