"""Small notebooks made for a test, and the files of a small report."""

from __future__ import annotations

import json

import nbformat

VALUES = ("applicant", "headline", "place", "factors", "trend", "denominators", "sources")
_PARAMETERS = {"parameters", "injected-parameters"}


def notebook_of(*cells, parameters="x = None"):
    """Return a notebook with a parameters cell and more code cells."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        *(nbformat.v4.new_code_cell(each) for each in cells),
    ]
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "language": "python",
        "display_name": "Python 3",
    }
    return notebook


def printed(notebook):
    """Return what the code cells after the parameters printed."""
    return [
        "".join(out.text for out in cell.outputs if out.output_type == "stream").strip()
        for cell in notebook.cells
        if cell.cell_type == "code" and not _PARAMETERS & set(cell.metadata.get("tags", []))
    ]


def older_report():
    """Return the files of a report as an older version made them: the least that tells them."""
    mark = {"version": "0.0.1", "data_sha256": {}}
    return {
        "index.html": '<meta name="generator" content="imgstats 0.0.1"><p>old</p>',
        "report.ipynb": json.dumps({"cells": [], "metadata": {"imgstats": mark}}),
        "comparison.json": json.dumps(dict.fromkeys(VALUES)),
    }
