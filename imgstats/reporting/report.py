"""One applicant's report: run the notebook, render the page, keep the record."""

from __future__ import annotations

import json
import os
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import imgstats
from imgstats.comparison.choices import Choices
from imgstats.errors import ImgstatsWarning, InputError
from imgstats.reporting.files import check_folder, write_all
from imgstats.sources import notebook_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from imgstats.applicant import Applicant
    from imgstats.comparison import Comparison

__all__ = [
    "PAGE",
    "RECORD",
    "ReportFiles",
    "made_on_words",
    "page_title",
    "write_report",
]

PAGE = "index.html"
RECORD = "report.ipynb"
VALUES = "comparison.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFiles:
    """Where a report stands.

    Attributes
    ----------
    page : Path
        The self-contained HTML page.
    record : Path
        The executed notebook: parameters, versions, hashes.
    values : Path
        The comparison's figures as JSON.
    """

    page: Path
    record: Path
    values: Path


def write_report(
    applicant: Applicant,
    out: str | Path,
    *,
    choices: Choices | None = None,
    notebook: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> ReportFiles:
    """Make the report of one applicant.

    Parameters
    ----------
    applicant : Applicant
        Whom it is about.
    out : path
        Folder for the files; made if it is not there. Nothing of the applicant enters a path.
    choices : Choices, optional
        Scenarios, denominator and correlations. Default: none.
    notebook : path, optional
        A notebook of one's own with a parameters cell. Default: the one that ships.
    progress : callable, optional
        Called with a few words at each stage.

    Returns
    -------
    ReportFiles
        ``index.html``, ``report.ipynb`` and ``comparison.json`` in `out`.

    Raises
    ------
    InputError
        If the folder cannot be written, the notebook lacks a parameter, or a data file changed.
    WorkError
        If the notebook fails; nothing is left behind.
    """
    from imgstats.reporting.notebook import check_parameters, notebook_text, run_notebook
    from imgstats.reporting.page import render_page

    say = progress or (lambda _: None)
    folder, made_on = Path(out), made_on_words()
    source = Path(notebook) if notebook is not None else notebook_path()
    check_folder(folder)
    chosen = choices or Choices()
    parameters = applicant.model_dump(mode="json") | chosen.parameters()
    check_parameters(source, parameters)
    comparison = _compare(applicant, chosen)
    say("starting the notebook")
    executed = run_notebook(
        source, parameters, lambda done, _: say(f"running the notebook, cell {done}")
    )
    say("rendering the page")
    executed.metadata["imgstats"] = _birth_certificate(comparison, made_on)
    page = render_page(
        executed,
        title=page_title(comparison.applicant),
        made_on=made_on,
        version=imgstats.__version__,
    )
    values = json.dumps(
        comparison.to_dict(curve=True), indent=1, ensure_ascii=False, allow_nan=False
    )
    write_all(folder, {PAGE: page, RECORD: notebook_text(executed), VALUES: f"{values}\n"})
    return ReportFiles(page=folder / PAGE, record=folder / RECORD, values=folder / VALUES)


def _compare(applicant: Applicant, choices: Choices) -> Comparison:
    """Compare before any kernel starts, so that bad data stop the report at once."""
    from imgstats.comparison import compare

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)  # the comparison's notes say it
        return compare(applicant, **choices.keywords())


def _birth_certificate(comparison: Comparison, made_on: str) -> dict[str, object]:
    """Return what the executed notebook keeps: version, date, and each data file's hash."""
    files = dict(pair for source in comparison.sources for pair in source.files)
    return {
        "version": imgstats.__version__,
        "made_on": made_on,
        "data_sha256": dict(sorted(files.items())),
    }


def page_title(applicant: Applicant) -> str:
    """Return the title of an applicant's page."""
    about = (
        f"Step 2 CK {applicant.step2_ck}, {applicant.group_label}: historical match rates, "
        f"{applicant.specialty.lower()}"
    )
    return f"{applicant.label} - {about}" if applicant.label else about


def made_on_words() -> str:
    """Return the date of making, or that of SOURCE_DATE_EPOCH for reproducible pages.

    Raises
    ------
    InputError
        If SOURCE_DATE_EPOCH is no number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(tz=UTC).strftime("%-d %B %Y")
    try:
        moment = datetime.fromtimestamp(int(epoch), tz=UTC)
    except (ValueError, OverflowError, OSError) as e:
        raise InputError(
            f"SOURCE_DATE_EPOCH is {epoch!r}", "seconds since 1970 as a whole number", "or unset it"
        ) from e
    return moment.strftime("%-d %B %Y")
