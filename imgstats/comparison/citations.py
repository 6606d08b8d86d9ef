"""What a comparison cites: keys in its records, and the birth certificates behind them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

from imgstats.sources import Source, catalogue, sources
from imgstats.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from imgstats.own_tables import OwnTable
    from imgstats.sources import Dataset
    from imgstats.tables import Context

__all__ = [
    "Citation",
    "Cited",
    "citations_of",
    "cited",
    "cited_context",
    "merged",
    "not_seen",
    "reference",
]

_CERTIFICATE = tuple(each.name for each in fields(Source) if each.name != "name")
# More authors than these are "and others" beside a line of evidence.
_NAMED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source that a figure came from.

    Attributes
    ----------
    key : str
        Name in the catalogue.
    title, publisher, year, url, where, trust, how_obtained, caveats : str
        Its birth certificate; what is not known of it is empty.
    kind, authors, doi : str
        A ``report`` speaks for its publisher, a ``paper`` for authors of its own; these, separated
        by semicolons, and its digital object identifier.
    not_seen : tuple of str
        What was not seen of a paper: ``authors``, ``title``, ``year``.
    reference : str
        Authors, title, publisher, year and place in one line, with what was not seen.
    short : str
        Who and when, for the line of evidence that cites it.
    files : tuple of (str, str)
        Data set name and sha256 of each file that was read.
    """

    key: str
    title: str
    publisher: str
    year: str
    url: str
    where: str
    trust: str
    how_obtained: str
    caveats: str
    kind: str
    authors: str
    doi: str
    not_seen: tuple[str, ...]
    reference: str
    short: str
    files: tuple[tuple[str, str], ...]


class Cited(str):
    """The key of a source, which knows the data sets of it that were read.

    A record holds it as text; `citations_of` finds it there.

    Parameters
    ----------
    key : str
        Name of the source.
    *datasets : str
        Names of the data sets.
    """

    datasets: tuple[str, ...]

    def __new__(cls, key: str, *datasets: str) -> Self:
        """Make the text."""
        self = super().__new__(cls, key)
        self.datasets = datasets
        return self


def cited(pairs: Iterable[tuple[object, object]]) -> tuple[str, ...]:
    """Return a key for each source of some (source, data set), in order.

    Examples
    --------
    >>> cited([("a", "one"), ("b", "two"), ("a", "three")])
    ('a', 'b')
    """
    each_once = dict.fromkeys((str(source), str(dataset)) for source, dataset in pairs)
    return merged(Cited(*pair) for pair in each_once)


def cited_context(context: Context) -> tuple[str, ...]:
    """Return the key of a table's source by its context; a table of plain numbers has none."""
    return cited([(context.source, context.dataset)]) if context.source else ()


def merged(*groups: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of all groups once, each with all its data sets."""
    found: dict[str, dict[str, None]] = {}
    for each in (key for group in groups for key in group):
        found.setdefault(str(each), {}).update(dict.fromkeys(_datasets(each)))
    return tuple(Cited(key, *datasets) for key, datasets in found.items())


def _datasets(key: str) -> tuple[str, ...]:
    return key.datasets if isinstance(key, Cited) else ()


def citations_of(
    records: object, root: Path | str | None, own: Sequence[OwnTable] = ()
) -> tuple[Citation, ...]:
    """Return the birth certificates of all that some records cite, in the order they cite it.

    Parameters
    ----------
    records : record, or nested tuples of records
        What is looked through.
    root : Path or str, optional
        Data folder.
    own : sequence of OwnTable
        The user's own tables.
    """
    known, names = sources(root), catalogue(root)
    mine = {each.table.context.source: each for each in own}
    return tuple(
        _own_citation(key, mine[key]) if key in mine else _citation(known[key], key, names)
        for key in merged(_keys(records))
    )


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, Cited):
        yield value
        return
    names = getattr(value, "__dataclass_fields__", ())
    inside = value if isinstance(value, tuple) else (getattr(value, each) for each in names)
    for each in inside:  # most are plain values, which are not entered
        if isinstance(each, (tuple, Cited)) or hasattr(each, "__dataclass_fields__"):
            yield from _keys(each)


def _citation(source: Source, key: str, names: Mapping[str, Dataset]) -> Citation:
    return Citation(
        key=str(key),
        **{name: getattr(source, name) for name in _CERTIFICATE},
        not_seen=not_seen(source),
        reference=reference(source),
        short=_short(source),
        files=tuple((name, names[name].sha256) for name in _datasets(key)),
    )


def not_seen(source: Source) -> tuple[str, ...]:
    """Return what a reader would look for in a paper and nobody here has seen.

    Examples
    --------
    >>> found = sources()
    >>> not_seen(found["iovs-2350811"]), not_seen(found["season-dates-2026"])
    (('authors', 'title', 'year'), ())
    """
    if source.kind != "paper":
        return ()
    return tuple(name for name in ("authors", "title", "year") if not getattr(source, name))


def _not_seen_words(source: Source) -> str:
    return f"{listed(not_seen(source))} not seen" if not_seen(source) else ""


def reference(source: Source) -> str:
    """Return a source in one line: authors, title, publisher, year, place, what was not seen.

    Examples
    --------
    >>> reference(sources()["mavani-xu-2016"])
    'Niraj K. Mavani, Shuai Xu. Postgraduate Clinical Observerships for International Medical \
School Graduates: Time for Regulation. Academic Medicine (Letters to the Editor), 2016.'
    """
    issue = ", ".join(each for each in (source.publisher, source.year) if each)
    place = "; ".join(each for each in (issue, source.where, _not_seen_words(source)) if each)
    parts = (source.authors.replace(";", ","), source.title, place)
    return " ".join(_ended(each) for each in parts if each)


def _ended(sentence: str) -> str:
    """Return a sentence with its end; a title that asks has one."""
    return sentence if sentence.endswith(("?", "!")) else f"{sentence.rstrip('.')}."


def _short(source: Source) -> str:
    """Return who and when.

    Examples
    --------
    >>> known = sources()
    >>> _short(known["alsayid-2019"]), _short(known["mavani-xu-2016"])
    ('Muhammad Alsayid and others, 2019', 'Niraj K. Mavani and Shuai Xu, 2016')
    >>> _short(known["medrookie"])
    'medrookie.com; authors, title and year not seen'
    """
    authors = [each.strip() for each in source.authors.split(";") if each.strip()]
    who = listed(authors if len(authors) <= _NAMED else [authors[0], "others"]) or source.publisher
    when = f"{who}, {source.year}" if source.year else who
    return "; ".join(each for each in (when, _not_seen_words(source)) if each)


def _own_citation(key: str, own: OwnTable) -> Citation:
    """Return the birth certificate of a table that the user added."""
    certificate = own.certificate
    publisher = "a table added on this machine"
    return Citation(
        key=str(key),
        title=certificate.source,
        publisher=publisher,
        year=certificate.year,
        url="",
        where=f"{certificate.file_name}, added {certificate.added}",
        trust="user",
        how_obtained="whoever added it says so",
        caveats="",
        kind="report",
        authors="",
        doi="",
        not_seen=(),
        reference=f"{certificate.source} ({publisher}, {certificate.year}).",
        short=f"{certificate.source}, {certificate.year}",
        files=((own.name, certificate.sha256),),
    )
