"""Terms of a page, linked at their first use to where they are explained."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imgstats.reporting.showing.glossary import TERMS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imgstats.reporting.showing.glossary import Term

__all__ = ["linked"]

_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?([a-z][a-z0-9]*)", re.IGNORECASE)
# No link goes into a link, a heading, a figure or what is no sentence.
_CLOSED = {
    *("a", "h1", "h2", "h3", "h4", "svg", "style", "script", "code", "pre", "nav", "summary"),
    *("caption", "dl", "th", "sup", "title", "figcaption", "math", "button", "label"),
}


def linked(html: str, terms: Iterable[Term] = TERMS) -> str:
    """Return a page with each term's first use linked to its place in the glossary.

    Parameters
    ----------
    html : str
        A page, or its main part. A term without a place on it is not linked.
    terms : iterable of Term
        Those to look for.

    Examples
    --------
    >>> linked('<p>A PGY-1 year, and PGY-1 again.</p><dl><dt id="term-pgy1">PGY-1</dt></dl>')[:49]
    '<p>A <a class="term" href="#term-pgy1">PGY-1</a> '
    """
    left = [each for each in terms if f'id="term-{each.key}"' in html]
    parts = _TAG.split(html)
    closed = 0
    for at, part in enumerate(parts):
        if part.startswith("<"):
            closed += _change(part)
        elif closed == 0 and left and part.strip():
            parts[at], left = _with_links(part, left)
    return "".join(parts)


def _change(tag: str) -> int:
    """Return by how much a tag moves the depth of elements that take no link."""
    name = _NAME.match(tag)
    if name is None or tag.endswith("/>"):
        return 0
    if name[1].lower() not in _CLOSED:
        return 0
    return -1 if tag.startswith("</") else 1


def _with_links(text: str, left: list[Term]) -> tuple[str, list[Term]]:
    """Return a text with the terms that it uses first, and the terms that are left."""
    spans: list[tuple[int, int, Term]] = []
    for each in left:
        found = re.search(rf"(?<![\w-])(?:{each.written})", text, re.IGNORECASE)
        if found and not any(
            found.start() < end and start < found.end() for start, end, _ in spans
        ):
            spans.append((found.start(), found.end(), each))
    for start, end, each in sorted(spans, key=lambda span: -span[0]):
        link = f'<a class="term" href="#term-{each.key}">{text[start:end]}</a>'
        text = f"{text[:start]}{link}{text[end:]}"
    used = {each.key for _, _, each in spans}
    return text, [each for each in left if each.key not in used]
