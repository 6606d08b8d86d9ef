"""How fast `imgstats score` is, beside a bare DuckDB join: ``python -m benchmarks.score [ROWS]``.

Both are whole processes that read the same file and write the same columns, in turns. Time of the
processors and of the clock are told, the least of some runs and the middle one, and their ratios.
``--before CHECKOUT`` runs an older checkout with its own .venv in turns with this one.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

from imgstats.applicant import GROUPS, LOWEST_SCORE, Applicant
from imgstats.comparison.many import Rates
from imgstats.specialties import INTERNAL_MEDICINE

if TYPE_CHECKING:
    from collections.abc import Sequence

_PACKAGES = ("numpy", "pyarrow", "duckdb")
# The join that the command amounts to, where nothing is wrong with any row.
_JOIN = """
import sys, duckdb
source, rates, out = sys.argv[1:]
read = "read_csv" if source.endswith(".csv") else "read_parquet"
names = {"id": "VARCHAR", "group": "VARCHAR", "step2_ck": "BIGINT"}
kinds = f", columns = {names}" if source.endswith(".csv") else ""
duckdb.sql(f'''
  COPY (SELECT c.id, c."group", r.* EXCLUDE ("group"), '' AS problem
        FROM {read}('{source}'{kinds}) AS c LEFT JOIN '{rates}' AS r
        ON c."group" = r."group" AND c.step2_ck = r.step2_ck)
  TO '{out}' (FORMAT parquet, COMPRESSION zstd)
''')
"""
# In a small process: the memory that is told of a command counts that of its parent at the start.
_MEASURE = """
import resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
wall = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss)
if done.returncode:
    sys.stderr.buffer.write(done.stderr)
sys.exit(done.returncode)
"""


@dataclass(frozen=True, slots=True)
class _Run:
    """Seconds of the clock and of the processors, and the most memory, of one process."""

    wall: float
    busy: float
    mib: float


def _make(folder: Path, rows: int) -> tuple[Path, Path, Path]:
    """Write a cohort as Parquet and as CSV, and the rates to join it with."""
    rng = np.random.default_rng(1)
    table = pa.table(
        {
            "id": pa.array(np.arange(rows)).cast(pa.string()),
            "group": pa.array(list(GROUPS)).take(pa.array(rng.integers(0, 2, rows))),
            "step2_ck": rng.integers(200, 290, rows),
        }
    )
    files = folder / "in.parquet", folder / "in.csv", folder / "rates.parquet"
    parquet.write_table(table, files[0])
    with files[1].open("wb") as stream:
        stream.write(",".join(table.column_names).encode() + b"\n")
        plain = csv.WriteOptions(include_header=False, quoting_style="none")
        csv.write_csv(table, stream, plain)
    rates, said = Rates(), []
    for group in GROUPS:
        for score in range(LOWEST_SCORE, 301):
            applicant = Applicant.parse({"group": group, "step2_ck": score})
            keys = {"group": group, "specialty": INTERNAL_MEDICINE, "step2_ck": score}
            said.append(keys | asdict(rates.of(applicant)))
    parquet.write_table(pa.Table.from_pylist(said), files[2])
    return files


def _run(command: Sequence[str | Path], place: Path) -> _Run:
    done = subprocess.run(  # noqa: S603  commands of this file
        [sys.executable, "-S", "-c", _MEASURE, *(str(each) for each in command)],
        stdout=subprocess.PIPE, check=False, cwd=place, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{command} failed")
    wall, busy, memory = map(float, done.stdout.split())
    return _Run(wall, busy, memory * (1 if sys.platform == "darwin" else 1024) / 2**20)


def _score(python: Path | str, source: Path, out: Path) -> list[str | Path]:
    main = "from imgstats.cli.main import main; main()"
    return [python, "-c", main, "score", source, "--out", out]


def _compare(commands: dict[str, tuple[list[str | Path], Path]], runs: int) -> None:
    """Run the commands in turns, and tell their times and how many times those of the first."""
    found: dict[str, list[_Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, (command, place) in commands.items():
            found[name].append(_run(command, place))
    ours = next(iter(found.values()))
    for name, theirs in found.items():
        print(
            f"  {name:8} wall {min(r.wall for r in theirs):6.2f} s "
            f"(median {median(r.wall for r in theirs):6.2f}), "
            f"processors {min(r.busy for r in theirs):6.2f} s "
            f"(median {median(r.busy for r in theirs):6.2f}), "
            f"{max(r.mib for r in theirs):6,.0f} MiB; imgstats takes "
            f"{_ratio([r.wall for r in ours], [r.wall for r in theirs])} of its wall, "
            f"{_ratio([r.busy for r in ours], [r.busy for r in theirs])} of its processor time"
        )


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    return f"{min(ours) / min(theirs):.2f}"


def main() -> None:
    """Measure Parquet and CSV."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5, help="of each command")
    parser.add_argument("--before", type=Path, help="an older checkout with its .venv")
    given = parser.parse_args()
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    print(f"python {platform.python_version()}, {packages}, {os.cpu_count()} cores")
    print(f"load before: {os.getloadavg()}")
    here = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        *sources, rates = _make(place, given.rows)
        for source in sources:
            out = place / "out.parquet"
            join: list[str | Path] = [
                sys.executable,
                "-c",
                _JOIN,
                source,
                rates,
                place / "joined.parquet",
            ]
            commands = {
                "imgstats": (_score(sys.executable, source, out), here),
                "duckdb": (join, here),
            }
            if given.before:
                older = _score(given.before / ".venv/bin/python", source, place / "older.parquet")
                commands["before"] = (older, given.before)
            print(f"{given.rows:,} rows of {source.suffix}, {given.runs} runs of each in turns:")
            _compare(commands, given.runs)
            _check(out, place / "joined.parquet")


def _check(out: Path, joined: Path) -> None:
    """Refuse to compare with a join that says something else."""
    ours, theirs = parquet.read_table(out), parquet.read_table(joined)
    if ours.column_names != theirs.column_names or ours.num_rows != theirs.num_rows:
        raise SystemExit("the join has other columns or rows")
    by_id = theirs.take(pa.compute.index_in(ours["id"], theirs["id"]))
    for name in ("step2_ck", "rate", "band_rate_low", "match_year"):
        if not ours[name].equals(by_id[name].cast(ours.schema.field(name).type)):
            raise SystemExit(f"the join has other values of {name}")


if __name__ == "__main__":
    main()
