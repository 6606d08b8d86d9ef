"""A process of our own: a person's settings for Dask, warnings and the like do not reach it."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from imgstats.errors import WorkError
from imgstats.processors import restored

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["WORKER_VARIABLE", "be_a_worker", "import_dask", "own_process", "stock_settings"]

# Set where a worker's Python starts, before it imports Dask.
WORKER_VARIABLE = "IMGSTATS_WORKER"
_PREFIXES = ("DASK_", "FSSPEC_")
_FILES = 4096
# The home of who has none. Nothing is there, and nothing can be made there, by root either.
_NO_HOME = "/proc/no-home-so-set-IMGSTATS_DATA_DIR"
# Dask and fsspec look into these when they are imported. There is nothing under a device.
_NOWHERE = dict.fromkeys(
    ("HOME", "DASK_ROOT_CONFIG", "DASK_CONFIG", "FSSPEC_CONFIG_DIR"), f"{os.devnull}/none"
)


def import_dask() -> None:
    """Import Dask, whatever is written in a person's settings; imported already, it stays so.

    Outside the blocks of `stock_settings` the settings are a person's own afterwards, as far as
    they can be read: this process may use Dask for other things too.

    Raises
    ------
    WorkError
        If it cannot be imported.
    """
    if "distributed" in sys.modules:
        return
    try:
        _import_stock()
    except Exception as e:  # a broken installation raises all sorts
        raise WorkError(
            f"Dask cannot be imported ({type(e).__name__}: {e})", todo="install it again"
        ) from e
    import dask

    config: Any = dask.config
    with suppress(Exception):  # a file that is broken stops nobody here
        config.paths[:] = config._get_paths()  # noqa: SLF001  made once, at the import
        config.refresh()


def _import_stock() -> None:
    with _no_settings(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Dask about itself
        import distributed  # noqa: F401


@contextmanager
def _no_settings() -> Iterator[None]:
    """Hide variables and home from what is imported in the block."""
    names = _variables()
    with restored([*names, *_NOWHERE]):
        for each in names:
            del os.environ[each]
        os.environ.update(_NOWHERE)
        yield


def _variables() -> list[str]:
    return [each for each in os.environ if each.startswith(_PREFIXES)]


@contextmanager
def stock_settings() -> Iterator[None]:
    """Run with the settings that Dask ships, and put a person's back after the block."""
    import dask

    fresh: dict[str, object] = {}
    dask.config.refresh(config=fresh, paths=[], env={})
    with dask.config.config_lock:
        before = dict(dask.config.config)
        _replace(dask.config.config, fresh)
    try:
        yield
    finally:
        with dask.config.config_lock:
            _replace(dask.config.config, before)


def _replace(config: dict[str, object], wanted: dict[str, object]) -> None:
    """Make one of the other, which is never empty in between: another thread may read it."""
    config.update(wanted)
    for each in config.keys() - wanted.keys():
        del config[each]


def own_process() -> None:
    """Let this process be as if nothing were set for Python's warnings, and give it some home.

    For the process of a command, and for workers. Where there is neither HOME nor an entry for the
    user, as in many a container, HOME is set to a folder that is not there: Jupyter and others ask
    for one and stop where there is none.
    """
    if sys.warnoptions:
        # As Python has them, the last first.
        warnings.resetwarnings()
        for each in (ResourceWarning, ImportWarning, PendingDeprecationWarning, DeprecationWarning):
            warnings.simplefilter("ignore", each)
        warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")
    if sys.flags.dev_mode or os.environ.get("PYTHONASYNCIODEBUG"):
        import logging

        logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it counts the seconds
    _allow_files()
    if not _has_home():
        os.environ["HOME"] = _NO_HOME


def _allow_files() -> None:
    """Let as many files be open as this user may have: some systems begin with few."""
    try:
        import resource
    except ImportError:  # another system has no such limit
        return
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if most == resource.RLIM_INFINITY else min(_FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _has_home() -> bool:
    try:
        return os.path.isabs(os.path.expanduser("~"))  # noqa: PTH111, PTH117  a Path needs one
    except KeyError:
        return False


def be_a_worker() -> None:
    """Import Dask without a person's settings if this is a worker process, else do nothing.

    A worker's Python imports the program of the command first, and with it this room; then comes
    Dask, which would stop at a broken file. What the worker starts is no worker.
    """
    if os.environ.pop(WORKER_VARIABLE, None):
        own_process()
        for each in _variables():
            del os.environ[each]
        with suppress(Exception):  # Dask itself says it to the parent
            _import_stock()
