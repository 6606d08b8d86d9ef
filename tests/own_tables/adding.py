"""What the tests of own tables share: a good table, and how to add one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from imgstats.own_tables import OwnTables
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

BAND = "low,high,matched,not_matched\n1,1,60,40\n2,2,20,30\n3,,10,40\n"
WHO = {"group": "non_us_img", "specialty": "Internal Medicine"}
SAID: dict[str, Any] = {
    "kind": "band",
    "measure": "attempts",
    "source": "Report X",
    "year": 2026,
    **WHO,
}

# Runs commands in a process of their own; says of each what it said and the most memory so far.
# VmHWM, because ru_maxrss of a child that was forked counts its parent too. The system ends a
# process that works for much longer than any refusal takes.
_MEASURE = """
import json, resource, sys
from contextlib import redirect_stderr
from io import StringIO
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from imgstats.cli.main import _run
for words in json.loads(sys.argv[1]):
    said = StringIO()
    with redirect_stderr(said):
        code = _run(words)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak /= 1 if sys.platform == "linux" else 1024
    try:
        lines = open("/proc/self/status").read().splitlines()
        peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except OSError:
        pass
    print(json.dumps([code, peak / 1024, said.getvalue()]))
"""


def add(folder: Path, content: str | bytes = BAND, file: str = "own.csv", **said) -> Any:
    """Write a file beside the folder of the tables and add it."""
    path = folder / file
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return OwnTables(folder / "data").add(path, **_with_measure(said))


def _with_measure(said: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a table; a count has no measure."""
    usual = {**SAID, "measure": ""} if said.get("kind") == "count" else SAID
    return {**usual, **said}


def kept(folder: Path) -> list[str]:
    """Return all that stands in the folder of the tables, but the lock."""
    found = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    return [path.name for path in found if path.name != ".lock"]


def arguments(path: object, **said: object) -> list[str]:
    """Return the command that adds a file."""
    options = _with_measure(said)
    return ["data", "add", str(path), *(f"--{name}={value}" for name, value in options.items())]


def measured(
    commands: list[list[str]], folder: Path, **options: Any
) -> list[tuple[int, float, str]]:
    """Run commands in a process of their own; return code, MiB and stderr of each."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, json.dumps(commands)],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
        env={**os.environ, "IMGSTATS_DATA_DIR": str(folder)},
        **options,
    )
    assert done.stderr == ""
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]
