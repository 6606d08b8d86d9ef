"""Saying which extra a command needs, before anything else is done."""

from __future__ import annotations

from imgstats.extras import need_packages

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
    need_packages(extra, *_NEEDED[extra])
