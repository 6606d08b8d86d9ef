"""Errors and warnings of the package.

Every message says what was found, what is allowed, and what to do next. The command line turns
`InputError` into exit code 2 and `WorkError` into exit code 1.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from imgstats.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "DataChangedError",
    "ExtrapolationWarning",
    "ImgstatsError",
    "ImgstatsWarning",
    "InputError",
    "PassingScoreWarning",
    "StoppedError",
    "TableError",
    "WorkError",
    "did_you_mean",
]


class ImgstatsError(Exception):
    """Base of all errors raised on purpose.

    Parameters
    ----------
    found : str
        What was found.
    allowed : str
        What is allowed or expected; may be empty.
    todo : str
        What to do next; may be empty.

    Examples
    --------
    >>> print(ImgstatsError("attempts is 0", "1 or more", "count the first sitting as 1"))
    attempts is 0; allowed: 1 or more; count the first sitting as 1
    """

    exit_code = 1

    def __init__(self, found: str, allowed: str = "", todo: str = "") -> None:
        # All three go to Exception.args, so the error survives pickling between processes.
        super().__init__(found, allowed, todo)
        self.found = found
        self.allowed = allowed
        self.todo = todo

    def __str__(self) -> str:
        """Return the message on one line, with nothing in it that a terminal would obey."""
        allowed = f"allowed: {self.allowed}" if self.allowed else ""
        return "; ".join(visible(part) for part in (self.found, allowed, self.todo) if part)


class InputError(ImgstatsError):
    """What a person gave cannot be used: an option, a file, a table, a folder."""

    exit_code = 2


class TableError(InputError):
    """A table contradicts itself or lacks what is asked of it."""


class DataChangedError(InputError):
    """A data file is missing or is not the one whose hash was recorded."""


class WorkError(ImgstatsError):
    """The input was good and the work failed all the same."""


class StoppedError(WorkError):
    """Somebody stopped the work before its end."""

    exit_code = 130


class ImgstatsWarning(UserWarning):
    """Base of the package's warnings."""


class ExtrapolationWarning(ImgstatsWarning):
    """A rate is asked for where the published table holds nobody."""


class PassingScoreWarning(ImgstatsWarning):
    """A score lies under the passing score of its date."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean X?`` for the closest known name, or an empty string.

    Examples
    --------
    >>> did_you_mean("step2_sk", ["group", "step2_ck"])
    'did you mean step2_ck?'
    >>> did_you_mean("zzz", ["group"])
    ''
    """
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else ""
