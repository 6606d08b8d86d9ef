"""Errors and warnings of the package.

Every message says what was found, what is allowed, and what to do next. The command line turns
`InputError` into exit code 2 and `WorkError` into exit code 1.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from typing import TYPE_CHECKING

from imgstats.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = [
    "DataChangedError",
    "ExtrapolationWarning",
    "ImgstatsError",
    "ImgstatsWarning",
    "InputError",
    "MisfitWarning",
    "PassingScoreWarning",
    "RoundingWarning",
    "StoppedError",
    "TableError",
    "WorkError",
    "did_you_mean",
    "one_of_many",
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

    def reword(self, say: Callable[[str], str]) -> None:
        """Say the same in other words; what is caught can be raised again."""
        self.args = tuple(say(each) if isinstance(each, str) else each for each in self.args)
        self.found, self.allowed, self.todo = map(say, (self.found, self.allowed, self.todo))

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


class MisfitWarning(ImgstatsWarning):
    """A curve comes nowhere near a digit that its table prints."""


class RoundingWarning(ImgstatsWarning):
    """A table's digits look coarser than it says they are, and are read so."""


class PassingScoreWarning(ImgstatsWarning):
    """A score lies under the passing score of its date."""


# Words that turn a meaning round, or make another quantity of it. A guess adds none of them, takes
# none away, and changes no digit: step1 is no step2_ck.
_TURNS = frozenset(
    {"non", "not", "no", "un", "without", "never", "fail", "failed", "fails", "failure", "failures"}
    | {"missed", "percent", "pct", "percentage", "per", "rate", "share", "fraction", "proportion"}
)
_CLOSE, _SURE = 0.6, 0.85
# So many names can be read in one line; of more than these the closest few are named.
_MOST_NAMED, _CLOSEST = 6, 3


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean X?`` for the closest known names of the same meaning, or nothing.

    Where two known names are opposites of each other, such as matched and not_matched, and the
    spelling does not decide between them, both are named.

    Examples
    --------
    >>> did_you_mean("step2_sk", ["group", "step2_ck"])
    'did you mean step2_ck?'
    >>> did_you_mean("zzz", ["group"]), did_you_mean("step1", ["step2_ck"])
    ('', '')
    >>> did_you_mean("img", ["us-img", "non-us-img"])
    'did you mean us-img or non-us-img?'
    """
    names = list(known)
    close = [each for each in get_close_matches(name, names, n=3, cutoff=_CLOSE)
             if _digits(each) == _digits(name)]  # fmt: skip
    fit = [each for each in close if _turns(each, names) == _turns(name, names)]
    if not fit:
        return ""
    best = fit[0]
    if _turns(name, names) or SequenceMatcher(None, name, best).ratio() >= _SURE:
        return f"did you mean {best}?"
    others = [each for each in names if each != best and _bare(each, names) == _bare(best, names)]
    return f"did you mean {' or '.join([best, *others])}?"


def one_of_many(name: str, known: Iterable[str]) -> str:
    """Return which names are allowed: all of a few, of many how many and the closest three.

    Examples
    --------
    >>> one_of_many("2025", ["2024", "2026"])
    '2024, 2026'
    >>> one_of_many("seven", ["one", "two", "three", "four", "five", "six", "seven"])
    'one of 7, such as seven, five, three'
    """
    names = list(known)
    if len(names) <= _MOST_NAMED:
        return ", ".join(names)
    close = get_close_matches(name, names, n=_CLOSEST, cutoff=0)
    return f"one of {len(names)}, such as {', '.join(close)}"


def _digits(name: str) -> list[str]:
    return re.findall(r"[0-9]+", name)


def _words(name: str, known: list[str]) -> list[str]:
    """Return the words of a name; unmatched is two where matched is known."""
    words: list[str] = []
    for each in re.findall(r"[^\W_]+", name.casefold()):
        rest = re.sub(r"^(un|non|not)(?=...)", "", each)
        split = rest != each and any(_is_near(rest, _joined(other)) for other in known)
        words += [each.removesuffix(rest), rest] if split else [each]
    return words


def _is_near(word: str, other: str) -> bool:
    return word in other or SequenceMatcher(None, word, other).ratio() >= _SURE


def _joined(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _turns(name: str, known: list[str]) -> set[str]:
    return {"not" if each in {"un", "non", "no"} else each for each in _words(name, known)} & _TURNS


def _bare(name: str, known: list[str]) -> set[str]:
    return set(_words(name, known)) - _TURNS
