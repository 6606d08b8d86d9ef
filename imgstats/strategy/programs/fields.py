"""The fields of a file of programs: one row each."""

from __future__ import annotations

from dataclasses import dataclass

from imgstats.cohort.columns import Vocabulary
from imgstats.meanings import folded

__all__ = [
    "CHECKED",
    "CHECKED_BY",
    "CHECKED_ON",
    "COLUMNS",
    "FIELDS",
    "NO_LIMIT",
    "PROGRAM",
    "PROGRAMS",
    "SIGNALS",
    "TYPES",
    "Field",
    "field_of",
]

PROGRAM = "program"
CHECKED_BY, CHECKED_ON = "checked_by", "checked_on"
# What a cell says where a program has no such limit; an empty cell means that nobody knows.
NO_LIMIT = "none"
TYPES = ("university", "university-affiliated", "community", "military", "other")
SIGNALS = ("gold", "silver", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a column says of a program.

    Attributes
    ----------
    name, label : str
        The column, and what it is called in a sentence.
    meaning : str
        What a cell says, for whoever fills it in.
    kind : str
        How a cell is read: ``text``, ``state``, ``specialty``, ``type``, ``share``, ``visa``,
        ``limit``, ``count``, ``signal`` or ``day``.
    example : str
        A cell.
    what : str
        What a cell may hold; empty where `low`, `high` and `whole` say it, see `allowed`.
    spellings : str
        Other headers that mean it, folded, with ``|`` between them.
    low, high : int
        Limits of a number.
    whole : bool
        Whether a number must be whole.
    checked : bool
        Whether who checked it, and when, may be said of it alone.
    """

    name: str
    label: str
    meaning: str
    kind: str
    example: str
    what: str = ""
    spellings: str = ""
    low: int = 0
    high: int = 0
    whole: bool = True
    checked: bool = False

    @property
    def allowed(self) -> str:
        """What a cell may hold, in words."""
        if self.what:
            return self.what
        number = f"a {'whole ' if self.whole else ''}number from {self.low} to {self.high}"
        return f"{number}, or {NO_LIMIT}" if self.kind == "limit" else number


FIELDS = (
    Field(
        name=PROGRAM,
        label="name",
        meaning="name of the program",
        kind="text",
        what="1 to 200 printable characters",
        example="Example Community Hospital A",
        spellings="program name|name of program|name|hospital|residency program|residency",
    ),
    Field(
        name="state",
        label="state",
        meaning="state or territory",
        kind="state",
        what="a state by its name or postal code, such as NY",
        example="NY",
        spellings="us state|state code|program state",
    ),
    Field(
        name="specialty",
        label="specialty",
        meaning="specialty, where the file holds several",
        kind="specialty",
        what="a specialty as the tables print it, such as Internal Medicine",
        example="Internal Medicine",
        spellings="speciality|program specialty",
    ),
    Field(
        name="type",
        label="type",
        meaning="kind of hospital",
        kind="type",
        what=", ".join(TYPES),
        example="community",
        spellings="program type|type of program|hospital type|setting",
        checked=True,
    ),
    Field(
        name="img_share",
        label="share of IMGs",
        meaning="share of its residents who are IMGs",
        kind="share",
        what="a fraction under 1, or per cent with the sign, such as 45%",
        example="45%",
        spellings="share of imgs|img percent|img percentage|img pct|percent img|percent imgs|imgs",
        checked=True,
    ),
    Field(
        name="visa",
        label="visa",
        meaning="visas that it sponsors",
        kind="visa",
        what="none, J-1, H-1B, or J-1 and H-1B",
        example="J-1",
        spellings="visas|visa sponsorship|visas sponsored|visa sponsored|sponsors visa",
        checked=True,
    ),
    Field(
        name="min_step2_ck",
        label="minimum score",
        meaning="lowest Step 2 CK score that it takes",
        kind="limit",
        example="225",
        spellings=(
            "minimum step 2 ck|minimum step 2 ck score|min step 2 ck|minimum step2 ck|min step2|"
            "step 2 ck minimum|step 2 ck cutoff|step 2 ck cut off|minimum score"
        ),
        low=100,
        high=300,
        checked=True,
    ),
    Field(
        name="max_attempts",
        label="attempts limit",
        meaning="most attempts at any one Step that it takes; 1: each passed at the first",
        kind="limit",
        example="1",
        spellings="attempts limit|maximum attempts|attempt limit|usmle attempts limit",
        low=1,
        high=99,
        checked=True,
    ),
    Field(
        name="max_years_since_graduation",
        label="graduation-year limit",
        meaning="most years between graduation and the year applications open",
        kind="limit",
        example="5",
        spellings=(
            "years since graduation|graduation year limit|yog limit|graduation limit|"
            "maximum years since graduation|years since graduation limit"
        ),
        low=0,
        high=60,
        checked=True,
    ),
    Field(
        name="min_usce_months",
        label="USCE needed",
        meaning="months of US clinical experience that it asks for",
        kind="limit",
        example="2",
        spellings=(
            "usce needed|usce months|usce required|usce|minimum usce|months of usce needed|"
            "us clinical experience|us clinical experience needed"
        ),
        low=0,
        high=120,
        whole=False,
        checked=True,
    ),
    Field(
        name="positions",
        label="positions",
        meaning="positions that it offers in a year",
        kind="count",
        example="24",
        spellings="positions offered|number of positions|spots|quota|positions per year",
        low=0,
        high=999,
        checked=True,
    ),
    Field(
        name="interview_rate",
        label="interview rate",
        meaning="share of the IMGs who applied there that were invited to an interview",
        kind="share",
        what="a fraction under 1, or per cent with the sign, such as 3%",
        example="3%",
        spellings="img interview rate|interview rate for imgs|interviews per application",
        checked=True,
    ),
    Field(
        name="signal",
        label="signal",
        meaning="the signal that you mean to send it",
        kind="signal",
        what=", ".join(SIGNALS),
        example="gold",
        spellings="program signal|my signal|signals",
    ),
    Field(
        name="notes",
        label="notes",
        meaning="anything else; no filter reads it",
        kind="text",
        what="up to 200 printable characters",
        example="made up",
        spellings="note|comment|comments|remarks",
    ),
    Field(
        name=CHECKED_BY,
        label="checked by",
        meaning="who looked the row up; visa_checked_by and so on speak for one field alone",
        kind="text",
        what="up to 200 printable characters",
        example="A. Reader",
        spellings="checker|verified by",
    ),
    Field(
        name=CHECKED_ON,
        label="checked on",
        meaning="the day of it; visa_checked_on and so on speak for one field alone",
        kind="day",
        what="a day until today, such as 2026-10-01",
        example="2026-10-01",
        spellings="date checked|checked|verified on|last checked",
    ),
)
# Of these it is asked who checked them, and when.
CHECKED = tuple(each.name for each in FIELDS if each.checked)
_BY_NAME = {each.name: each for each in FIELDS}
_OF_ONE = tuple(f"{name}_{end}" for name in CHECKED for end in (CHECKED_BY, CHECKED_ON))
COLUMNS = (*_BY_NAME, *_OF_ONE)
_NAME_OF = {
    spelling: each.name
    for each in FIELDS
    for spelling in (folded(each.name), *filter(None, each.spellings.split("|")))
}


def field_of(column: str) -> Field:
    """Return what a column holds, one of `COLUMNS`.

    Examples
    --------
    >>> field_of("visa").allowed, field_of("visa_checked_on").kind
    ('none, J-1, H-1B, or J-1 and H-1B', 'day')
    """
    if column in _BY_NAME:
        return _BY_NAME[column]
    return _BY_NAME[CHECKED_ON if column.endswith(CHECKED_ON) else CHECKED_BY]


def _meant(header: str) -> str | None:
    """Return the column that a header means, None where it means none."""
    words = folded(header)
    if words in _NAME_OF:
        return _NAME_OF[words]
    for end in (CHECKED_BY, CHECKED_ON):
        name = _NAME_OF.get(words.removesuffix(f" {folded(end)}"))
        if name in CHECKED and words.endswith(folded(end)):
            return f"{name}_{end}"
    return None


# What the columns of a file of programs may be.
PROGRAMS = Vocabulary(
    what="a program",
    names=COLUMNS,
    core=(PROGRAM,),
    field_of=_meant,
    other_thing=lambda _: "",
    listed=f"{', '.join(_BY_NAME)}, and FIELD_checked_by and FIELD_checked_on of one field",
)
