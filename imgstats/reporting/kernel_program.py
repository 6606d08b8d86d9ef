"""The program of a report's kernel where none is forked: it takes the comparison that was made."""

from __future__ import annotations

import os
from pathlib import Path

from imgstats.kernels import program

__all__ = ["COMPARISON", "PROGRAM"]

# The name of this module as a kernel's program.
PROGRAM = "imgstats.reporting.kernel_program"
# In the folder of the kernel: the comparison that the report's process made already.
COMPARISON = "comparison.pickle"


def main() -> None:
    """Be a kernel until it is shut down."""
    place = Path(os.environ.get("IPYTHONDIR", ""), COMPARISON)
    if place.is_file():
        from imgstats.comparison.kept import read_kept

        read_kept(place)
    program.main()


if __name__ == "__main__":
    main()
