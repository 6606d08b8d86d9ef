"""How many files this process may have open at once, asked before a kernel finds none left."""

from __future__ import annotations

from imgstats.errors import WorkError

__all__ = ["FILES_OF_A_KERNEL", "need_files"]

# Its sockets, and what they need; as many are in use before it starts.
FILES_OF_A_KERNEL = 96


def need_files(least: int, instead: str = "") -> None:
    """Refuse to go on where too few files may be open at once, before half of them are.

    Parameters
    ----------
    least : int
        How many are needed.
    instead : str
        What to do for who cannot have more; may be empty.

    Raises
    ------
    WorkError
        If fewer are allowed.

    Examples
    --------
    >>> need_files(8)
    """
    try:
        from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit
    except ImportError:  # another system has no such limit
        return
    allowed, _ = getrlimit(RLIMIT_NOFILE)
    if allowed != RLIM_INFINITY and allowed < least:
        raise WorkError(
            f"only {allowed} files may be open at once",
            f"at least {least}",
            f"allow more with `ulimit -n {max(1024, least)}`{instead and f', or {instead}'}",
        )
