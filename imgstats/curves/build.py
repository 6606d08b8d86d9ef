"""Build ``data/processed/curves`` from the processed tables."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from imgstats.curves.inputs import counts_digest, kin_counts
from imgstats.curves.layout import BORROWED, SCREEN, render_borrowed, render_curves
from imgstats.curves.manifest import CurveEntry, CurvesManifest, code_hash, curves_folder
from imgstats.curves.record import CurveKey, RateCurve
from imgstats.curves.screen import is_screened, render_screen
from imgstats.curves.store import StoredCurves
from imgstats.curves.tasks import fit_all, wanted_curves
from imgstats.errors import DataChangedError, InputError
from imgstats.files.writing import SHARED_FILE, write_all
from imgstats.processors import default_workers
from imgstats.sources.hashing import sha256_of
from imgstats.sources.locations import resolve_root
from imgstats.sources.manifest import MANIFEST
from imgstats.specialties import ALL_SPECIALTIES
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from imgstats.curves.tasks import Progress, Task

__all__ = ["CurvesBuild", "build_curves"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvesBuild:
    """What a build of the curves did.

    Attributes
    ----------
    files : tuple of pathlib.Path
        The files written, the manifest last.
    kept, fitted : int
        Number of curves that were still their tables' own, and of those fitted.
    without : int
        Number of tables that no curve can be fitted to; the manifest says why.
    """

    files: tuple[Path, ...]
    kept: int
    fitted: int
    without: int


def build_curves(
    root: Path | str | None = None,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> CurvesBuild:
    """Write the curves of every published table; the same tables give the same bytes.

    A curve whose table and code are those of the last build is kept and not fitted again.

    Parameters
    ----------
    root : pathlib.Path or str, optional
        Data folder with its processed tables; the default one when None.
    workers : int, optional
        Number of processes; as many as there are processors when None. With more than one, a
        script must call this under ``if __name__ == "__main__"``.
    progress : callable, optional
        Called after each fit with the number done, the number of all, and the key.

    Returns
    -------
    CurvesBuild
        Files written, curves kept and fitted.

    Raises
    ------
    InputError
        If `workers` is not 1 or more, or ``root`` has no folder ``raw/``.
    DataChangedError
        If a processed table is not the recorded one.
    WorkError
        If a process that fits curves died.
    """
    if workers is not None and workers < 1:
        raise InputError(f"workers is {workers!r}", "1 or more")
    base = resolve_root(root)
    tables = PublishedTables(base)
    code, wanted = code_hash(), wanted_curves(tables, base)
    kept = _kept(base, code, wanted)
    missing = [task for task in wanted if task.key not in kept]
    made = fit_all(missing, workers or default_workers(), progress)
    results = {**kept, **made}
    contents = _contents(code, wanted, results, _pooled(tables))
    fitted = [each for each in made.values() if isinstance(each, RateCurve)]
    curves = [each for each in results.values() if isinstance(each, RateCurve)]
    return CurvesBuild(
        files=tuple(_write(curves_folder(base), contents)),
        kept=len(curves) - len(fitted),
        fitted=len(fitted),
        without=len(results) - len(curves),
    )


def _kept(base: Path, code: str, wanted: Sequence[Task]) -> dict[CurveKey, RateCurve | str]:
    """Return curves, or why there is none, that need not be fitted again.

    Where the files of the last build were changed, nothing is kept.
    """
    try:
        store = StoredCurves(base)
        old = store.manifest
        if old is None or old.code != code:
            return {}
        found = {task.key: _old(store, old.curves, task.key, task.inputs) for task in wanted}
    except DataChangedError:
        return {}
    return {key: each for key, each in found.items() if each is not None}


def _old(
    store: StoredCurves, entries: Mapping[CurveKey, CurveEntry], key: CurveKey, inputs: str
) -> RateCurve | str | None:
    entry = entries.get(key)
    if entry is None or entry.inputs != inputs:
        return None
    return entry.reason or store.curve(key, inputs)


def _pooled(tables: PublishedTables) -> list[dict[str, object]]:
    """Return the pooled rates of every group and year that is counted by specialty."""
    from imgstats.curves.borrowed import pooled_members

    groups = {
        (str(row["match_year"]), row["applicant_group"])
        for row in tables.rows("counts")
        if row["specialty"] != ALL_SPECIALTIES
    }
    return [
        {
            "match_year": year,
            "applicant_group": group,
            "inputs": counts_digest(kin_counts(tables, group=group, year=year)),
            "members": [asdict(each) for each in pooled_members(tables, group=group, year=year)],
        }
        for year, group in sorted(groups)
    ]


def _contents(
    code: str,
    wanted: Sequence[Task],
    results: Mapping[CurveKey, RateCurve | str],
    pooled: Sequence[Mapping[str, object]],
) -> dict[str, bytes]:
    """Return the bytes of every file by name, the manifest last."""
    curves = {key: each for key, each in results.items() if isinstance(each, RateCurve)}
    files = {
        **render_curves(curves),
        BORROWED: render_borrowed(curves, pooled),
        SCREEN: render_screen(
            {
                task.key: task.table
                for task in wanted
                if task.table is not None and task.key in curves and is_screened(task.key)
            }
        ),
    }
    manifest = CurvesManifest(
        code=code,
        files={name: sha256_of(data) for name, data in files.items()},
        curves={task.key: CurveEntry(task.inputs, _reason(results[task.key])) for task in wanted},
    )
    return {**files, MANIFEST: manifest.render()}


def _reason(result: object) -> str:
    return result if isinstance(result, str) else ""


def _write(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write all files, the manifest last, and remove what no longer belongs to them."""
    folder.mkdir(parents=True, exist_ok=True)
    write_all(folder, contents, rights=SHARED_FILE)
    places = [folder / name for name in contents]
    for path in folder.iterdir():
        # A measure that is no longer printed, or what a killed build left.
        if path not in places and path.is_file():
            path.unlink()
    return places
