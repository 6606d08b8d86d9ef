"""Every notebook of the project: stored clean, and it runs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from imgstats.errors import WorkError
from imgstats.kernels.client import end_server
from tests.common import run_forked
from tests.own_words import foreign

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(
    path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)


def _name(path):
    return path.relative_to(FOLDER).as_posix()


def _has_parameters(notebook):
    return any("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells)


@pytest.fixture(scope="module", autouse=True)
def _one_server():
    """End the server that the kernels of this file are forked from."""
    yield
    end_server()


@cache
def _run_as_it_is(path):
    return run_forked(path, {})


def test_there_are_notebooks():
    assert "applicant_report.ipynb" in [path.name for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_name)
def test_a_notebook_is_stored_without_results(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in code if cell.outputs or cell.execution_count is not None] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=_name)
def test_a_notebook_says_nothing_of_the_machine_it_was_written_on(path):
    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert "version" not in notebook.metadata.language_info


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=_name)
def test_a_notebook_runs_to_its_end(path):
    notebook = nbformat.read(path, as_version=4)
    if _has_parameters(notebook):
        executed = _run_as_it_is(path)
    else:
        from nbclient import NotebookClient

        executed = NotebookClient(notebook, timeout=300, kernel_name="python3").execute(
            cwd=str(path.parent)
        )
    code = [cell for cell in executed.cells if cell.cell_type == "code" and cell.source.strip()]
    assert all(cell.execution_count for cell in code)


ANALYSES = [path for path in NOTEBOOKS if path.parent.name == "analyses"]
# What each takes beside its default; the others are about all tables, or about made-up ones.
TAKES: dict[str, dict[str, Any]] = {
    "02-score-and-match": {"specialty": "peds"},
    "03-estimators": {"specialty": "Pediatrics"},
    "06-where": {"specialty": "Dermatology"},
    "07-another-field": {
        "label": "entry score",
        "yes": "registered",
        "no": "turned away",
        "score": 64.5,
    },
}
OF_SPECIALTIES = [name for name, taken in TAKES.items() if "specialty" in taken]


def test_every_analysis_with_parameters_is_tried_with_others():
    found = {path.stem for path in ANALYSES if _has_parameters(nbformat.read(path, as_version=4))}
    assert found == set(TAKES)


def _said(executed):
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    texts = [output.get("data", {}).get("text/markdown") for output in outputs]
    return [text for text in texts if text]


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_SPECIALTIES)
def test_an_analysis_of_another_specialty_is_about_it_alone(name):
    path = FOLDER / "analyses" / f"{name}.ipynb"
    executed = run_forked(path, TAKES[name])
    said = _said(executed)
    assert said
    if name != "03-estimators":  # its bands are about internal medicine
        # What the register says of a source names what it names.
        ours = [text.partition("The source ")[0].casefold() for text in said]
        assert [text for text in ours if "internal" in text] == []
    assert said != _said(_run_as_it_is(path))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "specialty", "said"),
    [
        (name, "Cardiology", "specialty is 'Cardiology'; allowed: one of 24, such as Neurology")
        for name in OF_SPECIALTIES
    ]
    + [("02-score-and-match", "Dermatology", "whose table lacks")],
)
def test_an_analysis_refuses_a_specialty_that_it_cannot_be_about(name, specialty, said):
    with pytest.raises(WorkError, match=said):
        run_forked(FOLDER / "analyses" / f"{name}.ipynb", {"specialty": specialty})


def test_the_prose_about_states_types_no_figure():
    notebook = nbformat.read(FOLDER / "analyses" / "06-where.ipynb", as_version=4)
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert prose
    assert [text for text in prose if any(letter.isdigit() for letter in text)] == []


@pytest.mark.slow
def test_the_analysis_of_other_fields_speaks_in_the_words_it_is_given():
    executed = run_forked(FOLDER / "analyses" / "07-another-field.ipynb", TAKES["07-another-field"])
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    shown = [
        text
        for output in outputs
        for kind, text in output.get("data", {}).items()
        if kind.startswith("text/")
    ]
    # What the errors of a wrong exam suggest is a name, and pandas styles have names of their own.
    said = [re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL) for text in shown]
    assert [text for text in said if foreign(text)] == []
    assert len([text for text in said if "share registered" in text and "entry score" in text]) > 3
    assert [text for text in said if text.startswith("turned away max") or "registered max" in text]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"no": "passed"}, "outcomes 'passed' and 'passed'; allowed: two different words"),
        ({"score": 300}, "score 300; allowed: one of the curve's, from 29 to 100"),
    ],
)
def test_the_analysis_of_other_fields_refuses_what_it_cannot_draw(given, said):
    with pytest.raises(WorkError, match=said):
        run_forked(FOLDER / "analyses" / "07-another-field.ipynb", given)
