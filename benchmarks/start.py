"""What one command costs, beside an older checkout: ``python -m benchmarks.start OLDER [ROUNDS]``.

Both checkouts have a ``.venv``. Runs alternate, so that a busy machine weighs on both; what counts
is the CPU time of a command with all its processes.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_HERE = Path(__file__).resolve().parents[1]
_COMMANDS = {
    "--help": ["--help"],
    "estimate": ["estimate", "--group", "non-us-img", "--step2-ck", "242"],
    "report": ["report", "examples/applicant.yml", "--out"],
}
_ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run took.

    Attributes
    ----------
    cpu : float
        Seconds of user and system time, of the command and all processes it waited for.
    wall : float
        Seconds on the clock.
    """

    cpu: float
    wall: float


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(checkout: Path, arguments: list[str]) -> Cost:
    """Run a command of a checkout once.

    Parameters
    ----------
    checkout : pathlib.Path
        A folder with the package and its ``.venv``.
    arguments : list of str
        What follows ``imgstats``; a folder is put behind a last ``--out``.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = [str(Path(folder, "out"))] if arguments[-1] == "--out" else []
        before, began = _cpu(), time.perf_counter()
        subprocess.run(  # noqa: S603  the checkouts that were named
            [checkout / ".venv" / "bin" / "imgstats", *arguments, *out],
            cwd=checkout,
            check=True,
            capture_output=True,
        )
        return Cost(cpu=_cpu() - before, wall=time.perf_counter() - began)


def _compile(checkout: Path) -> None:
    """Compile once, as pip does: no run is to pay for it."""
    subprocess.run(  # noqa: S603  as above
        [checkout / ".venv" / "bin" / "python", "-m", "compileall", "-qq", "imgstats"],
        cwd=checkout,
        check=True,
    )


def _line(name: str, older: list[Cost], newer: list[Cost]) -> str:
    cpu, wall = (
        [median(getattr(each, what) for each in runs) for runs in (older, newer)]
        for what in ("cpu", "wall")
    )
    ratio = median(new.cpu / old.cpu for old, new in zip(older, newer, strict=True))
    return (
        f"{name:<10} CPU {cpu[0]:6.2f} -> {cpu[1]:5.2f} s, ratio {ratio:.2f}; "
        f"wall {wall[0]:6.2f} -> {wall[1]:5.2f} s"
    )


def main() -> None:
    """Measure each command in both checkouts and print medians."""
    if len(sys.argv) < 2:
        sys.exit("name an older checkout with a .venv: python -m benchmarks.start OLDER [ROUNDS]")
    older = Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else _ROUNDS
    print(f"python {platform.python_version()}, {os.cpu_count()} cores")
    for checkout in (older, _HERE):
        _compile(checkout)
    for name, arguments in _COMMANDS.items():
        pairs = [(run(older, arguments), run(_HERE, arguments)) for _ in range(rounds)]
        print(_line(name, [a for a, _ in pairs], [b for _, b in pairs]), flush=True)
    print(f"load: {os.getloadavg()}")


if __name__ == "__main__":
    main()
