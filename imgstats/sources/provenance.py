"""What a descriptor says about its sources must be what the register says.

It stands in both, so that a folder of ``data/raw`` can be read by itself; two copies of one fact
have to be compared.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from imgstats.sources.catalogue import REGISTER, Source, source_from_register
from imgstats.sources.results import CheckResult, compared, failed, passed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgstats.sources.catalogue import Dataset
    from imgstats.sources.tabular import Row

__all__ = ["provenance_results"]


def provenance_results(
    known: Mapping[str, Dataset], tables: Mapping[str, Sequence[Row]]
) -> list[CheckResult]:
    """Return whether register and descriptors name the same sources with the same words.

    Parameters
    ----------
    known : mapping of str to Dataset
        The catalogue.
    tables : mapping of str to sequence of dict
        Rows of the tables whose hash was verified, the register among them.

    Returns
    -------
    list of CheckResult
        Two for each data set (which sources, and their words) and one for the register's files.

    Examples
    --------
    >>> from imgstats.sources.catalogue import catalogue
    >>> from imgstats.sources.reading import raw_rows
    >>> known = catalogue()
    >>> tables = {name: raw_rows(item) for name, item in known.items()}
    >>> all(result.ok for result in provenance_results(known, tables))
    True
    """
    register = tables.get(REGISTER)
    if register is None:
        found = "no verified register"
        return [failed(REGISTER, "provenance", expected="the register of sources", found=found)]
    registered = {row["source"]: source_from_register(row) for row in register}
    feeds = {row["source"]: _files(row) for row in register}
    results = [_files_result(known, feeds)]
    for name, item in known.items():
        if name != REGISTER:
            results.append(_names_result(item, feeds, tables.get(name, ())))
            results.append(_words_result(item, registered))
    return results


def _files(row: Row) -> set[str]:
    return {part.strip() for part in row["files"].split(";")}


def _files_result(known: Mapping[str, Dataset], feeds: Mapping[str, set[str]]) -> CheckResult:
    """Compare the files of the register with the files there are."""
    listed = set().union(*feeds.values())
    there = {item.path.name for name, item in known.items() if name != REGISTER}
    if listed == there:
        return passed(REGISTER, "provenance files", f"{len(there)} files")
    return failed(
        REGISTER,
        "provenance files",
        expected=f"the files that the register lists: {', '.join(sorted(listed))}",
        found=f"{', '.join(sorted(listed ^ there))} on one side only",
    )


def _names_result(item: Dataset, feeds: Mapping[str, set[str]], rows: Sequence[Row]) -> CheckResult:
    """Require the sources that feed the file, and those that its rows name."""
    expected = {name for name, files in feeds.items() if item.path.name in files}
    if item.source_column:
        expected |= {row[item.source_column] for row in rows}
    return compared(
        item.name,
        "provenance sources",
        ", ".join(sorted(expected)) or "(none)",
        ", ".join(sorted({source.name for source in item.sources})) or "(none)",
        "make datapackage.json, the register's files and the rows name the same sources",
    )


def _words_result(item: Dataset, registered: Mapping[str, Source]) -> CheckResult:
    for source in item.sources:
        entry = registered.get(source.name)
        if entry is None:
            expected = "a source of the register"
            return failed(item.name, "provenance words", expected=expected, found=source.name)
        for name in (part.name for part in fields(Source)):
            ours, theirs = getattr(source, name), getattr(entry, name)
            if ours != theirs:
                label = f"provenance words {source.name}"
                return failed(
                    item.name, label, expected=f"{name} {theirs!r}", found=f"{name} {ours!r}"
                )
    return passed(item.name, "provenance words", f"{len(item.sources)} as in the register")
