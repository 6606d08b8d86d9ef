"""Which browser prints: one that is installed, or the one that a person names."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path

from imgstats.errors import WorkError

__all__ = ["BROWSER_VARIABLE", "NAMES", "find_browser"]

BROWSER_VARIABLE = "IMGSTATS_BROWSER"
# In this order, on PATH.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# macOS has them in folders of their own, for everybody or for one person.
_APPS = (
    "Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "Applications/Chromium.app/Contents/MacOS/Chromium",
)
_WITHOUT = f"install Chromium or Google Chrome, or name its program in {BROWSER_VARIABLE}"
_IN_WSL = f"{_WITHOUT}; under WSL install it inside Linux, since that of Windows cannot be used"


def find_browser() -> str:
    """Return the program of a browser that can print.

    The variable ``IMGSTATS_BROWSER`` names one, as a path or as a name on PATH. Without it the
    names of Chromium and Chrome are looked up on PATH, and on macOS among the applications.

    Returns
    -------
    str
        Path of the program.

    Raises
    ------
    WorkError
        If there is none, or the one that is named cannot be started.
    """
    named = os.environ.get(BROWSER_VARIABLE)
    if named:
        return _named(named)
    found = next(filter(None, map(shutil.which, (*NAMES, *_app_paths()))), None)
    if found is None:
        raise WorkError(
            "no browser is there to print with",
            f"Chromium or Chrome, on PATH as {', '.join(NAMES)}",
            _IN_WSL if _is_wsl() else _WITHOUT,
        )
    return found


def _named(name: str) -> str:
    found = shutil.which(name)
    if found is None or found.lower().endswith(".exe"):
        why = "is no program" if found is None else "is a program of Windows"
        raise WorkError(
            f"{BROWSER_VARIABLE} names {name}, which {why}",
            "a program of Chromium or Chrome on this system",
            f"name another, or unset {BROWSER_VARIABLE}",
        )
    return found


def _app_paths() -> list[str]:
    if platform.system() != "Darwin":
        return []
    return [str(place / app) for app in _APPS for place in (Path("/"), Path("~").expanduser())]


def _is_wsl() -> bool:
    return "microsoft" in platform.release().lower()
