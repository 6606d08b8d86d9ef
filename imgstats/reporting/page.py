"""From an executed notebook to one self-contained HTML page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbconvert.exporters import TemplateExporter
    from nbformat import NotebookNode

__all__ = ["render_page"]


@cache
def _exporter() -> TemplateExporter:
    """Return the exporter with the project's own template; made once, a new one is slow."""
    from nbconvert.exporters import TemplateExporter

    folder = files("imgstats.reporting") / "templates"
    return TemplateExporter(  # type: ignore[no-untyped-call]
        template_name="page",
        extra_template_basedirs=[str(folder)],
        template_file="index.html.j2",
        file_extension=".html",
    )


def render_page(notebook: NotebookNode, *, title: str, made_on: str, version: str) -> str:
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

    Returns
    -------
    str
        HTML without code cells, scripts or anything to fetch.
    """
    resources: dict[str, Any] = {"page": {"title": title, "made_on": made_on, "version": version}}
    html, _ = _exporter().from_notebook_node(notebook, resources=resources)
    return str(html)
