"""How fast `score_file` is, and its memory: ``python benchmarks/score.py [ROWS]``."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import threading
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
from pyarrow import parquet

from imgstats.cohort.score import score_file


def _make(path: Path, rows: int) -> None:
    rng = np.random.default_rng(1)
    table = pa.table(
        {
            "id": pa.array(np.arange(rows)).cast(pa.string()),
            "group": pa.array(["non_us_img", "us_img"]).take(pa.array(rng.integers(0, 2, rows))),
            "step2_ck": rng.integers(200, 290, rows),
        }
    )
    parquet.write_table(table, path)


def _memory(peak: list[int], done: threading.Event) -> None:
    """Keep the largest sum of PSS of this process and those it started."""
    here = psutil.Process()
    while not done.wait(0.2):
        total = 0
        for each in (here, *here.children(recursive=True)):
            try:
                total += each.memory_full_info().pss
            except psutil.Error:
                continue
        peak[0] = max(peak[0], total)


def main() -> None:
    """Measure one run."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    packages = ", ".join(f"{n} {version(n)}" for n in ("numpy", "pandas", "pyarrow", "distributed"))
    print(f"python {platform.python_version()}, {packages}, {os.cpu_count()} cores")
    print(f"load before: {os.getloadavg()}")
    peak, done, first = [0], threading.Event(), [(0.0, 0)]

    def progress(count: int, _: int | None) -> None:
        if not first[0][1]:
            first[0] = (time.perf_counter(), count)

    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder, "in.parquet"), rows)
        watch = threading.Thread(target=_memory, args=(peak, done))
        watch.start()
        start = time.perf_counter()
        try:
            score_file(Path(folder, "in.parquet"), Path(folder, "out.parquet"), progress=progress)
            end = time.perf_counter()
        finally:
            done.set()
            watch.join()
    after = (rows - first[0][1]) / max(end - first[0][0], 1e-9)
    print(f"{rows:,} rows in {end - start:.1f} s: {rows / (end - start):,.0f} rows/s in all")
    print(f"after the first part: {after:,.0f} rows/s; peak PSS {peak[0] / 2**20:,.0f} MiB")


if __name__ == "__main__":
    main()
