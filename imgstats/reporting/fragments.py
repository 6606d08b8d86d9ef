"""Pieces of HTML from templates, shown by Jupyter and placed by the page."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from imgstats import grades, wording

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Fragment", "bare", "fragment", "text_of"]

# Sections of a report, and those of a plan.
_FOLDERS = ("sections", "plan")
_MISSING = Markup('<span class="missing" title="not published">&ndash;</span>')


# A section that a notebook shows by itself is wrapped so; a page has its own style.
_OPEN, _CLOSE = '<div class="imgstats-section">', "</div>"


class Fragment:
    """A piece of HTML that Jupyter shows as such and a terminal as plain text.

    Shown by itself it brings along the little style that it needs to be read rightly.
    """

    def __init__(self, html: str) -> None:
        self.html = html

    def _repr_html_(self) -> str:
        return f"{_head()}{self.html}{_CLOSE}" if self.html.strip() else self.html

    def __repr__(self) -> str:
        """Return the text without markup."""
        reader = _TextReader()
        reader.feed(self.html)
        return " ".join(" ".join(reader.parts).split())


def bare(html: str) -> str:
    """Return the HTML of a fragment without what it brings along to be shown by itself.

    Parameters
    ----------
    html : str
        Any HTML; what no fragment wrapped comes back as it is.

    Examples
    --------
    >>> bare(Fragment("<p>a</p>")._repr_html_()), bare("<p>b</p>")
    ('<p>a</p>', '<p>b</p>')
    """
    head = _head()
    if html.startswith(head) and html.endswith(_CLOSE):
        return html[len(head) : -len(_CLOSE)]
    return html


@cache
def _head() -> str:
    """Return what stands before a fragment that is shown by itself."""
    place = files("imgstats.reporting") / "templates" / "alone.css"
    lines = (line.strip() for line in place.read_text(encoding="utf-8").splitlines())
    return f"<style>{''.join(lines)}</style>{_OPEN}"


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(template: str, **parts: object) -> str:
    """Return a section's template filled in; what is no template is escaped."""
    return _environment().get_template(template).render(**parts)


def fragment(template: str, **parts: object) -> Fragment:
    """Return a section's template filled in, for a page.

    Parameters
    ----------
    template : str
        Its file name among the sections.
    parts
        What it speaks of, by name.
    """
    # A number and its unit stay on one line.
    return Fragment(text_of(template, **parts).replace(" %", "\u00a0%"))


@cache
def _environment() -> Environment:
    """Return the template environment; everything that is not a template is escaped."""
    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader("imgstats.reporting", f"templates/{each}") for each in _FOLDERS]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., Any]] = {
        "capitalize_first": wording.capital,
        "counted": wording.counted_percent,
        "counted_or_missing": lambda x: _MISSING if x is None else wording.counted_percent(x),
        "given": lambda x: "not given" if x is None else wording.number_words(x),
        "letter_words": grades.letter_words,
        "level": wording.level_words,
        "listed": wording.listed,
        "number": wording.number_words,
        "of_hundred": wording.of_hundred,
        "p_or_missing": lambda x: _MISSING if x is None else wording.p_words(x).removeprefix("p "),
        "percent": wording.percent,
        "percent_or_missing": lambda x: _MISSING if x is None else wording.percent(x),
        "thousands": wording.thousands,
        "thousands_or_missing": lambda x: _MISSING if x is None else wording.thousands(x),
    }
    environment.filters.update(filters)
    environment.globals.update(letter_legend=grades.letter_legend, rate_legend=grades.rate_legend)
    return environment
