"""What a parameter of an estimator may be: the rule, and its words for an error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SWITCH", "Rule", "between", "one_of"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is allowed, in words, and whether a value is."""

    words: str
    holds: Callable[[Any], bool]


SWITCH = Rule("True or False", lambda value: isinstance(value, bool | np.bool_))


def one_of(*choices: object, kind: type = object) -> Rule:
    """Return the rule that a value of a kind is one of some choices; True is not 1.

    Examples
    --------
    >>> one_of(1, 2, 3).words
    '1, 2 or 3'
    """
    *first, last = map(str, choices)

    def holds(value: object) -> bool:
        return isinstance(value, kind) and not isinstance(value, bool) and value in choices

    return Rule(f"{', '.join(first)} or {last}", holds)


def between(low: float, high: float, *, closed: str) -> Rule:
    """Return the rule that a number lies between two ends; `closed` is the one it may be.

    Examples
    --------
    >>> between(0, 1, closed="right").words
    'above 0, at most 1'
    >>> between(0, math.inf, closed="left").words
    'a finite number, 0 or more'
    """
    if closed == "left":
        most = f"under {high:g}" if math.isfinite(high) else "a finite number"
        return Rule(f"{most}, {low:g} or more", lambda value: low <= value < high)
    most = f", at most {high:g}" if math.isfinite(high) else ""
    return Rule(f"above {low:g}{most}", lambda value: low < value <= high)
