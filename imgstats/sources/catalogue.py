"""The data sets and the reports they come from, as the descriptors beside the files say.

Each folder of ``data/raw`` holds a Frictionless ``datapackage.json``; these modules read it and
nothing else says what a column is or what a table must add up to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imgstats.errors import DataChangedError, InputError, did_you_mean
from imgstats.sources.hashing import read_bytes, verified_bytes
from imgstats.sources.locations import resolve_root
from imgstats.sources.tabular import PATTERNS, Field, parse_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "DESCRIPTOR",
    "REGISTER",
    "Dataset",
    "Source",
    "catalogue",
    "dataset",
    "package_datasets",
    "source_from_register",
    "sources",
]

DESCRIPTOR = "datapackage.json"
REGISTER = "sources"
# A constraint that is written down and not checked would be a false promise.
CONSTRAINTS = {"enum", "maximum", "minimum", "required"}


@dataclass(frozen=True, slots=True)
class Source:
    """A report or page that figures come from.

    Parameters
    ----------
    name : str
        Short name, as in the register.
    title, publisher, year : str
        As in the register; empty where it has none.
    url : str
        Web address; empty where the register has none.
    where : str
        Tables or pages inside the report, volume and pages of a paper; may be empty.
    trust : str
        How far to trust it: a letter of `imgstats.grades.LETTERS`.
    how_obtained, caveats : str
        How the figures came here, and what to know before they are used.
    kind : {"report", "paper"}
        Whether it speaks for its publisher or for authors of its own.
    authors : str
        In printed order, separated by semicolons; of a paper, empty where they were not seen.
    doi : str
        Digital object identifier; empty where none is known.
    """

    name: str
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


@dataclass(frozen=True, slots=True)
class Dataset:
    """One raw table with its birth certificate.

    Parameters
    ----------
    name : str
        File name without ``.csv``.
    title, description : str
        Of the folder's descriptor and of the table.
    row_is : str
        What one row is.
    path, folder : pathlib.Path
        The CSV file, and the folder that holds it and its descriptor.
    sha256 : str
        Recorded hash, hexadecimal.
    n_bytes : int
        Recorded size.
    sources : tuple of Source
        The reports it comes from; empty for the register itself.
    fields : tuple of Field
        Columns in printed order.
    primary_key : tuple of str
        Columns that tell rows apart; may be empty.
    checks : tuple of mapping
        Declared checks of printed totals and order.
    applies_to : mapping of str to str
        What holds for every row and has no column, for example the match year.
    source_column : str
        Column that names the source of each row, or empty when the table has one source.
    """

    name: str
    title: str
    description: str
    row_is: str
    path: Path
    folder: Path
    sha256: str
    n_bytes: int
    sources: tuple[Source, ...]
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = ()
    checks: tuple[Mapping[str, Any], ...] = ()
    applies_to: Mapping[str, str] = field(default_factory=dict)
    source_column: str = ""


def catalogue(root: Path | str | None = None) -> dict[str, Dataset]:
    """Return every raw data set, ordered by name.

    Parameters
    ----------
    root : pathlib.Path or str, optional
        Data folder; the default one when None.

    Returns
    -------
    dict of str to Dataset
        By data set name.

    Raises
    ------
    DataChangedError
        A descriptor is not valid, or two folders hold a data set of one name.

    Examples
    --------
    >>> catalogue()["img_pgy1_match_by_year"].row_is
    'One match year of one applicant group.'
    """
    found: dict[str, Dataset] = {}
    for descriptor in sorted((resolve_root(root) / "raw").glob(f"*/{DESCRIPTOR}")):
        for item in package_datasets(descriptor):
            if item.name in found:
                raise DataChangedError(
                    f"two folders hold a data set {item.name}: "
                    f"{found[item.name].folder.name} and {item.folder.name}",
                    "one folder for each data set",
                    "remove one of them",
                )
            found[item.name] = item
    return dict(sorted(found.items()))


def dataset(name: str, root: Path | str | None = None) -> Dataset:
    """Return one raw data set by name.

    Parameters
    ----------
    name : str
        File name without ``.csv``.
    root : pathlib.Path or str, optional
        Data folder; the default one when None.

    Returns
    -------
    Dataset
        Its record; nothing of the table itself is read.

    Raises
    ------
    InputError
        There is no data set of that name.
    DataChangedError
        A descriptor is not valid.

    Examples
    --------
    >>> dataset("eras_application_fees").sources[0].publisher
    'AAMC'
    """
    known = catalogue(root)
    if name not in known:
        raise InputError(
            f"there is no raw data set {name}", ", ".join(known), did_you_mean(name, known)
        )
    return known[name]


def sources(root: Path | str | None = None) -> dict[str, Source]:
    """Return every source of the register, ordered by name.

    Parameters
    ----------
    root : pathlib.Path or str, optional
        Data folder; the default one when None.

    Returns
    -------
    dict of str to Source
        By source name.

    Raises
    ------
    DataChangedError
        The register's hash is not the recorded one, or a descriptor is not valid.

    Examples
    --------
    >>> sources()["nrmp-match-by-state-2026"].trust
    'A'
    """
    register = dataset(REGISTER, root)
    data = verified_bytes(register.path, register.sha256, DESCRIPTOR)
    names = tuple(item.name for item in register.fields)
    return {item.name: item for item in _registered(data, names, str(register.path))}


@lru_cache(maxsize=4)
def _registered(data: bytes, names: tuple[str, ...], label: str) -> tuple[Source, ...]:
    """Return the sources of a register's bytes, by name; parsed once, as above."""
    found = (source_from_register(row) for row in parse_rows(data, names, label))
    return tuple(sorted(found, key=lambda item: item.name))


def source_from_register(row: Mapping[str, str]) -> Source:
    """Return the source that one row of the register describes.

    Examples
    --------
    >>> columns = "source kind authors title publisher year url doi where trust".split()
    >>> columns += ["how_obtained", "caveats"]
    >>> source_from_register({name: name.upper() for name in columns}).name
    'SOURCE'
    """
    return Source(
        name=row["source"],
        title=row["title"],
        publisher=row["publisher"],
        year=row["year"],
        url=row["url"],
        where=row["where"],
        trust=row["trust"],
        how_obtained=row["how_obtained"],
        caveats=row["caveats"],
        kind=row["kind"],
        authors=row["authors"],
        doi=row["doi"],
    )


def package_datasets(descriptor: Path) -> list[Dataset]:
    """Return the data sets that one descriptor describes.

    Parameters
    ----------
    descriptor : pathlib.Path
        A ``datapackage.json``.

    Returns
    -------
    list of Dataset
        In the descriptor's order.

    Raises
    ------
    DataChangedError
        It is missing, is not JSON, lacks a key, or names a constraint that nobody checks.

    Examples
    --------
    >>> folder = dataset("season_dates").folder
    >>> [item.name for item in package_datasets(folder / "datapackage.json")]
    ['season_dates']
    """
    return list(
        _described(descriptor, read_bytes(descriptor, "a descriptor in each folder of data/raw"))
    )


@lru_cache(maxsize=64)
def _described(descriptor: Path, data: bytes) -> tuple[Dataset, ...]:
    """Return the data sets of a descriptor's bytes; parsed once as long as these stay the same."""
    try:
        package = json.loads(data.decode("utf-8"))
        package_sources = tuple(_source(entry) for entry in package.get("sources", []))
        return tuple(
            _dataset(package, resource, package_sources, descriptor.parent)
            for resource in package["resources"]
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # A JSON error is a ValueError; a lost or renamed key shows as one of the others.
        raise DataChangedError(
            f"{descriptor} is not a valid descriptor ({type(error).__name__}: {error})",
            "a Frictionless data package with hash, bytes, sources and a schema for each table",
            "restore the file (git checkout)",
        ) from error


def _source(entry: Mapping[str, str]) -> Source:
    return Source(
        name=entry["name"],
        title=entry["title"],
        publisher=entry["publisher"],
        year=entry["year"],
        url=entry.get("path", ""),
        where=entry["where"],
        trust=entry["trust"],
        how_obtained=entry["how_obtained"],
        caveats=entry["caveats"],
        kind=entry.get("kind", "report"),
        authors=entry.get("authors", ""),
        doi=entry.get("doi", ""),
    )


def _dataset(
    package: Mapping[str, Any],
    resource: Mapping[str, Any],
    package_sources: tuple[Source, ...],
    folder: Path,
) -> Dataset:
    schema = resource["schema"]
    _refuse_what_is_not_kept(resource)
    return Dataset(
        name=resource["name"],
        title=package["title"],
        description=resource["description"],
        row_is=resource["title"],
        path=folder / resource["path"],
        folder=folder,
        sha256=resource["hash"].removeprefix("sha256:"),
        n_bytes=resource["bytes"],
        sources=package_sources,
        fields=tuple(_field(entry) for entry in schema["fields"]),
        primary_key=tuple(schema.get("primaryKey", [])),
        checks=tuple(resource["checks"]),
        applies_to=resource.get("appliesTo", {}),
        source_column=resource.get("sourceColumn", ""),
    )


def _refuse_what_is_not_kept(resource: Mapping[str, Any]) -> None:
    """Refuse a descriptor that says something nobody here would carry out."""
    name, schema = resource["name"], resource["schema"]
    columns = {entry["name"] for entry in schema["fields"]}
    used = [*schema.get("primaryKey", []), resource.get("sourceColumn", "")]
    if schema["missingValues"] != [""]:
        raise ValueError(f"missingValues of {name} is not the empty cell alone")
    if resource["path"] != f"{name}.csv":
        raise ValueError(f"the file of {name} is called {resource['path']}")
    if not resource["hash"].startswith("sha256:"):
        raise ValueError(f"the hash of {name} is not a sha256")
    if unknown := [column for column in used if column and column not in columns]:
        raise ValueError(f"{name} has no column {unknown[0]}")


def _field(entry: Mapping[str, Any]) -> Field:
    if entry["type"] not in PATTERNS:
        raise ValueError(f"the type of {entry['name']} is {entry['type']}")
    constraints = entry.get("constraints", {})
    if unknown := sorted(set(constraints) - CONSTRAINTS):
        raise ValueError(f"constraint {unknown[0]} of {entry['name']} is not one that is checked")
    return Field(
        name=entry["name"],
        type=entry["type"],
        description=entry["description"],
        unit=entry.get("unit", ""),
        required=constraints.get("required", False),
        enum=tuple(constraints.get("enum", [])),
        minimum=constraints.get("minimum"),
        maximum=constraints.get("maximum"),
    )
