"""Files that a user starts from: written where nothing stands, with an answer where that fails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imgstats.errors import InputError
from imgstats.files.opening import named
from imgstats.files.writing import write_new

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["start_file"]


def start_file(
    target: str | Path | None, data: bytes, *, usual: str, endings: Sequence[str], todo: str = ""
) -> Path:
    """Write a file that its user changes; nothing is written over.

    Parameters
    ----------
    target : path or None
        Its name, or a folder that is there; None for its usual name in the working folder.
    data : bytes
        Its content.
    usual : str
        Its name where only the folder is given.
    endings : sequence of str
        How its name may end.
    todo : str
        What to do where it cannot be written. Default: to name another with ``--out``.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        If something stands there already, the name ends otherwise, or no file can be written there.
    """
    place = Path(usual if target is None else target)
    todo = todo or f"name another file, such as --out my_{usual}"
    try:
        place = place / usual if place.is_dir() else place
        if place.suffix not in endings:
            raise InputError(
                f"{named(place)} is no folder and no name of such a file",
                f"a name ending in {' or '.join(endings)}",
                todo,
            )
        write_new(place, data)
    except FileExistsError as e:
        raise InputError(f"{named(place)} is there already", "a new file", todo) from e
    except (OSError, ValueError) as e:
        why = getattr(e, "strerror", None) or e
        raise InputError(f"{named(place)}: {why}", "a place that can be written", todo) from e
    return place
