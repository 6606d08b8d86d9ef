"""`explore_page` and `write_explore`: the page as text, and as one file."""

from __future__ import annotations

import json
import re
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import imgstats
from imgstats.errors import InputError
from imgstats.explore.gather import DEFAULT_SCORE, gather
from imgstats.files.opening import Wanted, named, read_plain
from imgstats.files.writing import check_parent, check_replaceable, saving, write_whole
from imgstats.grades import rate_legend
from imgstats.reporting import sections
from imgstats.reporting.fragments import text_of
from imgstats.reporting.report import made_on_words
from imgstats.reporting.showing.policy import source_hash
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "SCRIPTS",
    "explore_page",
    "person_source",
    "script_source",
    "style_source",
    "write_explore",
]

# In the order in which they are joined. All but the last need no page of their own, so another
# face may draw into a place of its own with `renderPage`, as `widget.js` does in a notebook.
SCRIPTS = ("lookup.js", "draw.js", "page.js", "start.js")
_TITLE = "Match rates of international medical graduates, score by score"
_LARGEST = 4 * 1024**2
# What only this page has in it.
_MARKS = (b'<meta name="generator" content="imgstats ', b'id="explore-data"')
_SUFFIXES = {".html", ".htm"}
_TODO = "choose another file with --out"
# A rule of a tight style that holds no other, and a class that it names.
_RULE = re.compile(r"(?P<selectors>[^{}@\n]+)(?P<looks>\{[^{}]*\})")
_CLASS = re.compile(r"\.(-?[a-zA-Z][\w-]*)")
# Selectors stand between commas; what brackets hold is one, and need not all be there.
_BETWEEN = re.compile(r",(?![^()]*\))")
_CHOICE = re.compile(r":\w+\([^()]*\)")


def explore_page(
    specialties: Sequence[str] = (), *, tables: PublishedTables | None = None, made_on: str = ""
) -> str:
    """Return the page as HTML that asks for nothing but itself.

    Parameters
    ----------
    specialties : sequence of str
        Which specialties it holds, the tables' names or usual short ones; all when empty.
    tables : PublishedTables, optional
        Where the rates are looked up. Default: the tables that ship with the package.
    made_on : str
        Date in words. Default: today's, or that of SOURCE_DATE_EPOCH.

    Returns
    -------
    str
        Its script looks up what `compare` says of each score, and draws it. Style and script are
        named in its content policy by their hashes.

    Raises
    ------
    InputError
        If a specialty is none of the tables'; the closest three are named.
    DataChangedError
        If a data file is not the one whose hash was recorded.

    Examples
    --------
    >>> page = explore_page(["Dermatology"], made_on="1 March 2026")
    >>> page.startswith("<!DOCTYPE html>"), len(page) < 150_000
    (True, True)
    """
    found = gather(tables or PublishedTables(), specialties)
    script, headline = script_source(), found.default.headline
    bands = sections.what_if(found.default).html
    sources = text_of("sources.html.j2", comparison=found)
    style = _used(style_source(), _text("explore.html.j2") + script + bands + sources)
    return (
        _environment()
        .get_template("explore.html.j2")
        .render(
            title=_TITLE,
            version=imgstats.__version__,
            made_on=made_on or made_on_words(),
            year=headline.match_year if headline else "",
            score=DEFAULT_SCORE,
            style=Markup(style),  # noqa: S704  files of the package
            style_hash=source_hash(style),
            script=Markup(script),  # noqa: S704  as above
            script_hash=source_hash(script),
            data=Markup(_embedded(found.data)),  # noqa: S704  escaped as JSON
            sentences=[headline.sentence, headline.score_sentence] if headline else [],
            bands=Markup(bands),  # noqa: S704  as above
            sources=Markup(sources),  # noqa: S704  as above
            not_in_data=found.default.not_in_data,
            rates_legend=f"Grades of rates: {rate_legend()}.",
        )
    )


def write_explore(
    out: Path | str,
    specialties: Sequence[str] = (),
    *,
    tables: PublishedTables | None = None,
) -> Path:
    """Write the page to a file, whole or not at all.

    Parameters
    ----------
    out : pathlib.Path or str
        Where it shall stand, in a folder that is there.
    specialties : sequence of str
        As in `explore_page`.
    tables : PublishedTables, optional
        As in `explore_page`.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        If something stands there that is not such a page, the folder cannot be written, or a
        specialty is none of the tables'.
    WorkError
        If the disk does not take it.
    """
    path = Path(out)
    check_parent(path, _TODO)
    if path.suffix.lower() not in _SUFFIXES:
        raise InputError(f"{named(path)}: no name of a page", ".html or .htm", "rename it")
    check_replaceable(path, is_explore_page, todo=_TODO)
    page = explore_page(specialties, tables=tables).encode("utf-8")
    check_replaceable(path, is_explore_page, todo=_TODO)
    with saving(path, _TODO):
        write_whole(path, page)
    return path


def is_explore_page(path: Path) -> bool:
    """Say whether a file is a page that `write_explore` made."""
    try:
        found = read_plain(path, Wanted(what="a page", most=_LARGEST), follow=False)
    except (InputError, OSError):
        return False
    return all(mark in found for mark in _MARKS)


def script_source(names: Sequence[str] = SCRIPTS) -> str:
    """Return the page's script, an ES module of one file.

    Parameters
    ----------
    names : sequence of str
        Which of its parts; without the last one nothing is drawn until `renderPage` is called.
    """
    return "".join(_tight(_text(name)) for name in names)


def style_source() -> str:
    """Return the style of a report, and after it what only this page has."""
    shared = files("imgstats.reporting") / "templates" / "page" / "style.css"
    return _tight_style(shared.read_text(encoding="utf-8") + _text("explore.css"))


def _used(style: str, elsewhere: str) -> str:
    """Return the rules whose classes stand somewhere: a report has more parts than this page."""
    return _RULE.sub(partial(_used_part, elsewhere=elsewhere), style)


def _used_part(rule: re.Match[str], *, elsewhere: str) -> str:
    kept = [
        each.strip()
        for each in _BETWEEN.split(rule["selectors"])
        if all(name in elsewhere for name in _CLASS.findall(_CHOICE.sub("", each)))
    ]
    return f"{','.join(kept)}{rule['looks']}" if kept else ""


def person_source() -> str:
    """Return the drawing of a person, which the script refers to."""
    return _text("person.svg").strip()


def _text(name: str) -> str:
    place = files("imgstats.explore") / "templates" / "explore" / name
    return place.read_text(encoding="utf-8")


def _tight(source: str) -> str:
    """Return a source without indentation and lines that are comments."""
    lines = (line.strip() for line in source.splitlines())
    kept = [line for line in lines if line and not line.startswith(("//", "/*"))]
    # After these marks no line of script or style need end.
    return "".join(line if line[-1] in "{,;(" else f"{line}\n" for line in kept)


def _tight_style(source: str) -> str:
    """Return a style without the spaces that mean nothing beside braces, colons and semicolons."""
    return re.sub(r" ?([{};]) ?|(?<=:) ", r"\1", _tight(source))


def _embedded(data: object) -> str:
    """Return JSON that no HTML parser takes for the end of its element."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("imgstats.explore", "templates/explore"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
