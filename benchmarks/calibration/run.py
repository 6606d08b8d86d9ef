"""Run the study: ``python -m benchmarks.calibration.run``.

Finished cells are kept in ``FILE.partial``; a run that was stopped goes on from there when it is
started again and asks for no more tables than they have. At the end the file takes its name, and
settings and versions stand beside it in a file of the same name that ends in ``.json``. A run of
all cells writes ``withheld.csv`` too, beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from fnmatch import fnmatch
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.calibration import withheld
from benchmarks.calibration.cells import CELLS, PUBLISHED, RIVALS, Cell
from benchmarks.calibration.study import COLUMNS, FIRST, SEED, run_cell

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["main", "run"]

RESULTS = Path(__file__).with_name("results.csv")
REPLICATES = 100
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_PACKAGES = ("imgstats", "numpy", "pandas", "scikit-learn", "scipy", "statsmodels")


def run(cells: list[Cell], replicates: int, workers: int, out: Path) -> pd.DataFrame:
    """Run cells that are not in the partial file yet, and write the results.

    Parameters
    ----------
    cells : list of Cell
        What to run.
    replicates : int
        Least number of tables in a cell.
    workers : int
        Processes; 1 runs in this one. The results do not depend on it.
    out : Path
        File to write, CSV.

    Returns
    -------
    DataFrame
        A row per cell and estimator.
    """
    partial, note = out.with_name(out.name + ".partial"), out.with_suffix(".json")
    settings = _settings(cells, replicates)
    done = _resume(partial, replicates)
    left = [cell for cell in cells if cell.name not in done]
    begin = time.monotonic()
    for number, (cell, frame) in enumerate(_results(left, replicates, workers), start=1):
        done[cell.name] = frame
        _write(done, cells, partial)
        minutes = (time.monotonic() - begin) / 60
        print(f"[{number}/{len(left)}] {cell.name}, {minutes:.1f} min", file=sys.stderr, flush=True)
    _write(done, cells, partial)
    partial.replace(out)
    note.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    return pd.read_csv(out)


def _results(
    cells: list[Cell], replicates: int, workers: int
) -> Iterator[tuple[Cell, pd.DataFrame]]:
    """Yield each cell with its frame as they finish."""
    if workers == 1:
        for cell in cells:
            yield cell, run_cell(cell, replicates)
        return
    # One core per worker: spawned processes read this when they first import numpy.
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs: dict[Future[pd.DataFrame], Cell] = {
            pool.submit(run_cell, cell, replicates): cell for cell in cells
        }
        for job in as_completed(jobs):
            yield jobs[job], job.result()


def _resume(partial: Path, replicates: int) -> dict[str, pd.DataFrame]:
    """Return the finished cells of a run that was stopped."""
    if not partial.is_file():
        return {}
    found = pd.read_csv(partial, dtype={"n": int})
    if list(found.columns) != COLUMNS:
        return {}
    return {
        str(name): frame
        for name, frame in found.groupby("cell", sort=False)
        if _is_whole(frame, replicates)
    }


def _is_whole(frame: pd.DataFrame, replicates: int) -> bool:
    """Return whether a cell has every rival, each with the tables it is asked for or more."""
    shape = str(frame["shape"].iloc[0])
    wanted = dict.fromkeys(RIVALS[shape], replicates)
    wanted |= dict.fromkeys(PUBLISHED[shape], min(replicates, FIRST))
    found = dict(zip(frame["estimator"], frame["replicates"], strict=True))
    return found.keys() == wanted.keys() and all(found[name] >= n for name, n in wanted.items())


def _write(done: dict[str, pd.DataFrame], cells: list[Cell], path: Path) -> None:
    frames = [done[cell.name] for cell in cells if cell.name in done]
    whole = pd.concat(frames) if frames else pd.DataFrame(columns=COLUMNS)
    whole.to_csv(path, index=False, float_format="%.5f", lineterminator="\n")


def _settings(cells: list[Cell], replicates: int) -> dict[str, object]:
    shapes = dict.fromkeys(cell.shape for cell in cells)
    return {
        "seed": SEED,
        "replicates": replicates,
        "replicates_published": min(replicates, FIRST),
        "cells": [cell.name for cell in cells],
        "estimators": {
            shape: {
                name: {"class": type(each).__name__} | each.get_params()
                for name, each in (RIVALS[shape] | PUBLISHED[shape]).items()
            }
            for shape in shapes
        },
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in _PACKAGES},
    }


def main(words: list[str] | None = None) -> int:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.calibration.run", description="Run the calibration study."
    )
    parser.add_argument("--replicates", type=int, default=REPLICATES, help="least tables per cell")
    parser.add_argument("--cells", default="*", help="pattern of cell names, such as 'summary-*'")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--out", type=Path, default=RESULTS, help="CSV file to write")
    given = parser.parse_args(words)
    cells = [cell for cell in CELLS if fnmatch(cell.name, given.cells)]
    if not cells:
        parser.error(f"no cell is named {given.cells}; such as {CELLS[0].name}")
    if given.replicates < 1 or given.workers < 1:
        parser.error("--replicates and --workers are 1 or more")
    run(cells, given.replicates, given.workers, given.out)
    if len(cells) == len(CELLS):
        withheld.write(given.out.with_name(withheld.WITHHELD.name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
