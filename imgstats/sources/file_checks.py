"""Checks of files as bytes: all there, none too many, each with its recorded size and hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.errors import DataChangedError, TableError
from imgstats.sources.catalogue import DESCRIPTOR, catalogue, package_datasets
from imgstats.sources.hashing import likely_cause, sha256_of
from imgstats.sources.manifest import MANIFEST, load_manifest, raw_hashes
from imgstats.sources.recipes import RECIPES
from imgstats.sources.render import input_paths, render_table
from imgstats.sources.results import CheckResult, compared, failed, passed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from imgstats.sources.catalogue import Dataset
    from imgstats.sources.manifest import Manifest

__all__ = ["descriptor_results", "file_results", "manifest_results", "unlisted_result"]

RESTORE = "restore the file (git checkout)"
BUILD = (
    "recorded in processed/manifest.json; restore the file (git checkout), or run "
    "`imgstats data build` if the change is meant"
)


def descriptor_results(base: Path) -> tuple[dict[str, Dataset], list[CheckResult]]:
    """Return the data sets that can be read from descriptors, and what is wrong with the others.

    Unlike `catalogue` it goes on after a broken descriptor, so that one check names all faults.

    Parameters
    ----------
    base : pathlib.Path
        Data folder.

    Returns
    -------
    tuple of dict and list
        The data sets by name, ordered, and a failed result for each broken descriptor.

    Examples
    --------
    >>> from imgstats.sources.locations import data_root
    >>> known, broken = descriptor_results(data_root())
    >>> known == catalogue(), broken
    (True, [])
    """
    known: dict[str, Dataset] = {}
    results = []
    for folder in sorted(path for path in (base / "raw").iterdir() if path.is_dir()):
        label = _below(folder / DESCRIPTOR, base)
        try:
            items = package_datasets(folder / DESCRIPTOR)
        except DataChangedError as error:
            results.append(
                failed(label, "descriptor", expected=error.allowed, found=error.found, hint=RESTORE)
            )
            continue
        for item in items:
            if item.name in known:
                there = known[item.name].folder.name
                results.append(
                    failed(
                        label, "name", expected="a name of its own", found=f"{item.name} of {there}"
                    )
                )
            known[item.name] = item
    return dict(sorted(known.items())), results


def file_results(item: Dataset, base: Path) -> list[CheckResult]:
    """Return whether a raw file has the size and the hash that its descriptor records.

    Parameters
    ----------
    item : Dataset
        The data set's record.
    base : pathlib.Path
        Data folder.

    Returns
    -------
    list of CheckResult
        Size and hash, or one failure when the file is missing.

    Examples
    --------
    >>> from imgstats.sources.locations import data_root
    >>> item = catalogue()["season_dates"]
    >>> [(result.check, result.ok) for result in file_results(item, data_root())]
    [('bytes', True), ('sha256', True)]
    """
    label = f"{item.name} ({_below(item.path, base)})"
    if not item.path.is_file():
        found = "no such file"
        return [failed(label, "sha256", expected=item.sha256, found=found, hint=RESTORE)]
    data = item.path.read_bytes()
    return [
        compared(label, "bytes", str(item.n_bytes), str(len(data)), RESTORE),
        compared(
            label,
            "sha256",
            item.sha256,
            sha256_of(data),
            f"likely cause: {likely_cause(data)}; {RESTORE}",
        ),
    ]


def unlisted_result(base: Path, known: Mapping[str, Dataset]) -> CheckResult:
    """Return whether every file below ``raw/`` is a descriptor or a file that one lists.

    Parameters
    ----------
    base : pathlib.Path
        Data folder.
    known : mapping of str to Dataset
        The data sets that descriptors list.

    Returns
    -------
    CheckResult
        Failed when there are other files, with their names.

    Examples
    --------
    >>> from imgstats.sources.locations import data_root
    >>> unlisted_result(data_root(), catalogue()).ok
    True
    """
    listed = {item.path for item in known.values()}
    there = [path for path in sorted((base / "raw").rglob("*")) if path.is_file()]
    extra = [
        _below(path, base)
        for path in there
        if path not in listed and not _is_descriptor(path, base)
    ]
    if not extra:
        return passed("raw", "listed files", f"{len(there)} files, all listed")
    return failed(
        "raw",
        "listed files",
        expected="files that a datapackage.json lists",
        found=", ".join(extra),
        hint="remove them, or describe them in the datapackage.json of their folder",
    )


def manifest_results(base: Path) -> list[CheckResult]:
    """Return whether manifest, raw files and processed files agree, byte for byte.

    Parameters
    ----------
    base : pathlib.Path
        Data folder.

    Returns
    -------
    list of CheckResult
        One for each file, and two for each processed table: its inputs, and whether a build would
        write the same bytes now.

    Examples
    --------
    >>> from imgstats.sources.locations import data_root
    >>> all(result.ok for result in manifest_results(data_root()))
    True
    """
    path = base / "processed" / MANIFEST
    try:
        manifest = load_manifest(path)
    except DataChangedError as error:
        label = _below(path, base)
        return [
            failed(label, "manifest", expected=error.allowed, found=error.found, hint=error.todo)
        ]
    return [
        *_agreement(raw_hashes(base), manifest.raw),
        *_agreement(
            {name: digest for name, digest in _processed_hashes(base).items() if name != MANIFEST},
            {name: entry.sha256 for name, entry in manifest.processed.items()},
            below="processed/",
        ),
        *_recipe_results(base, manifest),
    ]


def _agreement(
    found: Mapping[str, str], recorded: Mapping[str, str], below: str = ""
) -> Iterable[CheckResult]:
    for name in sorted({*found, *recorded}):
        expected = recorded.get(name, f"no such file: {MANIFEST} does not list it")
        yield compared(f"{below}{name}", "manifest", expected, found.get(name, "no file"), BUILD)


def _processed_hashes(base: Path) -> dict[str, str]:
    folder = base / "processed"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): sha256_of(path.read_bytes())
        for path in files
        # Curves are fitted from these tables, have a manifest of their own beside them, and are
        # checked with it: `imgstats.curves.checks`.
        if path.relative_to(folder).parts[0] != "curves"
    }


def _recipe_results(base: Path, manifest: Manifest) -> list[CheckResult]:
    """Compare each table's record with what a build would record now."""
    try:
        known = catalogue(base)
        return [
            result
            for recipe in RECIPES.values()
            for result in (
                _inputs_result(recipe.file_name, input_paths(recipe, known, base), manifest),
                compared(
                    f"processed/{recipe.file_name}",
                    "rebuild",
                    sha256_of(render_table(recipe, known)),
                    _recorded(manifest, recipe.file_name),
                    "run `imgstats data build`",
                ),
            )
        ]
    except (DataChangedError, TableError, LookupError, ValueError) as error:
        # LookupError: a data set or its sources are gone; ValueError: a cell that is not a number.
        found = f"raw files that cannot be used ({error})"
        return [failed("processed", "rebuild", expected="raw files as recorded", found=found)]


def _recorded(manifest: Manifest, file_name: str) -> str:
    entry = manifest.processed.get(file_name)
    return entry.sha256 if entry else f"no record in {MANIFEST}"


def _inputs_result(file_name: str, paths: list[str], manifest: Manifest) -> CheckResult:
    entry = manifest.processed.get(file_name)
    expected = {path: manifest.raw.get(path, "no record") for path in paths}
    found = dict(entry.inputs) if entry else {}
    label = f"processed/{MANIFEST}"
    if found == expected:
        return passed(label, f"inputs of {file_name}", f"{len(found)} raw files")
    different = min(found.items() ^ expected.items())[0]
    return failed(
        label,
        f"inputs of {file_name}",
        expected=f"{different} {expected.get(different, 'not listed')}",
        found=f"{different} {found.get(different, 'not listed')}",
        hint=BUILD,
    )


def _is_descriptor(path: Path, base: Path) -> bool:
    return path.name == DESCRIPTOR and path.parent.parent == base / "raw"


def _below(path: Path, base: Path) -> str:
    return path.relative_to(base).as_posix()
