"""The index page of a cohort: every applicant in one table, and what it does not say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import imgstats
from imgstats.cohort.summary import read_summary
from imgstats.reporting.notebook import notebook_text, run_notebook
from imgstats.sources import notebook_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd

__all__ = ["NOTEBOOK", "IndexFiles", "index_page"]

NOTEBOOK = "cohort_report.ipynb"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFiles:
    """The texts of a cohort's index, to be written as UTF-8.

    Attributes
    ----------
    page : str
        The self-contained HTML page.
    record : str
        The executed notebook: parameters, versions, hashes.
    """

    page: str
    record: str


def index_page(
    summary: Path,
    *,
    title: str,
    made_on: str,
    changes: Mapping[str, Any] | None = None,
    kept_as: str = "",
    run: Callable[..., Any] = run_notebook,
) -> IndexFiles:
    """Make the index page of a cohort from its summary.

    Parameters
    ----------
    summary : Path
        A ``summary.parquet``; the paths of reports in it are relative to the page.
    title : str
        A name for the cohort, shown as plain text; may be empty.
    made_on : str
        Date in words.
    changes : mapping, optional
        What differs from the last run, as `imgstats.cohort.changes.Changes` says it in plain
        values. Default: there was none.
    kept_as : str
        What the record calls the summary, if it will not stay where it is now.
    run : callable
        Runs a notebook: takes its path and parameters and returns it with its outputs, as
        `run_notebook` does.

    Returns
    -------
    IndexFiles
        Page and record. The same summary, title and date give the same page.

    Raises
    ------
    InputError
        If the summary cannot be read, or a data file changed.
    WorkError
        If the notebook fails.
    """
    from imgstats.reporting.page import COHORT, render_page

    frame = read_summary(summary)
    given = {
        "summary": str(summary.resolve()),
        "title": _one_line(title),
        "changes": None if changes is None else dict(changes),
    }
    executed = run(notebook_path(NOTEBOOK), given)
    if kept_as:
        _rename(executed, str(summary.resolve()), kept_as)
    executed.metadata["imgstats"] = _birth_certificate(summary, made_on)
    page = render_page(
        executed,
        title=_page_title(frame, _one_line(title)),
        made_on=made_on,
        version=imgstats.__version__,
        template=COHORT,
    )
    return IndexFiles(page=page, record=notebook_text(executed))


def _rename(notebook: Any, path: str, name: str) -> None:  # noqa: ANN401  as `run` returns it
    """Put another name for the summary where the record keeps the parameters."""
    for cell in notebook.cells:
        cell.source = cell.source.replace(path, name)
    given = notebook.metadata.get("papermill", {}).get("parameters", {})
    if "summary" in given:
        given["summary"] = name


def _one_line(title: str) -> str:
    """Fold white space and drop characters that a page would obey."""
    return " ".join("".join(c for c in title if c.isprintable() or c.isspace()).split())


def _page_title(frame: pd.DataFrame, title: str) -> str:
    n = len(frame)
    about = f"{n:,} {'applicant' if n == 1 else 'applicants'}: historical match rates"
    return f"{title} - {about}" if title else about


def _birth_certificate(summary: Path, made_on: str) -> dict[str, object]:
    """Return what the executed notebook keeps: version, date, and the summary's hash."""
    from hashlib import sha256

    return {
        "version": imgstats.__version__,
        "made_on": made_on,
        "summary_sha256": sha256(summary.read_bytes()).hexdigest(),
    }
