"""Saying which packages of an extra are missing, and hiding some from those who need none."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from imgstats.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["PACKAGES", "hidden", "how_to_install", "need_packages"]

# Where a clone has its pyproject.toml.
_BESIDE = Path(__file__).resolve().parents[1]
_REPORTS = (
    "ipykernel",
    "jinja2",
    "latex2mathml",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "papermill",
    "seaborn",
)
# By extra, what its commands cannot do without, as it is imported.
PACKAGES = {
    "reports": _REPORTS,
    "plan": (*_REPORTS, "icalendar", "openpyxl"),
    "score": ("pyarrow",),
    "app": (*_REPORTS, "anywidget", "ipywidgets", "jupyterlab", "voila"),
    "batch": (*_REPORTS, "cryptography", "distributed", "openpyxl", "pyarrow"),
}


def need_packages(extra: str, *names: str, otherwise: str = "") -> None:
    """Refuse to go on where packages are not installed.

    Parameters
    ----------
    extra : str
        The extra that holds them.
    *names : str
        The packages, as they are imported; those of `PACKAGES` if none is named.
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
    missing = [name for name in names or PACKAGES[extra] if not _is_there(name)]
    if missing:
        raise InputError(
            f"{', '.join(missing)} not installed",
            f"the extra '{extra}'",
            f"{how_to_install(extra, missing)}{otherwise and f', or {otherwise}'}",
        )


def _is_there(name: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # of `hidden`
        return False


def how_to_install(extra: str, missing: Sequence[str]) -> str:
    """Return what installs packages that are missing, from where this package runs.

    Parameters
    ----------
    extra : str
        The extra that holds them.
    missing : sequence of str
        The packages.

    Examples
    --------
    >>> how_to_install("batch", ["pyarrow"]).startswith("run `make install` in ")
    True
    """
    if (_BESIDE / "pyproject.toml").is_file():
        return f"run `make install` in {_BESIDE}, or there `pip install '.[{extra}]'`"
    # An installed package cannot know which file it came from, and its extras are packages.
    return f"pip install {' '.join(missing)}"


class _Missing:
    """Says that some packages are not installed."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def find_spec(self, name: str, _: object = None, __: object = None) -> None:
        """Find nothing, and for these packages have nobody else look."""
        if name in self.names:
            raise ModuleNotFoundError(f"no module named {name!r} here", name=name)


@contextmanager
def hidden(*names: str) -> Iterator[None]:
    """Let packages seem not to be installed in the block, for those who then go without.

    What is imported already stays. After the block everybody may import them.

    Examples
    --------
    >>> with hidden("zipapp"):
    ...     import zipapp
    Traceback (most recent call last):
    ModuleNotFoundError: no module named 'zipapp' here
    """
    finder = _Missing(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
