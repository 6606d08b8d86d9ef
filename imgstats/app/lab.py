"""JupyterLab on a person's own copies of the notebooks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from imgstats.errors import InputError, WorkError
from imgstats.files.opening import named
from imgstats.files.writing import OWNER_FOLDER, saving, write_new
from imgstats.sources import notebook_path

__all__ = ["copy_notebooks", "open_lab"]

_TODO = "name another folder"


def copy_notebooks(folder: str | Path) -> tuple[Path, int]:
    """Copy the notebooks that ship where none of that name stands yet.

    Parameters
    ----------
    folder : path
        Made if it is not there.

    Returns
    -------
    tuple of pathlib.Path and int
        The folder in full, and how many were copied; what stood there is as it was.

    Raises
    ------
    InputError
        If it is no folder, or lies among the notebooks that ship.
    WorkError
        If it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     first, again = copy_notebooks(folder)[1], copy_notebooks(folder)[1]
    ...     first > 0, again
    (True, 0)
    """
    place, source = Path(folder).absolute(), notebook_path("explore.ipynb").parent
    if place.resolve().is_relative_to(source.resolve()):
        raise InputError(
            f"{named(place)} is where the notebooks that ship are", "a folder of your own", _TODO
        )
    if os.path.lexists(place) and not place.is_dir():
        raise InputError(f"{named(place)} is not a folder", "a folder", _TODO)
    copied = 0
    with saving(place, _TODO):
        place.mkdir(mode=OWNER_FOLDER, parents=True, exist_ok=True)
        for each in sorted(source.rglob("*.ipynb")):
            target = place / each.relative_to(source)
            if ".ipynb_checkpoints" in each.parts or os.path.lexists(target):
                continue
            target.parent.mkdir(mode=OWNER_FOLDER, parents=True, exist_ok=True)
            write_new(target, each.read_bytes())
            copied += 1
    return place, copied


def open_lab(folder: Path, *, browser: bool, as_root: bool = False) -> None:
    """Become JupyterLab, with a person's own settings of it, in a folder.

    Parameters
    ----------
    folder : pathlib.Path
        What it shows.
    browser : bool
        Whether it opens a browser.
    as_root : bool
        Whether root may run it: JupyterLab refuses root unless told so.

    Raises
    ------
    WorkError
        If root runs it and has not said so.
    """
    if os.geteuid() == 0 and not as_root:
        raise WorkError(
            "JupyterLab refuses to run as root", "another user", "or start it with --allow-root"
        )
    more = [*([] if browser else ["--no-browser"]), *(["--allow-root"] if as_root else [])]
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder}", *more]
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606  this very Python, and no shell
