"""How to cite: the software, and the sources that reports and plans rest on."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imgstats import __version__
from imgstats.comparison.citations import not_seen, reference
from imgstats.sources import catalogue, sources
from imgstats.sources.locations import citation_text
from imgstats.sources.recipes import REPORT_RECIPES
from imgstats.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from imgstats.sources import Source
    from imgstats.sources.recipes import Recipe

__all__ = ["Software", "as_bibtex", "as_text", "sources_of", "this_software"]

# What the register calls rows that are the project's own work: these are the software.
_OURS = "this project"
# What it calls a publisher that nobody has named.
_UNKNOWN = {"unnamed", "not seen"}
# Where a journal prints a paper, such as 9(4):154-159.
_IN_VOLUME = re.compile(r"(?P<volume>\d+)\((?P<number>\d+)\)(?::(?P<pages>[\d-]+))?")
_ESCAPED = str.maketrans({each: f"\\{each}" for each in "&%$#_{}"} | {"\\": r"\textbackslash{}"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """What ``CITATION.cff`` says of the software; what it does not say is empty.

    Attributes
    ----------
    title, version, year, doi, url : str
        As they stand there; the version is that of the package that runs.
    authors : tuple of str
        Persons and bodies.
    """

    title: str
    authors: tuple[str, ...]
    version: str
    year: str
    doi: str
    url: str


def this_software() -> Software:
    """Return what ``CITATION.cff`` says of the software.

    Examples
    --------
    >>> this_software().authors
    ('The imgstats developers',)
    """
    import yaml

    said = yaml.safe_load(citation_text())
    return Software(
        title=said["title"],
        authors=tuple(_person(each) for each in said["authors"]),
        version=__version__,
        year=str(said.get("date-released", ""))[:4],
        doi=said.get("doi", ""),
        url=said.get("url") or said.get("repository-code", ""),
    )


def _person(author: dict[str, str]) -> str:
    names = (author.get("given-names", ""), author.get("family-names", ""))
    return author.get("name") or " ".join(filter(None, names))


def sources_of(recipes: Iterable[Recipe], root: Path | str | None = None) -> tuple[Source, ...]:
    """Return the sources of what some processed tables are made from, by name.

    Parameters
    ----------
    recipes : iterable of Recipe
        How the tables are made.
    root : pathlib.Path or str, optional
        Data folder.

    Examples
    --------
    >>> from imgstats.sources.recipes import REPORT_RECIPES
    >>> "nrmp-match-by-state-2026" in [each.name for each in sources_of(REPORT_RECIPES)]
    True
    """
    known, tables = sources(root), catalogue(root)
    names = {
        source.name for each in recipes for name in each.inputs for source in tables[name].sources
    }
    return tuple(known[name] for name in sorted(names) if known[name].publisher != _OURS)


def _parts(root: Path | str | None) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    """Return the sources of reports, and those that plans rest on besides."""
    from imgstats.sources.recipes import RECIPES

    reports = sources_of(REPORT_RECIPES, root)
    return reports, tuple(x for x in sources_of(RECIPES.values(), root) if x not in reports)


def as_text(root: Path | str | None = None) -> str:
    """Return the references in lines of plain text.

    Parameters
    ----------
    root : pathlib.Path or str, optional
        Data folder.

    Examples
    --------
    >>> print(as_text().splitlines()[2])  # doctest: +ELLIPSIS
    The imgstats developers. imgstats: ...
    """
    reports, plans = _parts(root)
    ours = this_software()
    what = (listed(ours.authors), f"{ours.title}, version {ours.version}", ours.year)
    parts = (
        ("Cite the software:", [_line(" ".join(f"{x}." for x in what if x), ours.doi, ours.url)]),
        ("and the sources whose figures you use. Reports rest on:", _lines(reports)),
        ("Plans rest on these too:", _lines(plans)),
    )
    return "\n\n".join("\n\n".join((head, *lines)) for head, lines in parts)


def _lines(found: Iterable[Source]) -> list[str]:
    return [_line(reference(each), each.doi, each.url) for each in found]


def _line(text: str, doi: str, url: str) -> str:
    place = f"https://doi.org/{doi}" if doi else url
    return f"{text} {place}".rstrip()


def as_bibtex(root: Path | str | None = None) -> str:
    """Return the references as BibTeX; a field that is not known is left out.

    A paper whose volume is known is an article of its journal; all else is of no certain kind.

    Parameters
    ----------
    root : pathlib.Path or str, optional
        Data folder.

    Examples
    --------
    >>> as_bibtex().splitlines()[0]
    '@software{imgstats,'
    """
    ours = this_software()
    software = {
        "author": _names(ours.authors),
        "title": _kept(ours.title),
        "version": ours.version,
        "year": ours.year,
        "doi": ours.doi,
        "url": ours.url,
    }
    entries = [_entry("software", "imgstats", software)]
    entries += [_source_entry(each) for part in _parts(root) for each in part]
    return "\n\n".join(entries)


def _source_entry(source: Source) -> str:
    place = _IN_VOLUME.fullmatch(source.where)
    if source.kind != "paper" or place is None:
        return _entry("misc", source.name, _fields(source))
    fields = _fields(replace(source, where=""))
    parts = {name: (value or "").replace("-", "--") for name, value in place.groupdict().items()}
    journal = fields.pop("howpublished")
    return _entry("article", source.name, {**fields, "journal": journal, **parts})


def _fields(source: Source) -> dict[str, str]:
    authors = [each.strip() for each in source.authors.split(";") if each.strip()]
    unseen = not_seen(source)
    missing = f"{listed(unseen)} not seen" if unseen else ""
    publisher = "" if source.publisher in _UNKNOWN else source.publisher
    is_body = source.kind != "paper"  # a report speaks for its publisher
    return {
        "author": _names(authors) or (_kept(publisher) if is_body else ""),
        "title": _kept(source.title),
        "howpublished": "" if is_body else publisher.translate(_ESCAPED),
        "year": source.year,
        "doi": source.doi,
        "url": source.url,
        "note": "; ".join(each for each in (source.where.translate(_ESCAPED), missing) if each),
    }


def _names(authors: Iterable[str]) -> str:
    """Return names that BibTeX keeps as they are: which part is the family name is not recorded."""
    return " and ".join(_kept(each) for each in authors)


def _kept(text: str) -> str:
    return f"{{{text.translate(_ESCAPED)}}}" if text else ""


def _entry(kind: str, key: str, fields: dict[str, str]) -> str:
    body: Iterator[str] = (f"  {name} = {{{value}}}," for name, value in fields.items() if value)
    return "\n".join((f"@{kind}{{{key},", *body, "}"))
