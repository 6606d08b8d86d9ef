"""Names of specialties as the tables print them, and how a person may write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ALL_SPECIALTIES", "INTERNAL_MEDICINE", "printed_name"]

ALL_SPECIALTIES = "All specialties"
INTERNAL_MEDICINE = "Internal Medicine"


def printed_name(given: str, known: Iterable[str]) -> str:
    """Return a specialty as printed, whatever the case it was written in.

    Raises
    ------
    InputError
        If it is none of those that are known.

    Examples
    --------
    >>> printed_name("internal medicine", ["Internal Medicine", "Pediatrics"])
    'Internal Medicine'
    """
    names = sorted(set(known) - {ALL_SPECIALTIES})
    folded = {each.casefold(): each for each in names}
    wanted = " ".join(given.split()).casefold()
    if wanted not in folded:
        raise InputError(
            f"specialty is {given!r}",
            ", ".join(names),
            # A guess in the case of the tables, so that it can be copied.
            did_you_mean(wanted.title(), names),
        )
    return folded[wanted]
