"""Footnotes of a page: numbered as they appear, each with ways back to where it was called.

A section numbers its sources by itself, since a notebook shows it alone. Only the whole page knows
which of them a reader meets first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from imgstats.reporting.showing.arrangement import HEADING, title_of

__all__ = ["numbered"]

_LIST = re.compile(r'(<ol class="sources">)(.*?)(</ol>)', re.DOTALL)
_ITEM = re.compile(r'<li id="source-([^"]+)".*?(?=<li id="source-|\Z)', re.DOTALL)
_CALL = re.compile(r'<sup class="refs">(.*?)</sup>', re.DOTALL)
_KEY = re.compile(r'href="#source-([^"]+)"')
_FOUND = re.compile(rf"{HEADING.pattern}|{_CALL.pattern}", re.DOTALL)
_TOP = "the head of the page"


@dataclass(slots=True)
class _Notes:
    """Numbers given so far, and for each note the places that call it: a section and an id."""

    known: set[str]
    numbers: dict[str, int] = field(default_factory=dict)
    places: dict[str, dict[str, str]] = field(default_factory=dict)
    section: str = _TOP

    def call(self, match: re.Match[str]) -> str:
        """Return a heading as it is, noting its words, and the links of a footnote renumbered."""
        if match["words"] is not None:
            self.section = title_of(match["words"])
            return match[0]
        keys = [key for key in _KEY.findall(match[0]) if key in self.known]
        for key in keys:
            self.numbers.setdefault(key, len(self.numbers) + 1)
        ordered = sorted(dict.fromkeys(keys), key=self.numbers.__getitem__)
        links = ", ".join(self._link(key) for key in ordered)
        return f'<sup class="refs">{links}</sup>' if links else ""

    def _link(self, key: str) -> str:
        number, places = self.numbers[key], self.places.setdefault(key, {})
        name = ""
        if self.section not in places:
            places[self.section] = f"call-{key}-{len(places) + 1}"
            name = f' id="{places[self.section]}"'
        return f'<a{name} href="#source-{key}" aria-label="Source {number}">{number}</a>'

    def back(self, key: str) -> str:
        """Return the links from a note to the first place in each section that calls it."""
        links = [
            f'<a href="#{name}" aria-label="Source {self.numbers[key]}, back to {section}">'
            f"{section}</a>"
            for section, name in self.places[key].items()
        ]
        return f'<span class="about back">Back to: {"; ".join(links)}</span>'


def numbered(html: str) -> str:
    """Return a page whose footnotes are numbered in the order in which they are called.

    The list of sources follows that order, each source leads back to the sections that call it,
    and a source that none calls is left out. A page without such a list stays as it is.

    Parameters
    ----------
    html : str
        A page, or its main part.

    Examples
    --------
    >>> page = (
    ...     '<h2>A</h2><sup class="refs"><a href="#source-b">2</a></sup>'
    ...     '<ol class="sources"><li id="source-a">a</li><li id="source-b">b</li></ol>'
    ... )
    >>> print(numbered(page))  # doctest: +ELLIPSIS
    <h2>A</h2><sup class="refs"><a id="call-b-1" href="#source-b" aria-label="Source 1">1</a>...
    """
    listed = _LIST.search(html)
    if listed is None:
        return html
    items = {match[1]: match[0] for match in _ITEM.finditer(listed[2])}
    notes = _Notes(known=set(items))
    before = _FOUND.sub(notes.call, html[: listed.start()])
    after = _FOUND.sub(notes.call, html[listed.end() :])
    ordered = "".join(_with_back(items[key], notes.back(key)) for key in notes.numbers)
    return f"{before}{listed[1]}\n{ordered}{listed[3]}{after}"


def _with_back(item: str, back: str) -> str:
    words, closing, rest = item.rpartition("</li>")
    return f"{words}{back}{closing}{rest}"
