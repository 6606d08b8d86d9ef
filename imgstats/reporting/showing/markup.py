"""HTML of a notebook made fit for a page that runs nothing and fetches nothing.

Pictures come into the page, formulas are set, and whatever the page's policy would keep a browser
from showing is taken out and named, so that nothing is lost without a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from imgstats.reporting.notebook_format import without_grammar
from imgstats.reporting.showing.formulas import mathml
from imgstats.reporting.showing.images import NotShownError, embedded
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bs4 import BeautifulSoup
    from bs4.element import Tag

__all__ = ["Place", "html_of_markdown", "settled"]

# Elements that a page without scripts and fetches cannot show, and what they are.
_LEFT_OUT = {
    "script": "a script, so that what it draws is missing",
    "iframe": "another page within the page",
    "frame": "another page within the page",
    "object": "an embedded file",
    "embed": "an embedded file",
    "applet": "an embedded file",
    "video": "a video",
    "audio": "a sound",
    "link": "a style or file from elsewhere",
    "base": "an address for all links",
    "meta": "an instruction to the browser",
}
# What is looked through at all; a section of the package has none of it and stays as it is.
_ACTIVE = re.compile(
    rf"<\s*(?:img|image|input|picture|source|use\s[^>]*href=.(?!#)|{'|'.join(_LEFT_OUT)})\b"
    r"|\son\w+\s*=|\bsrcdoc\s*=|\b(?:background|poster)\s*=|javascript:|@import|url\(",
    re.IGNORECASE,
)
_REMOTE_STYLE = re.compile(r"@import|url\(\s*['\"]?(?!data:|#)", re.IGNORECASE)
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a piece of a notebook stands, and who is told what cannot be shown of it.

    Attributes
    ----------
    lost : callable
        Called with a few plain words for each thing that is left out.
    folder : pathlib.Path or None
        The notebook's folder, None where it is not known.
    attachments : mapping
        Those of the cell.
    """

    lost: Callable[[str], None]
    folder: Path | None = None
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def html_of_markdown(source: str, place: Place) -> str:
    """Return Markdown with formulas as HTML that is fit for a page.

    Parameters
    ----------
    source : str
        As Jupyter reads it: tables, formulas between dollars, HTML.
    place : Place
        Where it stands.
    """
    with without_grammar():
        from nbconvert.filters.markdown_mistune import MarkdownWithMath

    return settled(MarkdownWithMath(renderer=_renderer()(place)).render(source), place)


def settled(html: str, place: Place) -> str:
    """Return HTML with its pictures in it, without what a page cannot show.

    Parameters
    ----------
    html : str
        A piece of a page.
    place : Place
        Where it stands.

    Examples
    --------
    >>> settled('<p>a</p><script src="x.js"></script>', Place(lost=print))
    a script, so that what it draws is missing
    '<p>a</p>'
    """
    if not _ACTIVE.search(html):
        return html
    from bs4 import BeautifulSoup

    page = BeautifulSoup(html, "html.parser")
    for name, words in _LEFT_OUT.items():
        for tag in page.find_all(name):
            place.lost(words)
            tag.decompose()
    for tag in page.find_all("source"):
        tag.decompose()  # of a picture; its img stays
    for tag in page.find_all(True):
        _settle_tag(tag, page, place)
    return str(page)


def _settle_tag(tag: Tag, page: BeautifulSoup, place: Place) -> None:
    _drop_scripts(tag, place)
    style = tag.get_text() if tag.name == "style" else str(tag.get("style", ""))
    if _REMOTE_STYLE.search(style):
        place.lost("a style that needs other files")
    if tag.name == "img":
        _settle_picture(tag, page, place)
        return
    for name in ("src", "background", "poster", *_links_that_load(tag)):
        address = str(tag.get(name, "#"))
        if not address.startswith(("#", "data:")):
            place.lost(f"{shown(address, _LONGEST_NAME)}, which the page does not fetch")
            del tag[name]


def _links_that_load(tag: Tag) -> tuple[str, ...]:
    return ("href", "xlink:href") if tag.name in {"image", "use", "feimage"} else ()


def _drop_scripts(tag: Tag, place: Place) -> None:
    for name, value in list(tag.attrs.items()):
        runs = name.lower().startswith("on") or name.lower() == "srcdoc"
        if runs or str(value).lstrip().lower().startswith("javascript:"):
            place.lost("a script at a mouse click or the like")
            del tag[name]


def _settle_picture(tag: Tag, page: BeautifulSoup, place: Place) -> None:
    """Put the picture into the page, or its words in its place."""
    src = str(tag.get("src", ""))
    for name in ("srcset", "sizes", "loading", "crossorigin"):
        if name in tag.attrs:
            del tag[name]
    try:
        tag["src"] = embedded(src, place.folder, place.attachments)
        tag.attrs.setdefault("alt", "")
    except NotShownError as e:
        place.lost(f"the picture {shown(src, _LONGEST_NAME)}: {e}")
        words = page.new_tag("em")
        words.string = str(tag.get("alt", ""))
        tag.replace_with(words) if words.string else tag.decompose()


@cache
def _renderer() -> Any:  # noqa: ANN401  a class whose base is imported late, since that is slow
    with without_grammar():
        from mistune import HTMLRenderer
        from nbconvert.filters.markdown_mistune import IPythonRenderer

    class Renderer(IPythonRenderer):
        """Sets formulas, and leaves pictures to `settled`."""

        def __init__(self, place: Place) -> None:
            super().__init__(escape=False)
            self.place = place

        def image(self, *arguments: Any, **options: Any) -> str:  # noqa: ANN401  the base's
            # The base class stops at an attachment that is not there.
            return str(HTMLRenderer.image(self, *arguments, **options))

        def block_mermaidjs(self, code: str) -> str:
            self.place.lost("a diagram that a script would draw; its text stands there")
            return str(super().block_mermaidjs(code))

        def block_math(self, body: str) -> str:
            return f"<p>{_formula(body, self.place, block=True)}</p>"

        def inline_math(self, body: str) -> str:
            return _formula(body, self.place, block=False)

        def latex_environment(self, name: str, body: str) -> str:
            whole = rf"\begin{{{name}}}{body}\end{{{name}}}"
            return f"<p>{_formula(whole, self.place, block=True)}</p>"

    return Renderer


def _formula(latex: str, place: Place, *, block: bool) -> str:
    try:
        return mathml(latex, block=block)
    except NotShownError as e:
        place.lost(f"the formula {shown(latex.strip(), _LONGEST_NAME)} stands there as typed: {e}")
        return f"<code>{escape(latex.strip())}</code>"
