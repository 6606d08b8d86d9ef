"""The notebook that ships, copied to a place where its user can change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.files.starting import start_file
from imgstats.sources import notebook_path

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["copy_notebook"]


def copy_notebook(target: str | Path = ".") -> Path:
    """Copy the notebook that makes the reports.

    Parameters
    ----------
    target : path
        A folder that is there, or the name of the new file, which ends in ``.ipynb``. Default: the
        working folder.

    Returns
    -------
    pathlib.Path
        The copy.

    Raises
    ------
    InputError
        If something stands there already, or no file can be written there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     copy_notebook(folder).name
    'applicant_report.ipynb'
    """
    source = notebook_path()
    return start_file(
        target,
        source.read_bytes(),
        usual=source.name,
        endings=(source.suffix,),
        todo="name another file, such as my_report.ipynb",
    )
