"""Saying which packages of an extra are missing, before anything else is done."""

from __future__ import annotations

from imgstats.errors import InputError

__all__ = ["need_packages"]


def need_packages(extra: str, *names: str, otherwise: str = "") -> None:
    """Refuse to go on where packages are not installed.

    Parameters
    ----------
    extra : str
        The extra that holds them.
    *names : str
        The packages, as they are imported.
    otherwise : str
        What to do instead of installing them; may be empty.

    Raises
    ------
    InputError
        If one is missing; the message names all that are, and how to get them.

    Examples
    --------
    >>> need_packages("batch", "json")
    """
    from importlib.util import find_spec

    missing = [name for name in names if not find_spec(name)]
    if missing:
        raise InputError(
            f"{', '.join(missing)} not installed",
            f"the extra '{extra}'",
            f"pip install 'imgstats[{extra}]'{otherwise and f', or {otherwise}'}",
        )
