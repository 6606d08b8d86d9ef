"""Where a user's own tables are kept."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["DATA_DIR_VARIABLE", "own_folder"]

DATA_DIR_VARIABLE = "IMGSTATS_DATA_DIR"
# A folder of their own: a person may point the variable to a folder that holds other things.
_INSIDE = "own_tables"


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
        ``own_tables`` inside that folder.

    Examples
    --------
    >>> own_folder("mine").as_posix()
    'mine/own_tables'
    """
    if folder is not None:
        return Path(folder) / _INSIDE
    named = os.environ.get(DATA_DIR_VARIABLE, "")
    if named:
        return Path(named).expanduser() / _INSIDE
    from platformdirs import user_data_path

    return user_data_path("imgstats", appauthor=False) / _INSIDE
