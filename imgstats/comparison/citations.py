"""What a comparison cites: keys in its records, and the birth certificates behind them."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Self

from imgstats.sources import catalogue, sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from imgstats.own_tables import OwnTable
    from imgstats.sources import Dataset, Source
    from imgstats.tables import Context

__all__ = ["Citation", "Cited", "citations_of", "cited", "cited_context", "merged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source that a figure came from.

    Attributes
    ----------
    key : str
        Name in the catalogue.
    title, publisher, year, url, where, trust, how_obtained, caveats : str
        Its birth certificate.
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
    return merged(tuple(Cited(str(source), str(dataset)) for source, dataset in pairs))


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
    elif isinstance(value, tuple):
        for each in value:
            yield from _keys(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _keys(getattr(value, field.name))


def _citation(source: Source, key: str, names: Mapping[str, Dataset]) -> Citation:
    return Citation(
        key=str(key),
        title=source.title,
        publisher=source.publisher,
        year=source.year,
        url=source.url,
        where=source.where,
        trust=source.trust,
        how_obtained=source.how_obtained,
        caveats=source.caveats,
        files=tuple((name, names[name].sha256) for name in _datasets(key)),
    )


def _own_citation(key: str, own: OwnTable) -> Citation:
    """Return the birth certificate of a table that the user added."""
    certificate = own.certificate
    return Citation(
        key=str(key),
        title=certificate.source,
        publisher="a table added on this machine",
        year=certificate.year,
        url="",
        where=f"{certificate.file_name}, added {certificate.added}",
        trust="user",
        how_obtained="whoever added it says so",
        caveats="",
        files=((own.name, certificate.sha256),),
    )
