"""Checks of the stored curves: the files, the figures they were made from, and the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.curves.manifest import code_hash, curves_folder
from imgstats.curves.store import StoredCurves
from imgstats.curves.tasks import wanted_curves
from imgstats.errors import DataChangedError, TableError
from imgstats.sources.hashing import sha256_of
from imgstats.sources.locations import resolve_root
from imgstats.sources.manifest import MANIFEST
from imgstats.sources.results import CheckResult, failed, passed
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imgstats.curves.manifest import CurvesManifest
    from imgstats.curves.record import CurveKey

__all__ = ["check_curves"]

_BUILD = "run `imgstats data build`"
_RESTORE = "restore the file (git checkout), or run `imgstats data build`"


def check_curves(root: Path | str | None = None) -> list[CheckResult]:
    """Check that the stored curves are those of today's tables and of today's code.

    Parameters
    ----------
    root : pathlib.Path or str, optional
        Data folder; the default one when None.

    Returns
    -------
    list of CheckResult
        One for each file, one for the files that are not listed, one for each table, and one for
        the code.

    Raises
    ------
    InputError
        ``root`` has no folder ``raw/``.

    Examples
    --------
    >>> [result.message for result in check_curves() if not result.ok]
    []
    """
    base = resolve_root(root)
    label = _label(base, MANIFEST)
    try:
        manifest = StoredCurves(base).manifest
    except DataChangedError as error:
        return [
            failed(label, "manifest", expected=error.allowed, found=error.found, hint=error.todo)
        ]
    if manifest is None:
        return [failed(label, "manifest", expected="a file", found="no such file", hint=_BUILD)]
    return [
        *_file_results(base, manifest),
        *_input_results(base, manifest),
        _compared(label, "rebuild code", manifest.code, code_hash(), _BUILD),
    ]


def _file_results(base: Path, manifest: CurvesManifest) -> list[CheckResult]:
    there = {
        path.relative_to(curves_folder(base)).as_posix(): path
        for path in sorted(curves_folder(base).rglob("*"))
        if path.is_file()
    }
    results = [
        _compared(
            _label(base, name),
            "sha256",
            expected,
            sha256_of(there[name].read_bytes()) if name in there else "no such file",
            _RESTORE,
        )
        for name, expected in sorted(manifest.files.items())
    ]
    extra = [name for name in there if name not in manifest.files and name != MANIFEST]
    label = _label(base, "")
    if not extra:
        return [*results, passed(label, "listed files", f"{len(there)} files, all listed")]
    found = ", ".join(_label(base, name) for name in extra)
    return [
        *results,
        failed(
            label,
            "listed files",
            expected=f"files that {MANIFEST} lists",
            found=found,
            hint=_BUILD,
        ),
    ]


def _input_results(base: Path, manifest: CurvesManifest) -> list[CheckResult]:
    """Compare what each curve was made from with what a build would make it from now."""
    tables = PublishedTables(base)
    label = _label(base, MANIFEST)
    try:
        curves = {task.key: task.inputs for task in wanted_curves(tables, base)}
    except (DataChangedError, TableError) as error:
        found = f"tables that cannot be used ({error})"
        return [failed(label, "rebuild", expected="tables as recorded", found=found)]
    recorded = {key: entry.inputs for key, entry in manifest.curves.items()}
    return _digests(label, curves, recorded)


def _words(key: CurveKey) -> str:
    """Return a key on one line."""
    return f"{key.specialty}, {key.measure}, {key.applicant_group}, {key.match_year}"


def _digests(
    label: str, today: Mapping[CurveKey, str], recorded: Mapping[CurveKey, str]
) -> list[CheckResult]:
    return [
        _compared(
            label,
            f"inputs of {_words(key)}",
            recorded.get(key, f"no such curve: {MANIFEST} does not list it"),
            today.get(key, "no such table"),
            _BUILD,
        )
        for key in sorted({*today, *recorded})
    ]


def _compared(label: str, check: str, expected: str, found: str, hint: str) -> CheckResult:
    if expected == found:
        return passed(label, check, found)
    return failed(label, check, expected=expected, found=found, hint=hint)


def _label(base: Path, name: str) -> str:
    return (curves_folder(base) / name).relative_to(base).as_posix()
