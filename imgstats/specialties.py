"""Names of specialties as the tables print them, and how a person may write them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from imgstats.errors import InputError, one_of_many
from imgstats.meanings import folded
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ALL_SPECIALTIES", "INTERNAL_MEDICINE", "LISTED", "printed_name"]

ALL_SPECIALTIES = "All specialties"
INTERNAL_MEDICINE = "Internal Medicine"


# What people write, folded, for what the 2026 tables print.
_MEANT = {
    "im": "Internal Medicine",
    "internal med": "Internal Medicine",
    "fm": "Family Medicine",
    "family med": "Family Medicine",
    "family practice": "Family Medicine",
    "peds": "Pediatrics",
    "paeds": "Pediatrics",
    "paediatrics": "Pediatrics",
    "psych": "Psychiatry",
    "em": "Emergency Medicine",
    "emergency med": "Emergency Medicine",
    "ob gyn": "Obstetrics and Gynecology",
    "obgyn": "Obstetrics and Gynecology",
    "obstetrics gynecology": "Obstetrics and Gynecology",
    "anesthesia": "Anesthesiology",
    "anaesthesiology": "Anesthesiology",
    "derm": "Dermatology",
    "ent": "Otolaryngology",
    "general surgery": "Surgery-General",
    "gen surg": "Surgery-General",
    "surgery": "Surgery-General",
    "neurosurgery": "Neurological Surgery",
    "orthopedics": "Orthopaedic Surgery",
    "orthopedic surgery": "Orthopaedic Surgery",
    "ortho": "Orthopaedic Surgery",
    "pathology": "Pathology-Anatomic and Clinical",
    "path": "Pathology-Anatomic and Clinical",
    "pm r": "Physical Medicine and Rehabilitation",
    "pmr": "Physical Medicine and Rehabilitation",
    "rad onc": "Radiation Oncology",
    "diagnostic radiology": "Radiology-Diagnostic",
    "med peds": "Internal Medicine/Pediatrics",
}
# As likely as this a guess is a slip of the pen, and no other specialty.
_LIKELY = 0.8
LISTED = "`imgstats data show charting_outcomes_2026_non_us_img_counts --rows 30` lists them"


def printed_name(given: str, known: Iterable[str]) -> str:
    """Return a specialty as printed, whatever the case it was written in, and by usual short names.

    Raises
    ------
    InputError
        If it is none of those that are known; the closest are named.

    Examples
    --------
    >>> printed_name("internal medicine", ["Internal Medicine", "Pediatrics"])
    'Internal Medicine'
    >>> printed_name("Peds", ["Internal Medicine", "Pediatrics"])
    'Pediatrics'
    """
    names = sorted(set(known) - {ALL_SPECIALTIES})
    by_words = {folded(each): each for each in names}
    word = folded(given)
    meant = by_words.get(word) or by_words.get(folded(_MEANT.get(word, "")))
    if meant:
        return meant
    text = " ".join(given.split()).title()
    likely = get_close_matches(text, names, n=1, cutoff=_LIKELY)
    raise InputError(
        f"specialty is {shown(given)}",
        one_of_many(text, names),
        f"did you mean {likely[0]}?" if likely else LISTED,
    )
