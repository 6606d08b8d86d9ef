"""One applicant's report: run the notebook, render the page, keep the record."""

from __future__ import annotations

import json
import os
import sys
import warnings
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import imgstats
from imgstats.comparison.asked import Choices
from imgstats.errors import ImgstatsWarning, InputError, WorkError
from imgstats.files.opening import Wanted, read_plain
from imgstats.levels import LEVEL
from imgstats.printing.paper import PAPER, check_paper
from imgstats.processors import one_thread
from imgstats.reporting.files import (
    PAGE,
    PDF,
    RECORD,
    VALUES,
    check_pdf,
    held_report,
    remove_pdf,
    write_pdf,
    write_report_files,
)
from imgstats.reporting.marks import cells_digest
from imgstats.sources import notebook_path
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from nbformat import NotebookNode

    from imgstats.applicant import Applicant
    from imgstats.comparison import Comparison
    from imgstats.comparison.citations import Citation
    from imgstats.comparison.kept import Kept

__all__ = [
    "PAGE",
    "RECORD",
    "Look",
    "ReportFiles",
    "birth_certificate",
    "day_of_making",
    "made_on_words",
    "page_title",
    "print_report",
    "run_look",
    "write_report",
]


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
    lost : tuple of str
        What of a notebook of one's own the page cannot show, a line each; empty for the one that
        ships.
    """

    page: Path
    record: Path
    values: Path
    lost: tuple[str, ...] = ()


def write_report(
    applicant: Applicant,
    out: str | Path,
    *,
    choices: Choices | None = None,
    notebook: str | Path | None = None,
    sections: Sequence[str] | None = None,
    logo: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
    own_process: bool = False,
) -> ReportFiles:
    """Make the report of one applicant.

    Parameters
    ----------
    applicant : Applicant
        Whom it is about.
    out : path
        Folder for the files; made if it is not there. Nothing of the applicant enters a path, and
        no file is written over that imgstats did not make.
    choices : Choices, optional
        Scenarios, denominator and correlations. Default: none.
    notebook : path, optional
        A notebook of one's own with a parameters cell. It runs in the folder where it lies, so
        files, pictures and modules beside it are found. Default: the one that ships, which runs in
        an empty folder.
    sections : sequence of str, optional
        Names of the sections to show, in any order; the notebook's order stays, and the list of
        sources is always there. Default: all.
    logo : path, optional
        A PNG, JPEG or SVG of up to a mebibyte for the top of the page. Default: none.
    progress : callable, optional
        Called with a few words at each stage.
    own_process : bool
        Whether this process does nothing but this report, as that of the command does. The kernel
        is then forked from it where that is safe, which is faster than to start one anew.

    Returns
    -------
    ReportFiles
        ``index.html``, ``report.ipynb`` and ``comparison.json`` in `out`.

    Raises
    ------
    InputError
        If the folder cannot be written or holds a file that is not imgstats' own, if another report
        is being made there, the notebook lacks a parameter or a section, the logo is no such file,
        or a data file changed.
    WorkError
        If the notebook fails; nothing is left behind.
    """
    from imgstats.comparison.kept import keeping

    say = progress or (lambda _: None)
    folder, made_on = Path(out), made_on_words()
    inputs = [Path(each) for each in (notebook, logo) if each is not None]
    chosen = choices or Choices()
    with held_report(folder, inputs):
        look = _look(notebook, sections, logo)
        with one_thread() if own_process else nullcontext():
            kept = _compared(applicant, chosen)
            values = _values(kept.answer)
        parameters = applicant.model_dump(mode="json") | chosen.parameters()
        # The pages of the shipped notebook do not depend on the order of sets; others' may.
        fork = own_process and (notebook is None or not sys.flags.hash_randomization)
        with keeping(kept):
            executed = run_look(look, parameters, say, fork=fork)
        say("rendering the page")
        lost: list[str] = []
        page, record = _rendered(executed, kept.answer, made_on, look, lost)
        write_report_files(folder, {PAGE: page, RECORD: record, VALUES: values}, inputs)
        remove_pdf(folder)  # it was of the page before
    return ReportFiles(
        page=folder / PAGE,
        record=folder / RECORD,
        values=folder / VALUES,
        lost=tuple(dict.fromkeys(lost)),
    )


def print_report(page: str | Path, paper: str = PAPER) -> Path:
    """Print the page of a report as PDF, into its folder.

    Parameters
    ----------
    page : path
        The page that `write_report` made.
    paper : {"a4", "letter"}
        What it is printed on.

    Returns
    -------
    Path
        ``report.pdf``: tagged, with the page's title, and with it and a number on each sheet.

    Raises
    ------
    InputError
        If there is no such paper, the page cannot be read, or a PDF is in the way that imgstats did
        not print.
    WorkError
        If there is no Chromium or Chrome to print with, or it ends or hangs. The page stands, and
        no PDF is left.
    """
    from imgstats.printing.printer import Printer

    page = Path(page)
    folder = page.parent
    check_paper(paper)
    check_pdf(folder)
    with held_report(folder):
        data = read_plain(page, Wanted(what="a page"))
        try:
            with Printer(paper) as printer:
                printed = printer.pdf(data)
        except WorkError as e:
            todo = f"{e.todo}; " if e.todo else ""
            raise WorkError(f"no PDF: {e.found}", e.allowed, f"{todo}the page stands") from e
        write_pdf(folder, printed)
    return folder / PDF


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a page is made with: notebook, its folder if it is a person's own, sections, logo."""

    source: Path
    folder: Path | None
    sections: tuple[str, ...] | None
    logo: str


def _look(
    notebook: str | Path | None, sections: Sequence[str] | None, logo: str | Path | None
) -> Look:
    from imgstats.reporting.showing.images import logo_uri

    return Look(
        source=notebook_path() if notebook is None else Path(notebook),
        folder=None if notebook is None else Path(notebook).absolute().parent,
        sections=None if sections is None else tuple(sections),
        logo="" if logo is None else logo_uri(Path(logo)),
    )


def _compared(applicant: Applicant, choices: Choices) -> Kept:
    """Compare before any kernel starts, so that bad data stop the report at once."""
    from imgstats.comparison import compare
    from imgstats.comparison.kept import Asked, Kept, data_words

    asked = Asked(applicant=applicant, level=LEVEL, **choices.keywords())
    data = data_words()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ImgstatsWarning)
        comparison = compare(applicant, **choices.keywords())
    said = []
    for each in caught:
        if isinstance(each.message, ImgstatsWarning):
            said.append(each.message)  # the comparison's notes say it too
        else:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    return Kept(words=asked.words, data=data, answer=comparison, said=tuple(said))


def run_look(
    look: Look, parameters: Mapping[str, object], say: Callable[[str], None], *, fork: bool
) -> NotebookNode:
    """Run the notebook, in a kernel that is forked from this process if asked for and possible."""
    from imgstats.kernels.forked import forked_server
    from imgstats.reporting.notebook import checked_notebook, execute
    from imgstats.reporting.own.chosen import keep_sections
    from imgstats.reporting.warm import WARM

    name = look.source.name
    with forked_server(WARM, wanted=fork) as place:
        # This process goes on importing while the server does.
        notebook = checked_notebook(look.source, parameters)
        if look.sections is not None:
            notebook = keep_sections(notebook, look.sections, name)
        say("starting the notebook")
        return execute(
            notebook,
            name,
            parameters,
            warm=place is not None,
            place=place,
            folder=look.folder,
            progress=lambda done, _: say(f"running the notebook, cell {done}"),
        )


def _values(comparison: Comparison) -> str:
    """Return the comparison's figures as JSON."""
    values = comparison.to_dict(curve=True)
    return f"{json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False)}\n"


def _rendered(
    executed: NotebookNode,
    comparison: Comparison,
    made_on: str,
    look: Look,
    lost: list[str],
) -> tuple[str, str]:
    """Return the page and the record of an executed notebook; note what the page cannot show."""
    from imgstats.reporting.notebook import notebook_text
    from imgstats.reporting.page import render_page

    executed.metadata["imgstats"] = {
        **birth_certificate(comparison.sources, made_on),
        "cells_sha256": cells_digest(executed.cells),
    }
    page = render_page(
        executed,
        title=page_title(comparison.applicant),
        made_on=made_on,
        version=imgstats.__version__,
        logo=look.logo,
        folder=look.folder,
        lost=lost.append,
    )
    return page, notebook_text(executed)


def birth_certificate(sources: Sequence[Citation], made_on: str) -> dict[str, object]:
    """Return what the executed notebook keeps: version, date, and each data file's hash."""
    files = dict(pair for source in sources for pair in source.files)
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
    """Return the day of making in words; errors as `day_of_making`."""
    return f"{day_of_making():%-d %B %Y}"


def day_of_making() -> date:
    """Return the day of making, or that of SOURCE_DATE_EPOCH for reproducible pages, in UTC.

    Raises
    ------
    InputError
        If SOURCE_DATE_EPOCH is no number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(tz=UTC).date()
    try:
        return datetime.fromtimestamp(int(epoch), tz=UTC).date()
    except (ValueError, OverflowError, OSError) as e:
        raise InputError(
            f"SOURCE_DATE_EPOCH is {shown(epoch)}",
            "seconds since 1970 as a whole number",
            "or unset it",
        ) from e
