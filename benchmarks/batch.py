"""Reports for a cohort, side by side: `imgstats batch` against plain loops of the usual tools.

Run it on a quiet machine: ``python -m benchmarks.batch [REPORTS]``. It prints ratios with the
versions they were measured with, and asserts nothing. With ``--pdf [REPORTS]`` it prints what PDFs
of the pages cost instead, and with ``--plan [REPORTS]`` what plans beside them do.

Baselines, both in two processes on the same notebook, cohort and machine:

- *commands*: a loop of ``papermill`` and ``jupyter nbconvert`` for each applicant;
- *interface*: a loop of papermill's Python interface and one exporter, with ordinary kernels.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from imgstats.batch.run import run_batch
from imgstats.cohort.reading import read_cohort
from imgstats.sources import notebook_path

REPORTS = 40
BASELINE_REPORTS = 8
MEMORY_REPORTS = (20, 200)
WORKERS = 2
_PACKAGES = (
    "papermill",
    "nbclient",
    "nbconvert",
    "ipykernel",
    "distributed",
    "matplotlib",
    "pandas",
)
_INTERFACE = """
import json, sys, warnings
warnings.simplefilter("ignore")
import papermill
from imgstats.reporting.page import render_page
notebook, folder, cohort = sys.argv[1:]
for number, parameters in enumerate(json.load(open(cohort))):
    done = papermill.execute_notebook(
        notebook, f"{folder}/{number}.ipynb", parameters, kernel_name="python3", progress_bar=False
    )
    page = render_page(done, title="", made_on="", version="")
    open(f"{folder}/{number}.html", "w").write(page)
"""


def write_cohort(path: Path, reports: int) -> Path:
    """Write a cohort of made-up applicants."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("id", "group", "step2_ck", "attempts", "usce_months", "ranks"))
        for number in range(reports):
            group = "non-us-img" if number % 6 else "us-img"
            score = 212 + number * 7 % 70
            writer.writerow(
                (f"A-{number}", group, score, 1 + number % 3, number % 9, 1 + number % 15)
            )
    return path


def shares(cohort: Path, folder: Path, reports: int) -> list[Path]:
    """Return the parameters of each of two loops, as files."""
    rows = [each.applicant.model_dump(mode="json") for each in read_cohort(cohort).rows[:reports]]
    files = []
    for worker in range(WORKERS):
        file = folder / f"share-{worker}.json"
        file.write_text(json.dumps(rows[worker::WORKERS]), encoding="utf-8")
        files.append(file)
    return files


def _environment() -> dict[str, str]:
    return {**os.environ, "MPLBACKEND": "agg", "SOURCE_DATE_EPOCH": "1793491200"}


def commands_loop(share: Path) -> None:
    """Make a loop's reports by the command-line tools."""
    folder = share.with_suffix("")
    folder.mkdir()
    tools = Path(sys.executable).parent
    for number, parameters in enumerate(json.loads(share.read_text(encoding="utf-8"))):
        file = folder / f"{number}.yml"
        file.write_text(json.dumps(parameters), encoding="utf-8")
        done = folder / f"{number}.ipynb"
        for command in (
            [tools / "papermill", notebook_path(), done, "-f", file, "--no-progress-bar"],
            [tools / "jupyter", "nbconvert", "--to", "html", "--no-input", done],
        ):
            subprocess.run(  # noqa: S603  the tools of this environment
                [str(each) for each in command], check=True, capture_output=True, env=_environment()
            )


def interface_loop(share: Path) -> None:
    """Make a loop's reports by papermill's Python interface."""
    folder = share.with_suffix("")
    folder.mkdir()
    subprocess.run(  # noqa: S603  this Python
        [sys.executable, "-c", _INTERFACE, str(notebook_path()), str(folder), str(share)],
        check=True,
        capture_output=True,
        env=_environment(),
    )


def baseline(loop: object, cohort: Path, reports: int) -> float:
    """Return seconds a report of two loops side by side."""
    with TemporaryDirectory() as place:
        files = shares(cohort, Path(place), reports)
        started = time.perf_counter()
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(loop, files))  # type: ignore[arg-type]
        return (time.perf_counter() - started) / reports


class Memory:
    """Watches how much memory this process and all it started share out among them."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            total = 0
            for each in (me := psutil.Process(), *me.children(recursive=True)):
                try:
                    total += each.memory_full_info().pss
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    continue
            self.peak = max(self.peak, total)


def ours(cohort: Path, paper: str | None = None, *, plans: bool = False) -> dict[str, float]:
    """Return what a batch took: in all, in its steady state, and beyond its cells."""
    marks: list[tuple[float, int, str]] = []
    with TemporaryDirectory() as place, Memory() as memory:
        started = time.perf_counter()
        found = run_batch(
            cohort,
            Path(place) / "out",
            workers=WORKERS,
            paper=paper,
            with_plan=plans,
            progress=lambda each: marks.append((time.perf_counter(), each.made, each.stage)),
        )
        whole = time.perf_counter() - started
    first = next(mark for mark in marks if mark[1] >= WORKERS)
    # A plan counts as made beside its report, so a report is what both of them take.
    each, total = 1 + plans, found.made + found.planned
    last = next(mark for mark in marks if mark[1] == total)
    index = next(moment for moment, _, stage in marks if stage == "writing the index")
    beyond = sorted(seconds - cells for seconds, cells in found.timings)
    cells = sorted(cells for _, cells in found.timings)
    return {
        "whole": whole / found.made,
        "steady": each * (last[0] - first[0]) / (last[1] - first[1]),
        "all": each * (index - first[0]) / (total - first[1]),
        "start": first[0] - started,
        "cells": cells[len(cells) // 2],
        "beyond": beyond[len(beyond) // 2],
        "memory": memory.peak / 2**20,
    }


def main(reports: int) -> None:
    """Measure and print."""
    names = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {names}")
    print(f"load before: {os.getloadavg()[0]:.1f}")
    with TemporaryDirectory() as place:
        cohort = write_cohort(Path(place) / "cohort.csv", reports)
        mine = ours(cohort)
        interface = baseline(interface_loop, cohort, min(reports, 2 * BASELINE_REPORTS))
        commands = baseline(commands_loop, cohort, min(reports, BASELINE_REPORTS))
    print(f"{reports} reports on {WORKERS} workers; seconds a report of the whole")
    print(
        f"  imgstats batch  {mine['whole']:.2f} with start and index, {mine['steady']:.2f} steady"
    )
    print(f"  interface       {interface:.2f}")
    print(f"  commands        {commands:.2f}")
    print(f"commands / batch   {commands / mine['whole']:.1f} with the start-up counted (aim: 5)")
    print(f"commands / steady  {commands / mine['steady']:.1f} in the steady state (aim: 8)")
    print(f"interface / batch  {interface / mine['whole']:.1f} with the start-up counted")
    print(f"interface / steady {interface / mine['steady']:.1f} in the steady state (aim: 2.5)")
    print(f"a report's cells   {mine['cells']:.2f} s (aim: at most 1.2)")
    print(f"beyond its cells   {mine['beyond']:.2f} s (aim: at most 0.4, or 0.35 of the cells)")
    print(f"first reports after {mine['start']:.1f} s")
    few, many = (memory_of(each) for each in MEMORY_REPORTS)
    print(
        f"most memory        {few:.0f} MiB for {MEMORY_REPORTS[0]} reports, {many:.0f} MiB for "
        f"{MEMORY_REPORTS[1]}: {many / few:.2f} times (aim: no growth; PSS of all processes)"
    )


def memory_of(reports: int) -> float:
    """Return the most memory of a batch, in MiB, measured in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.batch", "memory", str(reports)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)  # noqa: S603
    return float(done.stdout)


def print_memory(reports: int) -> None:
    """Print the most memory of one batch."""
    with TemporaryDirectory() as place:
        print(ours(write_cohort(Path(place) / "cohort.csv", reports))["memory"])


def print_pdfs(reports: int) -> None:
    """Measure and print what PDFs add to a report, the last page's printing counted."""
    print(f"load before: {os.getloadavg()[0]:.1f}")
    with TemporaryDirectory() as place:
        cohort = write_cohort(Path(place) / "cohort.csv", reports)
        without, printed = ours(cohort), ours(cohort, "a4")
    print(f"{reports} reports on {WORKERS} workers; seconds a report in the steady state")
    print(f"  pages           {without['all']:.2f}")
    print(f"  pages and PDFs  {printed['all']:.2f}, making them {printed['steady']:.2f}")
    print(f"more a report     {printed['all'] - without['all']:.2f} s (aim: at most 0.5)")
    print(f"whole             {without['whole']:.2f} and {printed['whole']:.2f}")
    print(f"memory            {without['memory']:.0f} and {printed['memory']:.0f} MiB")


def print_plans(reports: int) -> None:
    """Measure and print what plans add to a report."""
    print(f"load before: {os.getloadavg()[0]:.1f}")
    with TemporaryDirectory() as place:
        cohort = write_cohort(Path(place) / "cohort.csv", reports)
        without, planned = ours(cohort), ours(cohort, plans=True)
    print(f"load after: {os.getloadavg()[0]:.1f}")
    print(f"{reports} reports on {WORKERS} workers; seconds a report in the steady state")
    print(f"  reports            {without['steady']:.2f}")
    print(f"  reports and plans  {planned['steady']:.2f}")
    print(f"more a report        {planned['steady'] - without['steady']:.2f} s (aim: at most 0.8)")
    print(f"first reports after  {without['start']:.1f} and {planned['start']:.1f} s")
    print(f"whole                {without['whole']:.2f} and {planned['whole']:.2f}")
    print(f"memory               {without['memory']:.0f} and {planned['memory']:.0f} MiB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--pdf"]:
        print_pdfs(int(sys.argv[2]) if len(sys.argv) > 2 else REPORTS)
    elif sys.argv[1:2] == ["--plan"]:
        print_plans(int(sys.argv[2]) if len(sys.argv) > 2 else REPORTS)
    elif sys.argv[1:2] == ["memory"]:
        print_memory(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS)
