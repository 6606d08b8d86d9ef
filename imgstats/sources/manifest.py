"""The record of what was built from what: ``data/processed/manifest.json``.

It holds hashes and nothing that differs between two machines or two days, so two builds of the same
raw files write the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from imgstats.errors import DataChangedError
from imgstats.sources.hashing import read_bytes, sha256_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "MANIFEST",
    "Entry",
    "Manifest",
    "load_manifest",
    "raw_hashes",
]

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """The record of one processed file.

    Parameters
    ----------
    sha256 : str
        Its hash.
    inputs : mapping of str to str
        Path of each raw file it was made from, below the data folder, to its hash then.
    """

    sha256: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The record of a build.

    Parameters
    ----------
    processed : mapping of str to Entry
        By file name.
    raw : mapping of str to str
        Hash of every file below ``raw/``, by path below the data folder.
    """

    processed: Mapping[str, Entry]
    raw: Mapping[str, str]

    def entry(self, file_name: str) -> Entry:
        """Return the record of one processed file.

        Raises
        ------
        DataChangedError
            The manifest does not list it.

        Examples
        --------
        >>> Manifest({"counts.csv": Entry("ab", {})}, {}).entry("counts.csv").sha256
        'ab'
        """
        if file_name not in self.processed:
            raise DataChangedError(
                f"{MANIFEST} does not list {file_name}",
                ", ".join(self.processed),
                "run `imgstats data build`",
            )
        return self.processed[file_name]

    def render(self) -> bytes:
        r"""Return the canonical bytes: sorted keys, two spaces, ``\n``, UTF-8.

        Examples
        --------
        >>> Manifest({}, {}).render()
        b'{\n  "processed": {},\n  "raw": {}\n}\n'
        """
        content = {
            "processed": {
                name: {"inputs": dict(entry.inputs), "sha256": entry.sha256}
                for name, entry in self.processed.items()
            },
            "raw": dict(self.raw),
        }
        return (json.dumps(content, indent=2, sort_keys=True) + "\n").encode("utf-8")


def load_manifest(path: Path) -> Manifest:
    """Return the manifest that a build wrote.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    Manifest
        Its content.

    Raises
    ------
    DataChangedError
        It is missing, is not a manifest, or its bytes are not those a build writes for its content.

    Examples
    --------
    >>> from imgstats.sources.locations import data_root
    >>> "counts.csv" in load_manifest(data_root() / "processed" / "manifest.json").processed
    True
    """
    return _parsed(read_bytes(path, "the manifest that `imgstats data build` writes"), path)


@lru_cache(maxsize=4)
def _parsed(data: bytes, path: Path) -> Manifest:
    """Return the manifest of some bytes; parsed once as long as these stay the same."""
    todo = "restore it (git checkout), or run `imgstats data build`"
    try:
        content = json.loads(data.decode("utf-8"))
        processed = {
            name: Entry(entry["sha256"], dict(entry["inputs"]))
            for name, entry in content["processed"].items()
        }
        manifest = Manifest(processed, dict(content["raw"]))
        canonical = manifest.render()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataChangedError(
            f"{path} has sha256 {sha256_of(data)} and is not a manifest "
            f"({type(error).__name__}: {error})",
            "a manifest that a build wrote",
            todo,
        ) from error
    if canonical != data:
        raise DataChangedError(
            f"{path} has sha256 {sha256_of(data)}",
            f"sha256 {sha256_of(canonical)}, that of its content as a build writes it",
            todo,
        )
    return manifest


def raw_hashes(base: Path) -> dict[str, str]:
    """Return the hash of every file below ``raw/``, by path below the data folder.

    Examples
    --------
    >>> from imgstats.sources.locations import data_root
    >>> "raw/source-register/sources.csv" in raw_hashes(data_root())
    True
    """
    files = sorted(path for path in (base / "raw").rglob("*") if path.is_file())
    return {path.relative_to(base).as_posix(): sha256_of(path.read_bytes()) for path in files}
