"""Every check of the data, with all failures collected instead of the first one raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.errors import DataChangedError, TableError
from imgstats.sources.file_checks import (
    descriptor_results,
    file_results,
    manifest_results,
    unlisted_result,
)
from imgstats.sources.locations import resolve_root
from imgstats.sources.printed import declared_results
from imgstats.sources.provenance import provenance_results
from imgstats.sources.reading import raw_rows
from imgstats.sources.results import CheckResult, failed
from imgstats.sources.schemas import schema_result

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from imgstats.sources.catalogue import Dataset
    from imgstats.sources.tabular import Row

__all__ = ["CheckResult", "check", "check_raw", "require_ok"]

# Checks of the files as bytes. Their failures are shown first: a changed descriptor brings others
# after it that only confuse.
FILE_CHECKS = ("bytes", "descriptor", "listed files", "manifest", "sha256")
# When one of these fails the data are not the recorded ones. The other checks look inside a table.
RECORD_CHECKS = (*FILE_CHECKS, "inputs of", "name", "provenance", "rebuild")
SHOWN = 3


def check(root: Path | str | None = None) -> list[CheckResult]:
    """Check everything below ``raw/`` and ``processed/`` and return all results.

    Use it before figures are cited, and in continuous integration: a change of any one byte of any
    file there fails.

    Parameters
    ----------
    root : pathlib.Path or str, optional
        Data folder; the default one when None.

    Returns
    -------
    list of CheckResult
        One for each check, passed or failed: files present and listed, size and hash, schema,
        printed totals, agreement of the descriptors with the register, and the manifest.

    Raises
    ------
    InputError
        ``root`` has no folder ``raw/``.

    Examples
    --------
    >>> all(result.ok for result in check())
    True
    """
    base = resolve_root(root)
    return [*check_raw(base), *manifest_results(base)]


def check_raw(root: Path | str | None = None) -> list[CheckResult]:
    """Check everything below ``raw/`` against the descriptors; `check` adds the built files.

    Parameters
    ----------
    root : pathlib.Path or str, optional
        Data folder; the default one when None.

    Returns
    -------
    list of CheckResult
        One for each check, passed or failed.

    Raises
    ------
    InputError
        ``root`` has no folder ``raw/``.

    Examples
    --------
    >>> [result.message for result in check_raw() if not result.ok]
    []
    """
    base = resolve_root(root)
    known, results = descriptor_results(base)
    tables: dict[str, list[Row]] = {}
    for name, item in known.items():
        on_file = file_results(item, base)
        results.extend(on_file)
        # A table that is not the recorded one has failed; what it holds is nobody's figure.
        if all(result.ok for result in on_file):
            rows, on_content = _content(item)
            results.extend(on_content)
            if rows is not None:
                tables[name] = rows
    results.append(unlisted_result(base, known))
    results.extend(provenance_results(known, tables))
    return results


def _content(item: Dataset) -> tuple[list[Row] | None, list[CheckResult]]:
    try:
        rows = raw_rows(item)
    except TableError as error:
        return None, [failed(item.name, "schema", expected=error.allowed, found=error.found)]
    return rows, [schema_result(item, rows), *declared_results(item, rows)]


def require_ok(results: Iterable[CheckResult]) -> None:
    """Raise when a check failed, naming the first failures.

    Parameters
    ----------
    results : iterable of CheckResult
        What `check` returned.

    Raises
    ------
    DataChangedError
        A file is missing, unlisted or changed, or two records of one fact disagree.
    TableError
        Every file is the recorded one and a table breaks its schema or a declared check.

    Examples
    --------
    >>> require_ok(check())
    """
    every = list(results)
    failures = sorted(
        (result for result in every if not result.ok),
        key=lambda result: not result.check.startswith(FILE_CHECKS),
    )
    if not failures:
        return
    error = (
        DataChangedError
        if any(result.check.startswith(RECORD_CHECKS) for result in failures)
        else TableError
    )
    shown = " | ".join(result.message for result in failures[:SHOWN])
    more = f" | and {len(failures) - SHOWN} more" if len(failures) > SHOWN else ""
    raise error(
        f"{len(failures)} of {len(every)} checks of the data failed: {shown}{more}",
        "data that pass every check",
        "run `imgstats data check` to see all of them",
    )
