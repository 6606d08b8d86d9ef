"""Curves that `imgstats data build` wrote: looked up where the table is still the same.

A lookup imports no estimator. What is not stored, or was stored for other digits, is computed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from imgstats.curves.inputs import (
    SCORE,
    borrowed_inputs,
    counts_digest,
    digest_of,
    key_of,
    kin_counts,
)
from imgstats.curves.layout import BORROWED, SCREEN, Content, read_curve, read_member
from imgstats.curves.manifest import curves_folder, parse_manifest
from imgstats.curves.record import LADDER_COLUMNS, CurveKey, RateCurve
from imgstats.errors import DataChangedError, TableError
from imgstats.levels import LEVEL
from imgstats.sources.hashing import read_bytes, sha256_of
from imgstats.sources.locations import resolve_root
from imgstats.sources.manifest import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path

    from imgstats.curves.manifest import CurveEntry, CurvesManifest
    from imgstats.curves.record import PooledMember
    from imgstats.tables import OutcomeSummary
    from imgstats.tables.published import PublishedTables

__all__ = ["StoredCurves", "borrowed_curve_for", "curve_for", "pooled_member_for"]


class StoredCurves:
    """The stored curves of a data folder, each file verified whenever it is read.

    Parameters
    ----------
    base : pathlib.Path
        Data folder.

    Raises
    ------
    DataChangedError
        If the manifest of the curves is not one that a build wrote.
    """

    def __init__(self, base: Path) -> None:
        self._folder = curves_folder(base)
        self.manifest = self._manifest()

    def _manifest(self) -> CurvesManifest | None:
        path = self._folder / MANIFEST
        if not path.exists():
            return None
        data = read_bytes(path, "a manifest that `imgstats data build` wrote")
        return _parsed_manifest(Content(data, sha256_of(data)), str(path))

    def curve(self, key: CurveKey, inputs: str) -> RateCurve | None:
        """Return a curve, None where none is stored for these inputs.

        Parameters
        ----------
        key : CurveKey
            Which table.
        inputs : str
            Digest of its figures.

        Raises
        ------
        DataChangedError
            If a file is not the one whose hash was recorded.
        """
        manifest = self.manifest
        if manifest is None or not _is_stored(manifest.curves.get(key), inputs):
            return None
        return read_curve(key, self._content)

    def reason(self, key: CurveKey, inputs: str) -> str:
        """Return why no curve can be fitted to a table, empty where that is not known."""
        entry = self.manifest.curves.get(key) if self.manifest else None
        return entry.reason if entry is not None and entry.inputs == inputs else ""

    def member(self, key: CurveKey, inputs: str) -> PooledMember | None:
        """Return a specialty's pooled rate, None where none is stored for these counts.

        Parameters
        ----------
        key : CurveKey
            Year, group and specialty.
        inputs : str
            Digest of the counts of all specialties.

        Raises
        ------
        DataChangedError
            If the file is not the one whose hash was recorded.
        """
        if self.manifest is None or BORROWED not in self.manifest.files:
            return None
        return read_member(self._content(BORROWED), key, inputs)

    def screen(self, key: CurveKey, inputs: str) -> bytes | None:
        """Return the file of screened shares, None where it holds none for these inputs.

        Parameters
        ----------
        key : CurveKey
            Which table.
        inputs : str
            Digest of its figures.

        Raises
        ------
        DataChangedError
            If the file is not the one whose hash was recorded.
        """
        manifest = self.manifest
        if manifest is None or SCREEN not in manifest.files:
            return None
        return self._content(SCREEN).data if _is_stored(manifest.curves.get(key), inputs) else None

    def _content(self, name: str) -> Content:
        path, listed = self._folder / name, self.manifest.files if self.manifest else {}
        expected = listed.get(name, "")
        data = read_bytes(path, f"the file that {self._folder / MANIFEST} lists")
        found = sha256_of(data)
        if found != expected:
            raise DataChangedError(
                f"{path} has sha256 {found}",
                f"sha256 {expected or '(none)'}, recorded in {self._folder / MANIFEST}",
                "restore it (git checkout), or run `imgstats data build`",
            )
        return Content(data, found)


def curve_for(
    table: OutcomeSummary, root: Path | str | None = None, *, level: float = LEVEL
) -> RateCurve:
    """Return the curve of a table: the stored one, or where there is none a new one.

    Parameters
    ----------
    table : OutcomeSummary
        The published table.
    root : pathlib.Path or str, optional
        Data folder whose curves are looked up; the default one when None.
    level : float
        Level of the intervals, a fraction. Another level than the stored one is fitted, and only
        the stored p of each estimator and the stored bounds are kept.

    Returns
    -------
    RateCurve
        A stored one has the numbers of a new one to seven decimals.

    Raises
    ------
    DataChangedError
        If a stored file is not the one whose hash was recorded.
    TableError
        If no curve can be fitted to the table.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> table = PublishedTables().outcome_summary(group="non_us_img", year="2026")
    >>> curve = curve_for(table)
    >>> round(float(curve.columns["rate"][curve.position(242)]), 2)
    0.42
    """
    store, key, inputs = StoredCurves(resolve_root(root)), key_of(table), digest_of(table)
    if reason := store.reason(key, inputs):
        raise TableError(reason)
    stored = store.curve(key, inputs)
    if stored is not None and stored.level == level:
        return stored
    from imgstats.curves.compute import compute_curve

    if stored is None:
        return compute_curve(table, level=level)
    fitted = compute_curve(table, level=level, p_values=_p_values(stored))
    # Bounds have no level.
    ladder = {name: stored.columns[name] for name in LADDER_COLUMNS if name in stored.columns}
    return replace(fitted, columns={**fitted.columns, **ladder})


def borrowed_curve_for(
    tables: PublishedTables, *, group: str, year: str, specialty: str, level: float = LEVEL
) -> RateCurve:
    """Return a borrowed rate at every score: stored, or where there is none computed.

    Parameters
    ----------
    tables : PublishedTables
        The tables; their data folder is where the curve is looked up.
    group, year, specialty : str
        Of a group that leans on its kin.
    level : float
        Level of the intervals, a fraction.

    Raises
    ------
    DataChangedError
        If a stored file is not the one whose hash was recorded.
    TableError
        If a table that the calculation needs is not there.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> curve = borrowed_curve_for(
    ...     PublishedTables(), group="us_img", year="2026", specialty="Internal Medicine"
    ... )
    >>> curve.grade
    'borrowed'
    """
    inputs = borrowed_inputs(tables, group=group, year=year, specialty=specialty).digest
    store = StoredCurves(resolve_root(tables.root))
    stored = store.curve(CurveKey(year, group, specialty, SCORE), inputs)
    if stored is not None and stored.level == level:
        return stored
    from imgstats.curves.borrowed import transported_curve

    return transported_curve(tables, group=group, year=year, specialty=specialty, level=level)


def pooled_member_for(
    tables: PublishedTables, *, group: str, year: str, specialty: str, level: float = LEVEL
) -> PooledMember:
    """Return a specialty's rate that leans on the others: stored, or where there is none fitted.

    Parameters
    ----------
    tables : PublishedTables
        The tables; their data folder is where the rate is looked up.
    group, year, specialty : str
        Of the counts.
    level : float
        Level of the interval, a fraction.

    Raises
    ------
    DataChangedError
        If the stored file is not the one whose hash was recorded.
    TableError
        If fewer than three specialties are there.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> found = pooled_member_for(
    ...     PublishedTables(), group="non_us_img", year="2026", specialty="Dermatology"
    ... )
    >>> found.low < found.rate < found.high, found.n_kin
    (True, 24)
    """
    inputs = counts_digest(kin_counts(tables, group=group, year=year))
    store = StoredCurves(resolve_root(tables.root))
    stored = store.member(CurveKey(year, group, specialty, SCORE), inputs)
    if stored is not None and stored.level == level:
        return stored
    from imgstats.curves.borrowed import fit_pooled, pooled_member

    return pooled_member(fit_pooled(tables, group=group, year=year), specialty, level)


@lru_cache(maxsize=8)
def _parsed_manifest(content: Content, path: str) -> CurvesManifest:
    return parse_manifest(content.data, path)


def _is_stored(entry: CurveEntry | None, inputs: str) -> bool:
    return entry is not None and not entry.reason and entry.inputs == inputs


def _p_values(curve: RateCurve) -> dict[str, float | None]:
    return {curve.estimator: curve.p} | {each.name: each.p for each in curve.candidates}
