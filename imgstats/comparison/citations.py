"""Collecting the sources a comparison uses, in the order of first use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.sources import catalogue, sources

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from imgstats.own_tables import OwnTable
    from imgstats.tables import Context

__all__ = ["Citation", "Citations"]


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


class Citations:
    """Remembers which files of which sources were read.

    Parameters
    ----------
    root : Path, optional
        Data folder.
    """

    def __init__(self, root: Path | str | None) -> None:
        self._sources = sources(root)
        self._datasets = catalogue(root)
        self._used: dict[str, list[str]] = {}
        self._own: dict[str, OwnTable] = {}

    def cite(self, source: str, dataset: str) -> str:
        """Note one use and return the source's key."""
        files = self._used.setdefault(source, [])
        if dataset not in files:
            files.append(dataset)
        return source

    def cite_all(self, pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        """Note several uses and return the distinct keys in order."""
        return tuple(dict.fromkeys(self.cite(source, dataset) for source, dataset in pairs))

    def cite_context(self, context: Context) -> tuple[str, ...]:
        """Note the use of a table by its context; a table of plain numbers has no source."""
        return (self.cite(context.source, context.dataset),) if context.source else ()

    def cite_own(self, own: OwnTable) -> str:
        """Note the use of one of the user's own tables and return its key."""
        key = own.table.context.source
        self._own[key] = own
        self._used.setdefault(key, [])
        return key

    def collected(self) -> tuple[Citation, ...]:
        """Return the birth certificates of all that was cited."""
        return tuple(
            _own_citation(key, self._own[key]) if key in self._own else self._citation(key, files)
            for key, files in self._used.items()
        )

    def _citation(self, key: str, files: list[str]) -> Citation:
        source = self._sources[key]
        return Citation(
            key=key,
            title=source.title,
            publisher=source.publisher,
            year=source.year,
            url=source.url,
            where=source.where,
            trust=source.trust,
            how_obtained=source.how_obtained,
            caveats=source.caveats,
            files=tuple((name, self._datasets[name].sha256) for name in files),
        )


def _own_citation(key: str, own: OwnTable) -> Citation:
    """Return the birth certificate of a table that the user added."""
    certificate = own.certificate
    return Citation(
        key=key,
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
