"""The large run of what tests do in small: ``python -m tests.chaos``, which prints its figures.

Exit code 1 where one of them does not hold; the message says which, and the seed makes it again.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.chaos.fills import filled
from tests.chaos.inputs import borne
from tests.chaos.kills import survived
from tests.chaos.persons import mixed_up

_REPORTS = 6


def _kills(folder, count, seed):
    reports = _REPORTS + 3 * count
    at = survived(folder, count, reports, seed)
    return f"{count} kills of a batch of {reports}, with {at} made when they came: all made once"


def _fills(folder, count, seed):
    found = filled(folder, count, seed)
    return f"{count} full disks, with {found} reports made: nothing half-written, all went on"


def _inputs(folder, count, seed):
    codes = borne(folder, count, seed)
    words = ", ".join(f"{number} times exit code {code}" for code, number in sorted(codes.items()))
    return f"{count} hostile inputs: {words}; no traceback"


def _applicants(folder, count, seed):
    wrong = mixed_up(folder, count, seed)
    assert wrong == 0, f"{wrong} pages, links or rows are of somebody else"
    return f"{count} applicants in three runs: no page, link or row of somebody else"


_PARTS = {
    "kills": (_kills, 20),
    "fills": (_fills, 40),
    "inputs": (_inputs, 400),
    "applicants": (_applicants, 1_000),
}


def _asked():
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    for name, (_, count) in _PARTS.items():
        parser.add_argument(f"--{name}", type=int, default=count, help=f"how many; {count}")
    parser.add_argument("--seed", type=int, default=None, help="that of another run")
    return parser.parse_args()


def main():
    """Run all parts, and say what came of each."""
    asked = _asked()
    seed = asked.seed if asked.seed is not None else int.from_bytes(os.urandom(4))
    sys.stdout.write(f"seed {seed}\n")
    failed = 0
    for name, (part, _) in _PARTS.items():
        began = time.monotonic()
        try:
            with TemporaryDirectory(prefix="chaos-") as place:
                os.environ["IMGSTATS_DATA_DIR"] = str(Path(place, "own"))
                said = part(Path(place), getattr(asked, name), seed)
        except pytest.skip.Exception as e:
            said = f"not tried: {e}"
        except AssertionError as e:
            failed, said = 1, f"DOES NOT HOLD: {e}"
        sys.stdout.write(f"{name}: {said} ({time.monotonic() - began:.0f} s)\n")
        sys.stdout.flush()
    return failed


if __name__ == "__main__":
    sys.exit(main())
