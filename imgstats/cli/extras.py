"""Saying which extra a command needs, before anything else is done."""

from __future__ import annotations

from importlib.util import find_spec

from imgstats.errors import InputError

__all__ = ["need_extra"]

_REPORTS = ("ipykernel", "jinja2", "matplotlib", "nbclient", "nbconvert", "papermill", "seaborn")
_NEEDED = {
    "reports": _REPORTS,
    "batch": (*_REPORTS, "cryptography", "distributed", "openpyxl", "pyarrow"),
}


def need_extra(extra: str) -> None:
    """Refuse a command whose packages are not installed.

    Parameters
    ----------
    extra : {"reports", "batch"}
        The extra that holds them.

    Raises
    ------
    InputError
        If one is missing; the message names all that are, and how to get them.
    """
    missing = [name for name in _NEEDED[extra] if not find_spec(name)]
    if missing:
        raise InputError(
            f"{', '.join(missing)} not installed",
            f"the extra '{extra}'",
            f"pip install 'imgstats[{extra}]'",
        )
