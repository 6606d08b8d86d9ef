"""Reports start without the grammar of web addresses; whoever checks one gets it all the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

NEEDED = ["rfc3987_syntax", "jsonschema"]


def said_by(program):
    for name in NEEDED:
        pytest.importorskip(name)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.slow
@pytest.mark.parametrize("first", ["imgstats.reporting.report", "imgstats.batch.tasks"])
def test_what_a_report_imports_builds_no_grammar(first):
    program = (
        f"import sys, {first}, nbconvert, nbformat, papermill\n"
        "print('jsonschema' in sys.modules, 'lark' in sys.modules)"
    )
    assert said_by(program) == ["True", "False"]


@pytest.mark.slow
def test_an_address_is_checked_as_ever():
    program = (
        "import imgstats.reporting, jsonschema\n"
        "check = jsonschema.FormatChecker().conforms\n"
        "print(*[check(each, 'iri') for each in ('http://é.example/', 'http://[', 7)])\n"
    )
    assert said_by(program) == ["True", "False", "True"]


@pytest.mark.slow
def test_the_whole_module_can_be_had():
    program = (
        "import imgstats.reporting, rfc3987_syntax, rfc3987_syntax.utils\n"
        "print(rfc3987_syntax.parse('iri', 'http://a/').data)\n"
    )
    assert said_by(program) == ["iri"]
