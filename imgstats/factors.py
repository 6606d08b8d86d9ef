"""The factors beside the score: what each is called, its measure, and what was published on it.

One row a factor: comparison, command line, page and scenarios take names and words from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from imgstats.measures import MEASURES
from imgstats.wording import capital

__all__ = ["COMMON", "FACTORS", "MEASURED", "FactorName", "words_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorName:
    """A factor's name, words, and where it is looked up.

    Attributes
    ----------
    name : str
        Name in a comparison, a scenario and a notebook.
    words : str
        Name in a sentence.
    assumed : str
        Name in the sentence of a scenario; empty: the name itself.
    field : str
        The field of `Applicant` that holds it; empty where an applicant does not say it.
    measure : str
        The measure of its tables, one of `MEASURES`; empty where no table can hold it.
    considered, cited : tuple of str
        Questions and categories of the program director survey that speak of it.
    exams : tuple of str
        Exams whose pass rates help to read it.
    effects : tuple of str
        Names of published effects.
    common : bool
        Whether it is named where a scenario's factor is asked for.
    """

    name: str
    words: str
    assumed: str = ""
    field: str = ""
    measure: str = ""
    considered: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    exams: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    common: bool = False

    @property
    def title(self) -> str:
        """Its words as a title."""
        return capital(self.words)

    @property
    def label(self) -> str:
        """Its measure in a sentence."""
        return MEASURES[self.measure].label

    @property
    def unit(self) -> str:
        """Unit of one step of its measure."""
        return MEASURES[self.measure].unit

    @property
    def head(self) -> str:
        """The head of a column of its values."""
        return capital(self.label.removeprefix("number of "))


_ALL = (
    FactorName(
        name="attempts",
        words="exam attempts",
        field="attempts",
        measure="attempts",
        considered=(
            "considers applicants who failed Step 1 on the first attempt",
            "considers applicants who failed Step 2 CK on the first attempt",
        ),
        cited=("Any failed attempt in USMLE",),
        exams=("step1", "step2_ck"),
        effects=("failed_attempt",),
        common=True,
    ),
    FactorName(
        name="usce",
        words="US clinical experience",
        assumed="US clinical experience",
        field="usce_months",
        measure="usce_months",
        cited=(
            "Audition elective/rotation within your department",
            "Away rotation in your specialty at another institution",
        ),
        effects=("usce",),
        common=True,
    ),
    FactorName(name="ranks", words="ranks", field="ranks", measure="contiguous_ranks"),
    FactorName(name="visa", words="visa", effects=("visa",), common=True),
    FactorName(name="age", words="age", effects=("age",)),
    FactorName(name="reapplication", words="reapplication", effects=("reapplication",)),
    FactorName(name="signal", words="signal", effects=("signal",)),
    FactorName(name="applications", words="applications", effects=("applications", "interviews")),
)

FACTORS: dict[str, FactorName] = {each.name: each for each in _ALL}
# Those that a table may hold, in the order of a page.
MEASURED: tuple[FactorName, ...] = tuple(each for each in _ALL if each.measure)
COMMON: tuple[str, ...] = tuple(each.name for each in _ALL if each.common)


def words_of(name: str) -> str:
    """Return a factor's name in a sentence; a name that somebody made up is its own.

    Examples
    --------
    >>> words_of("usce"), words_of("couples match")
    ('US clinical experience', 'couples match')
    """
    return FACTORS[name].words if name in FACTORS else name
