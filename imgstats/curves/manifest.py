"""The record of the stored curves: ``data/processed/curves/manifest.json``.

It says which files there are, what each curve was made from and by which code, so that a curve is
read only for the very digits it was fitted to.
"""

from __future__ import annotations

import ast
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imgstats.curves.record import CurveKey
from imgstats.errors import DataChangedError
from imgstats.levels import LEVEL
from imgstats.sources.hashing import sha256_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FOLDER",
    "CurveEntry",
    "CurvesManifest",
    "code_hash",
    "curves_folder",
    "parse_manifest",
]

FOLDER = "curves"
# One more whenever files of an older build would be misread.
_FORMAT = 2
_TODO = "restore it (git checkout), or run `imgstats data build`"
_PACKAGE = Path(__file__).resolve().parents[1]
# What decides the numbers. How they are stored and looked up does not.
_CODE = (
    "estimators/bounds*.py",
    "estimators/cells.py",
    "estimators/contract.py",
    "estimators/digits_model.py",
    "estimators/misfit.py",
    "estimators/mixture.py",
    "estimators/model_range.py",
    "estimators/pooled*.py",
    "estimators/rank_list.py",
    "estimators/tilt*.py",
    "estimators/transported*.py",
    "curves/borrowed.py",
    "curves/compute.py",
    "curves/inputs.py",
    "curves/ladder.py",
    "curves/record.py",
    "levels.py",
    "measures.py",
    "tables/digits.py",
    "tables/feasible.py",
    "tables/measured.py",
    "tables/steps.py",
    "tables/summary.py",
    "tables/unsaid/gaps.py",
)


@dataclass(frozen=True, slots=True)
class CurveEntry:
    """What is recorded of one curve.

    Attributes
    ----------
    inputs : str
        SHA-256 of everything in its tables that moves its numbers; empty where a table it needs is
        not there.
    reason : str
        Why there is none; empty where there is one.
    """

    inputs: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvesManifest:
    """The record of a build of the curves.

    Attributes
    ----------
    code : str
        SHA-256 over the code that decides the numbers.
    files : mapping of str to str
        SHA-256 of each file by name.
    curves : mapping of CurveKey to CurveEntry
        Every table that was looked at.
    level : float
        Level of the intervals, a fraction.
    """

    code: str
    files: Mapping[str, str]
    curves: Mapping[CurveKey, CurveEntry]
    level: float = LEVEL

    def render(self) -> bytes:
        """Return the canonical bytes: sorted, two spaces, UTF-8.

        Examples
        --------
        >>> made = CurvesManifest(code="ab", files={}, curves={})
        >>> parse_manifest(made.render(), "manifest.json") == made
        True
        """
        content = {
            "format": _FORMAT,
            "level": self.level,
            "code": self.code,
            "files": dict(self.files),
            "curves": _rows(self.curves),
        }
        return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode("utf-8")


def curves_folder(base: Path) -> Path:
    """Return where the curves of a data folder stand."""
    return base / "processed" / FOLDER


def parse_manifest(data: bytes, path: Path | str) -> CurvesManifest:
    """Return the manifest that some bytes hold.

    Raises
    ------
    DataChangedError
        If they are not a manifest of this format, or not in the form a build writes.
    """
    allowed = f"a manifest of format {_FORMAT} that a build wrote"
    try:
        content = json.loads(data.decode("utf-8"))
        found = content["format"]
        if found != _FORMAT:
            raise DataChangedError(
                f"{path} has format {found}", allowed, "run `imgstats data build`"
            )
        manifest = CurvesManifest(
            code=str(content["code"]),
            files=dict(content["files"]),
            curves={CurveKey(**each["key"]): _entry(each) for each in content["curves"]},
            level=float(content["level"]),
        )
        canonical = manifest.render()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataChangedError(
            f"{path} is not a manifest of curves ({type(error).__name__}: {error})", allowed, _TODO
        ) from error
    if canonical != data:
        raise DataChangedError(
            f"{path} has sha256 {sha256_of(data)}",
            f"sha256 {sha256_of(canonical)}, that of its content as a build writes it",
            _TODO,
        )
    return manifest


def code_hash(package: Path = _PACKAGE) -> str:
    """Return the SHA-256 over the code that decides the numbers of a curve.

    Comments, docstrings and layout do not count, nor does it matter where in the package a module
    stands; every Python that the package supports gives the same hash.

    Parameters
    ----------
    package : pathlib.Path
        Folder of the package.
    """
    files = (path for pattern in _CODE for path in package.glob(pattern))
    digests = sorted(_meaning_hash(path.read_text(encoding="utf-8")) for path in files)
    return sha256_of(json.dumps(digests).encode("utf-8"))


def _meaning_hash(source: str) -> str:
    """Return the SHA-256 of a module's syntax tree.

    Examples
    --------
    >>> first = _meaning_hash("from imgstats.a import b; x = b(1)  # one")
    >>> first == _meaning_hash("'Words.'; from imgstats.c import b; x = b( 1 )")
    True
    >>> first == _meaning_hash("from imgstats.a import b; x = b(2)")
    False
    """
    return sha256_of(json.dumps(_meaning(ast.parse(source))).encode("utf-8"))


def _meaning(node: object) -> object:
    """Return a syntax tree as nested lists; `ast.dump` writes it otherwise in each Python."""
    if isinstance(node, list):
        return [_meaning(each) for each in node if not _is_words(each)]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = {name: value for name, value in ast.iter_fields(node) if value not in (None, [])}
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("imgstats"):
        del fields["module"]
    return [type(node).__name__, *([name, _meaning(value)] for name, value in fields.items())]


def _is_words(node: object) -> bool:
    """Say whether a statement is a text by itself, as a docstring is."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _rows(entries: Mapping[CurveKey, CurveEntry]) -> list[dict[str, object]]:
    return [{"key": asdict(key), **asdict(entries[key])} for key in sorted(entries)]


def _entry(row: Mapping[str, str]) -> CurveEntry:
    return CurveEntry(inputs=str(row["inputs"]), reason=str(row["reason"]))
