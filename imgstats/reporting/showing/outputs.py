"""What a notebook's cells show, as pieces of a page; what cannot be shown is named."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from imgstats.reporting.fragments import bare
from imgstats.reporting.showing.images import KINDS, NotShownError, encoded
from imgstats.reporting.showing.markup import Place, html_of_markdown, settled
from imgstats.text import shown, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nbformat import NotebookNode

__all__ = ["Piece", "output_html", "pieces_of"]

HIDDEN, _INJECTED = "page-hidden", "injected-parameters"
# The richest first. A picture goes before HTML, which of a figure often needs a script.
_ORDER = (*KINDS, "text/html", "text/markdown", "text/latex", "application/json", "text/plain")
_KINDS_LEFT_OUT = (
    (r"jupyter\.widget", "a widget, which needs a running notebook"),
    (r"javascript", "a script"),
    (r"plotly|vega|bokeh|holoviews", "a figure that a script would draw"),
    (r"/pdf$", "a PDF"),
    (r"^(video|audio)/", "a video or sound"),
)
# How things call themselves that are shown in another way, or not at all.
_NAME_OF_A_THING = re.compile(r"<[\w.]+ object[^>]*>|[\w.]+\(.*\)", re.DOTALL)
_DRAWN = re.compile(r"<Figure size ")
_TERMINAL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_SIZE = re.compile(r"[0-9]{1,5}(\.[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one cell puts on the page.

    Attributes
    ----------
    opens : bool
        Whether a section begins with it.
    parts : tuple of str
        HTML, one after the other.
    runs : bool
        Whether the cell holds code.
    """

    opens: bool
    parts: tuple[str, ...]
    runs: bool = False


def pieces_of(
    notebook: NotebookNode, folder: Path | None, lost: Callable[[str], None]
) -> list[Piece]:
    """Return what the cells of an executed notebook put on a page.

    Parameters
    ----------
    notebook : NotebookNode
        With its outputs. Cells with the tag ``page-hidden`` are left out.
    folder : pathlib.Path or None
        Where it lies, for the pictures beside it; None where that is not known.
    lost : callable
        Called with the cell and a few plain words for each thing that cannot be shown. Cells are
        counted from 1, as they stand in the notebook before it is run.
    """
    pieces, number = [], 0
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        number += _INJECTED not in tags
        if HIDDEN in tags:
            continue
        place = Place(
            lost=_numbered(number, lost), folder=folder, attachments=cell.get("attachments", {})
        )
        pieces.append(_piece(cell, place))
    return pieces


def _numbered(number: int, lost: Callable[[str], None]) -> Callable[[str], None]:
    return lambda words: lost(f"cell {number}: {visible(words)}")


def _piece(cell: NotebookNode, place: Place) -> Piece:
    if cell.cell_type == "markdown":
        opens = cell.source.startswith("## ")
        return Piece(opens=opens, parts=(html_of_markdown(cell.source, place),))
    if cell.cell_type == "code":
        shown_here = tuple(output_html(each, place) for each in cell.outputs)
        return Piece(opens=False, parts=shown_here, runs=True)
    if cell.source.strip():
        place.lost("a raw cell")
    return Piece(opens=False, parts=())


def output_html(output: Mapping[str, Any], place: Place) -> str:
    """Return one output of a cell as HTML; empty where nothing of it can be shown.

    Parameters
    ----------
    output : mapping
        As nbformat has it.
    place : Place
        Where it stands.

    Examples
    --------
    >>> widget = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider()"}
    >>> output_html({"output_type": "display_data", "data": widget}, Place(lost=print))
    a widget, which needs a running notebook
    ''
    """
    if output["output_type"] == "stream":
        return _text(output["text"]) if output["name"] == "stdout" else ""
    if output["output_type"] == "error":
        place.lost(f"an error, {shown(output.get('ename', ''))}")
        return ""
    data, metadata = output["data"], output.get("metadata", {})
    for kind in _ORDER:
        if kind not in data or (kind == "text/plain" and _is_left_out(data, place)):
            continue
        try:
            return _rendered(kind, data, metadata.get(kind, {}), place)
        except NotShownError as e:
            place.lost(f"a picture of the kind {kind}: {e}")
    if not data.keys() & set(_ORDER):
        _is_left_out(data, place)
    return ""


def _is_left_out(data: Mapping[str, Any], place: Place) -> bool:
    """Name what a text stands for that cannot be shown; say whether the text is of no use."""
    richer = [kind for kind in data if kind not in _ORDER]
    for kind in richer:
        named = (words for pattern, words in _KINDS_LEFT_OUT if re.search(pattern, kind))
        place.lost(next(named, f"an output of the kind {shown(kind)}"))
    lost = bool(richer) or bool(data.keys() & set(KINDS))
    text = str(data.get("text/plain", ""))
    return lost and _NAME_OF_A_THING.fullmatch(text.strip()) is not None


def _rendered(kind: str, data: Mapping[str, Any], about: Mapping[str, Any], place: Place) -> str:
    if kind in KINDS:
        return _figure(encoded(str(data[kind])), str(data.get("text/plain", "")), about)
    if kind == "text/html":
        return settled(bare(data[kind]), place)
    if kind in {"text/markdown", "text/latex"}:
        return html_of_markdown(data[kind], place)
    if kind == "application/json":
        return _text(json.dumps(data[kind], indent=1, ensure_ascii=False))
    return _text(data[kind])


def _text(text: str) -> str:
    # What a terminal would take for a colour is no letter of the text.
    return f"<pre>{escape(_TERMINAL.sub('', text))}</pre>"


def _figure(uri: str, plain: str, about: Mapping[str, Any]) -> str:
    """Return a picture: a figure that was drawn on a card, any other as it is."""
    drawn = "alt" in about or _DRAWN.match(plain) is not None
    sizes = "".join(
        f' {name}="{about[name]}"'
        for name in ("width", "height")
        if _SIZE.fullmatch(str(about.get(name, "")))
    )
    alt = escape(str(about.get("alt", "")))
    # A figure with words of its own is the package's: dark ink on white, which may be turned round.
    kind = "chart inked" if "alt" in about else "chart" if drawn else "picture"
    return f'<figure class="{kind}"><img src="{uri}" alt="{alt}"{sizes}></figure>'
