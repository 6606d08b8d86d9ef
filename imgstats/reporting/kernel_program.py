"""The program of a kernel where none is forked: it takes the comparison or plan that was made."""

from __future__ import annotations

import os
from pathlib import Path

from imgstats.kernels import program

__all__ = ["MADE", "PROGRAM"]

# The name of this module as a kernel's program.
PROGRAM = "imgstats.reporting.kernel_program"
# In the folder of the kernel: what the report's process made already.
MADE = "made.pickle"


def main() -> None:
    """Be a kernel until it is shut down."""
    place = Path(os.environ.get("IPYTHONDIR", ""), MADE)
    if place.is_file():
        from imgstats.comparison.kept import read_kept

        read_kept(place)
    program.main()


if __name__ == "__main__":
    main()
