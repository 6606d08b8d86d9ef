"""From an executed notebook to one self-contained HTML page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from imgstats.reporting.notebook_format import without_grammar
from imgstats.reporting.showing.arrangement import arranged
from imgstats.reporting.showing.footnotes import numbered
from imgstats.reporting.showing.outputs import pieces_of
from imgstats.reporting.showing.policy import source_hash
from imgstats.reporting.showing.terms import linked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbconvert.exporters import TemplateExporter
    from nbformat import NotebookNode

__all__ = ["APPLICANT", "COHORT", "render_page"]

# Templates, all with the same frame.
APPLICANT = "index.html.j2"
COHORT = "cohort.html.j2"
_SCRIPTS = {COHORT: "cohort.js"}


@cache
def _exporter(template: str) -> TemplateExporter:
    """Return the exporter with the project's own template; made once, a new one is slow."""
    with without_grammar():
        from nbconvert.exporters import TemplateExporter

    folder = files("imgstats.reporting") / "templates"
    return TemplateExporter(  # type: ignore[no-untyped-call]
        template_name="page",
        extra_template_basedirs=[str(folder)],
        template_file=template,
        file_extension=".html",
        optimistic_validation=True,  # once, and not after each of a dozen steps
    )


def _script(template: str) -> str:
    """Return the one script of a template, or nothing."""
    name = _SCRIPTS.get(template)
    if name is None:
        return ""
    place = files("imgstats.reporting") / "templates" / "page" / name
    return place.read_text(encoding="utf-8")


def render_page(  # noqa: PLR0913  all that is around a notebook
    notebook: NotebookNode,
    *,
    title: str,
    made_on: str,
    version: str,
    template: str = APPLICANT,
    logo: str = "",
    folder: Path | None = None,
    index: str = "",
    lost: Callable[[str], None] | None = None,
) -> str:
    """Render an executed notebook with the project's own template.

    Parameters
    ----------
    notebook : NotebookNode
        With its outputs.
    title : str
        Title of the page, plain text.
    made_on : str
        Date in words.
    version : str
        Version of the package.
    template : {APPLICANT, COHORT}
        Which page: one applicant's, or the index of a cohort.
    logo : str
        A picture for the top of the page as a data URI. Default: none.
    folder : pathlib.Path, optional
        Where the notebook lies. Pictures beside it come into the page; without it they are lost.
    index : str
        Where the index of the page's batch lies, seen from the page. Default: it has none.
    lost : callable, optional
        Called with one line for each thing in the notebook that a page cannot show, such as
        ``cell 3: a widget, which needs a running notebook``.

    Returns
    -------
    str
        HTML without code cells or anything to fetch; without scripts too, but for the one that
        sorts and searches the table of a cohort, which the page's policy names by its hash.
    """
    script = _script(template)
    page = {
        "title": title,
        "made_on": made_on,
        "version": version,
        "script": script,
        "script_hash": source_hash(script),
        "logo": logo,
        "index": index,
        "arrangement": arranged(pieces_of(notebook, folder, lost or (lambda _: None))),
    }
    resources: dict[str, Any] = {"page": page}
    html, _ = _exporter(template).from_notebook_node(notebook, resources=resources)
    return linked(numbered(str(html)))
