"""The notebook that ships, copied to a place where its user can change it."""

from __future__ import annotations

from pathlib import Path

from imgstats.errors import InputError
from imgstats.files.opening import named
from imgstats.files.writing import write_new
from imgstats.sources import notebook_path

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
    source, place = notebook_path(), Path(target)
    todo = "name another file, such as my_report.ipynb"
    try:
        place = place / source.name if place.is_dir() else place
        if place.suffix != ".ipynb":
            raise InputError(
                f"{named(place)} is no folder and no notebook's name",
                "a name ending in .ipynb",
                todo,
            )
        write_new(place, source.read_bytes())
    except FileExistsError as e:
        raise InputError(f"{named(place)} is there already", "a new file", todo) from e
    except (OSError, ValueError) as e:
        why = getattr(e, "strerror", None) or e
        raise InputError(f"{named(place)}: {why}", "a place that can be written", todo) from e
    return place
