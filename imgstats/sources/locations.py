"""Where the data files, the notebooks and the examples stand.

A checkout keeps them beside the package, a wheel carries them inside it, and a person may point to
a data folder of their own.
"""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from imgstats.errors import InputError, did_you_mean

__all__ = [
    "DATA_ROOT_VARIABLE",
    "citation_text",
    "data_root",
    "example_path",
    "notebook_path",
    "resolve_root",
]

DATA_ROOT_VARIABLE = "IMGSTATS_DATA_ROOT"

# The folder of the `imgstats` package itself.
PACKAGE = Path(__file__).resolve().parents[1]
_CITATION = "CITATION.cff"


def data_root() -> Path:
    """Return the folder that holds ``raw/`` and ``processed/``.

    Use it when a path is to be shown or handed on; the functions that read data call it themselves.

    Returns
    -------
    pathlib.Path
        The folder named by ``IMGSTATS_DATA_ROOT``; without it ``data/`` of the checkout; without a
        checkout the copy inside the installed package.

    Raises
    ------
    InputError
        ``IMGSTATS_DATA_ROOT`` names a folder that lacks ``raw/`` or ``processed/``.
    InputError
        There is neither a checkout nor a bundled copy.

    Examples
    --------
    >>> (data_root() / "raw").is_dir()
    True
    """
    named = os.environ.get(DATA_ROOT_VARIABLE, "")
    if named:
        return _complete(Path(named).expanduser(), f"{DATA_ROOT_VARIABLE} is {named}")
    place = _checkout_folder("data") or PACKAGE / "_bundled" / "data"
    return _complete(place, f"the data folder is {place}")


def resolve_root(root: Path | str | None = None) -> Path:
    """Return ``root`` as a path, or the default data folder when it is None.

    Parameters
    ----------
    root : pathlib.Path or str, optional
        A data folder; only its ``raw/`` has to be there, since ``processed/`` can be built.

    Returns
    -------
    pathlib.Path
        The data folder.

    Raises
    ------
    InputError
        ``root`` has no folder ``raw/``.

    Examples
    --------
    >>> resolve_root() == data_root()
    True
    """
    if root is None:
        return data_root()
    place = Path(root)
    if not (place / "raw").is_dir():
        raise InputError(
            f"the data folder {place} has no folder raw/",
            "a folder that holds raw/ and, once built, processed/",
            f"give another folder, or unset {DATA_ROOT_VARIABLE} to use the project's own data",
        )
    return place


def notebook_path(name: str = "applicant_report.ipynb") -> Path:
    """Return the path of a notebook of the project.

    Parameters
    ----------
    name : str
        File name, or path below ``notebooks/``.

    Returns
    -------
    pathlib.Path
        The notebook in the checkout, else the one inside the installed package.

    Raises
    ------
    InputError
        There is no notebook of that name.

    Examples
    --------
    >>> notebook_path("aplicant.ipynb")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    imgstats.errors.InputError: there is no notebook aplicant.ipynb...
    """
    return _in_folder("notebooks", name, "notebook", "*.ipynb")


def example_path(name: str) -> Path:
    """Return the path of an example of the project, such as a file of one applicant.

    Parameters
    ----------
    name : str
        File name.

    Returns
    -------
    pathlib.Path
        The example in the checkout, else the one inside the installed package.

    Raises
    ------
    InputError
        There is no example of that name.

    Examples
    --------
    >>> example_path("plan.yml").name
    'plan.yml'
    """
    return _in_folder("examples", name, "example", "*.*")


def citation_text() -> str:
    """Return ``CITATION.cff`` of the checkout, else of the installed package.

    Raises
    ------
    InputError
        There is none.

    Examples
    --------
    >>> citation_text().splitlines()[0]
    'cff-version: 1.2.0'
    """
    if _is_checkout():
        return (PACKAGE.parent / _CITATION).read_text(encoding="utf-8")
    # A wheel carries it beside the licence.
    try:
        text = distribution(PACKAGE.name).read_text(f"licenses/{_CITATION}")
    except PackageNotFoundError:
        text = None
    if text is None:
        raise InputError(f"there is no {_CITATION}", "that of the project", "install it again")
    return text


def _in_folder(part: str, name: str, kind: str, pattern: str) -> Path:
    folder = _checkout_folder(part) or PACKAGE / "_bundled" / part
    if (folder / name).is_file():
        return folder / name
    known = sorted(path.relative_to(folder).as_posix() for path in folder.rglob(pattern))
    raise InputError(
        f"there is no {kind} {name} in {folder}",
        ", ".join(known) or f"none: the folder holds no {kind}",
        did_you_mean(name, known),
    )


def _checkout_folder(name: str) -> Path | None:
    folder = PACKAGE.parent / name
    return folder if _is_checkout() and folder.is_dir() else None


def _is_checkout() -> bool:
    # A folder next to an installed package could be anybody's: pyproject.toml marks a checkout.
    return (PACKAGE.parent / "pyproject.toml").is_file()


def _complete(place: Path, found: str) -> Path:
    missing = [name for name in ("raw", "processed") if not (place / name).is_dir()]
    if missing:
        raise InputError(
            f"{found}, which lacks {' and '.join(f'{name}/' for name in missing)}",
            "a folder that holds raw/ and processed/",
            f"set {DATA_ROOT_VARIABLE} to such a folder, or unset it to use the project's own data",
        )
    return place
