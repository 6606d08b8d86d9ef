"""A kernel that runs somebody's own notebook stands where the notebook lies.

The working folder is that of the notebook, and modules in it can be imported, as in JupyterLab. An
installed package of the same name goes before them: a file that happens to be called as one that
the report itself needs changes nothing. It is set in the kernel, since the working folder of the
process that makes the report belongs to all of that process.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from imgstats.processors import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jupyter_client.kernelspec import KernelSpec

    from imgstats.kernels.manager import PrivateKernelManager

__all__ = ["beside", "stand_beside"]

# Names the folder to the kernel, since its command is a template in which braces mean something.
_FOLDER = "IMGSTATS_NOTEBOOK_FOLDER"
_LINE = f"__import__({__name__!r}, fromlist=['stand_beside']).stand_beside()"


@contextmanager
def beside(
    manager: type[PrivateKernelManager], folder: Path | None
) -> Iterator[type[PrivateKernelManager]]:
    """Have the kernels of the block begin in a folder.

    Parameters
    ----------
    manager : type
        The class that starts kernels.
    folder : pathlib.Path or None
        A whole path; None: the kernels begin in an empty folder, and nothing is changed.

    Yields
    ------
    type
        The class to start them with.
    """
    if folder is None:
        yield manager
        return

    class BesideNotebook(manager):  # type: ignore[misc, valid-type]
        """Starts kernels that go to the folder before their first cell."""

        @property
        def kernel_spec(self) -> KernelSpec:
            spec: KernelSpec = super().kernel_spec
            spec.argv = [*spec.argv, f"--IPKernelApp.exec_lines={_LINE}"]
            return spec

    with environment({_FOLDER: str(folder)}):
        yield BesideNotebook


def stand_beside() -> None:
    """Go to the folder that is named to this kernel, and let its modules be imported."""
    import matplotlib as mpl  # noqa: F401  reads its settings now, and not from that folder

    folder = os.environ.pop(_FOLDER)
    os.chdir(folder)
    sys.path.append(folder)
    sys.dont_write_bytecode = True  # nothing is left in a person's folder
