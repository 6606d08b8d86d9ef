"""What a user may choose beside an applicant, as it is written on a command line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from imgstats.errors import InputError

if TYPE_CHECKING:
    from imgstats.joint.rates import Region

__all__ = ["Choices", "correlations"]

_RANGE = re.compile(r"([+-]?\d(?:\.\d{1,6})?)\.\.([+-]?\d(?:\.\d{1,6})?)", re.ASCII)
_ALLOWED = "a range such as 0..0.6, each end above -1 and below 1"


class Keywords(TypedDict):
    """Keywords of `compare`."""

    scenarios: tuple[str, ...]
    denominator: str
    correlations: Region | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Scenarios, denominator and correlations, as text.

    Attributes
    ----------
    scenarios : tuple of str
        Such as ``attempts=0.3..0.9``.
    denominator : str
        One of `request.DENOMINATORS`.
    correlation_matched, correlation_not_matched : str
        Ranges such as ``0..0.6``; both or none.
    """

    scenarios: tuple[str, ...] = ()
    denominator: str = "preferred"
    correlation_matched: str = ""
    correlation_not_matched: str = ""

    def keywords(self) -> Keywords:
        """Return keywords for `compare`.

        Raises
        ------
        InputError
            If one correlation is given without the other, or is no range.

        Examples
        --------
        >>> Choices(correlation_matched="0..0.6", correlation_not_matched="0..0.6").keywords()[
        ...     "correlations"
        ... ]
        ((0.0, 0.6), (0.0, 0.6))
        """
        return {
            "scenarios": self.scenarios,
            "denominator": self.denominator,
            "correlations": correlations(self.correlation_matched, self.correlation_not_matched),
        }

    def parameters(self) -> dict[str, object]:
        """Return what was chosen as parameters of a notebook; nothing of what was not."""
        given = {
            "scenarios": list(self.scenarios),
            "denominator": "" if self.denominator == "preferred" else self.denominator,
            "correlation_matched": self.correlation_matched,
            "correlation_not_matched": self.correlation_not_matched,
        }
        return {name: value for name, value in given.items() if value}


def correlations(matched: str, not_matched: str) -> Region | None:
    """Return both ranges of correlations, None where neither is given.

    Raises
    ------
    InputError
        If one is given without the other, or is no range.
    """
    if not matched and not not_matched:
        return None
    return _range("matched", matched), _range("not matched", not_matched)


def _range(name: str, text: str) -> tuple[float, float]:
    if not text:
        raise InputError(
            f"the correlation among the {name} is missing",
            _ALLOWED,
            "give both: nothing is known of either, and a rate by two numbers needs them",
        )
    found = _RANGE.fullmatch(text.strip())
    ends = tuple(float(each) for each in found.groups()) if found else ()
    if len(ends) != 2 or not -1 < ends[0] <= ends[1] < 1:
        raise InputError(f"the correlation among the {name} is {text!r}", _ALLOWED)
    return ends[0], ends[1]
