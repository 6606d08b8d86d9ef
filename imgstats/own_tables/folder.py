"""Where a user's own tables are kept."""

from __future__ import annotations

import os
from pathlib import Path

from imgstats.errors import InputError
from imgstats.text import shown

__all__ = ["DATA_DIR_VARIABLE", "own_folder"]

DATA_DIR_VARIABLE = "IMGSTATS_DATA_DIR"
# A folder of their own: a person may point the variable to a folder that holds other things.
_INSIDE = "own_tables"
# Of somebody without a home: nothing is there, and nothing can be made there. The name is shown to
# whoever wants to add a table.
_NO_HOME = Path("/proc/no-home-so-set-IMGSTATS_DATA_DIR")


def own_folder(folder: Path | str | None = None) -> Path:
    """Return the folder of the own tables, whether it is there or not.

    Parameters
    ----------
    folder : pathlib.Path or str, optional
        The user's data folder. Default: the one that ``IMGSTATS_DATA_DIR`` names; without it the
        platform's folder for a user's data.

    Returns
    -------
    pathlib.Path
        ``own_tables`` inside that folder. Where neither the variable nor a home says where that
        is, a path at which nothing can be.

    Raises
    ------
    InputError
        If the variable begins with the home of a user whom nobody knows.

    Examples
    --------
    >>> own_folder("mine").as_posix()
    'mine/own_tables'
    """
    if folder is not None:
        return Path(folder) / _INSIDE
    named = os.environ.get(DATA_DIR_VARIABLE, "")
    if named:
        return _expanded(named) / _INSIDE
    from platformdirs import user_data_path

    try:
        found = user_data_path("imgstats", appauthor=False)
    except (RuntimeError, KeyError):
        return _NO_HOME / _INSIDE
    return (found if found.is_absolute() and not _is_under_a_file(found) else _NO_HOME) / _INSIDE


def _expanded(named: str) -> Path:
    try:
        return Path(named).expanduser()
    except (RuntimeError, KeyError) as e:
        raise InputError(
            f"{DATA_DIR_VARIABLE} is {shown(named)}, and there is no such home",
            "a folder",
            "name it in full",
        ) from e


def _is_under_a_file(folder: Path) -> bool:
    """Say whether a folder can never be, such as that of a service whose home is /dev/null."""
    try:
        folder.stat()
    except NotADirectoryError:
        return True
    except (OSError, ValueError):
        return False  # whoever reads there says what is wrong
    return False
