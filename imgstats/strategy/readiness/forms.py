"""What a practice test is called: usual spellings of one form, by meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass

from imgstats.meanings import folded
from imgstats.text import visible

__all__ = ["FREE", "ITEMS", "NBME", "Form", "form_of"]

# A form of the NBME; which one depends on the exam that somebody prepares for.
NBME = "NBME"
# A published set of items; its number is in its name.
FREE = "Free 120"
ITEMS = int(FREE.rpartition(" ")[2])
_LONGEST = 40
_FORM = r"(?: (?:form|forms|practice|exam|test|sa|self assessment))*"
_KINDS = (
    (r"(?:usmle )?(?:old |new )?free ?120(?: (?:items|questions))?", FREE),
    (rf"(?:nbme )?(?:ccssa|comprehensive clinical science){_FORM} ?([0-9]{{0,2}})", "CCSSA"),
    (rf"(?:nbme )?(?:cbssa|comprehensive basic science){_FORM} ?([0-9]{{0,2}})", "CBSSA"),
    (rf"(?:nbme )?(?:cbse|comprehensive basic science examination){_FORM} ?([0-9]{{0,2}})", "CBSE"),
    (rf"nbme{_FORM} ?([0-9]{{0,2}})", NBME),
    (rf"(?:uwsa|uw|uworld){_FORM} ?([0-9]?)", "UWSA"),
    (rf"amboss{_FORM} ?([0-9]?)", "AMBOSS SA"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """A practice test.

    Attributes
    ----------
    kind : str
        Such as ``NBME``, ``UWSA`` or ``Free 120``; a text that nobody knows as it was written.
    number : str
        Its number; empty where none was written.
    known : bool
        Whether the spelling is a usual one.
    """

    kind: str
    number: str = ""
    known: bool = True

    @property
    def name(self) -> str:
        """Kind and number, fit to be shown."""
        return visible(f"{self.kind} {self.number}".strip())


def form_of(text: str) -> Form:
    """Return the practice test that a text means.

    Examples
    --------
    >>> form_of("nbme form 14"), form_of("UWSA2").name, form_of("free-120").kind
    (Form(kind='NBME', number='14', known=True), 'UWSA 2', 'Free 120')
    >>> form_of("my own test").known
    False
    """
    words = folded(text)
    for pattern, kind in _KINDS:
        if found := re.fullmatch(pattern, words):
            return Form(kind, str(int(found[1])) if found.lastindex and found[1] else "")
    line = " ".join(text.split())
    return Form(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}...", known=False)
