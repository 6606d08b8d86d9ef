"""What a header or a value of a spreadsheet may mean: by meaning, never by how close it is spelled.

The same reading holds in every door: cohort files, applicant files, options. Two meanings are both
named, another thing is refused by name, and nothing is guessed between two meanings.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date
from typing import NamedTuple

__all__ = [
    "GROUPS",
    "GROUPS_DEFINED",
    "Two",
    "band_of_text",
    "day_of",
    "field_of",
    "folded",
    "group_key",
    "group_of",
    "is_no_img",
    "is_nothing",
    "months_of",
    "other_thing",
    "visas_of",
    "whole_of",
]

GROUPS = {"non_us_img": "non-US IMG", "us_img": "US IMG"}
# As the descriptors of the raw tables have it.
GROUPS_DEFINED = (
    "A US IMG is a US citizen who studied abroad; any other international graduate is a non-US "
    "IMG. No source here says where permanent residents of the US are counted."
)

# Spellings are folded: small letters, and one space for whatever stands between words.
_FIELDS = {
    "id": "id|identifier|applicant id|aamc id|student id|applicant identifier",
    "group": "group|applicant group|applicant type|img group|img type|img status",
    "step2_ck": (
        "step2 ck|step 2 ck|step2ck|step 2ck|usmle step 2 ck|usmle step2 ck|step 2 ck score|"
        "step2 ck score|usmle step 2 ck score|step 2 ck 3 digit score|step 2 clinical knowledge"
    ),
    "step2_ck_date": (
        "step2 ck date|step 2 ck date|date of step 2 ck|step 2 ck exam date|step 2 ck test date|"
        "usmle step 2 ck date"
    ),
    "attempts": "attempts|exam attempts|number of attempts|number of exam attempts|usmle attempts",
    "usce_months": (
        "usce months|months of usce|usce in months|months of us clinical experience|"
        "us clinical experience months|us clinical experience in months"
    ),
    "ranks": "ranks|contiguous ranks|number of contiguous ranks|number of ranks",
    "specialty": "specialty|speciality|preferred specialty|preferred speciality",
    "label": "label",
}
_FIELD_OF = {each: field for field, text in _FIELDS.items() for each in text.split("|")}

_RANKS = "did you mean ranks? Interviews are no ranks: those are programs ranked in a row"
_ELSE = (
    r"visa|\byog\b|graduat|\bgpa\b|letter|research|publication|\bage\b|gender|\bsex\b|citizen|"
    r"country|school|email|phone"
)
# What a header speaks of instead, in the order in which it is looked for.
_OTHERS = (
    (
        r"\bstep ?[13]\b|comlex|\blevel ?[123]\b|\bstep ?2 ?cs\b|mcat|\boet\b|toefl|nbme|uwsa",
        "another exam than Step 2 CK; no table of it is here",
    ),
    (r"fail", "failures are no attempts: count every sitting, the first as 1"),
    (r"interview", _RANKS),
    (_ELSE, "no rate here goes by it"),
)

_GROUP_OF = {
    each: group
    for group, text in {
        "us_img": "us img|us imgs|u s img|usimg|us citizen img|u s citizen img|us citizen imgs",
        "non_us_img": (
            "non us img|non us imgs|nonus img|non usimg|non u s img|nonusimg|non us citizen img|"
            "non u s citizen img|non us citizen imgs"
        ),
    }.items()
    for each in text.split("|")
}
_NO_IMG = re.compile(r"\b(md|do|us md|usmd|non img|american graduate|us graduate|us senior)\b")
_EITHER_GROUP = {"img", "imgs", "fmg", "international medical graduate"}
# Not "none": of months that is 0.
_NOTHING = {"-", "--", "\u2013", "\u2014", "na", "n/a", "n.a.", "#n/a", "null"}
# What a person may need and a program may sponsor, and words that say nothing beside their names.
_VISAS = {"J-1": r"\bj ?1s?\b", "H-1B": r"\bh ?1 ?bs?\b"}
_BESIDE_VISAS = {"and", "or", "visa", "visas", "only", "both", "either", "ecfmg", "sponsored"}
_NO_VISA = {"none", "no", "none needed", "not needed", "no visa", "no visas", "no visa needed"}
_ANY_VISA = {"either", "both", "any", "either visa", "both visas", "any visa"}
# A number that is written plainly, and what stands between the two ends of a band.
_END = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_BETWEEN = re.compile(rf"{_END}\s*(?:-|\u2013|\.\.|to)\s*{_END}")
_FROM = re.compile(rf"{_END}\s*(?:\+|and above|and more|or more)")
_UP_TO = re.compile(rf"(?:up to|under or at|<=|\u2264)\s*{_END}")
_MONTHS = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(?:mo|mos|mth|mths|month|months|month\(s\))\.?")
_MONTH_NAMES = {name[:3].casefold(): name.casefold() for name in calendar.month_name if name}
_NUMBERS = re.compile(r"\s*\d+([-/.])\d+\1\d+\.?\s*", re.ASCII)
_YEAR = 4  # digits


class Two(NamedTuple):
    """A text with two meanings."""

    first: str
    second: str


def folded(text: str) -> str:
    """Return a text in small letters, with one space for whatever stands between words.

    Examples
    --------
    >>> folded(" Step_2-CK (score) ")
    'step 2 ck score'
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", plain))


def field_of(header: str) -> str | None:
    """Return the field of an applicant that a header means, None where it means none.

    Examples
    --------
    >>> field_of("Step 2 CK"), field_of("ID"), field_of("Step 1"), field_of("USCE (months)")
    ('step2_ck', 'id', None, 'usce_months')
    """
    return _FIELD_OF.get(folded(header))


def other_thing(header: str) -> str:
    """Return what a header that means no field speaks of instead; empty where nobody knows.

    Examples
    --------
    >>> other_thing("USMLE Step 1 score")
    'another exam than Step 2 CK; no table of it is here'
    """
    text = folded(header)
    return next((said for pattern, said in _OTHERS if re.search(pattern, text)), "")


def group_of(text: str) -> str | Two | None:
    """Return the applicant group that a text means, both where it may be either.

    Examples
    --------
    >>> group_of("Non-US IMG"), group_of("u.s. img"), group_of("german")
    ('non_us_img', 'us_img', None)
    >>> group_of("IMG")
    Two(first='non-us-img', second='us-img')
    """
    word = folded(text)
    if word in _EITHER_GROUP:
        return Two("non-us-img", "us-img")
    return _GROUP_OF.get(word)


def group_key(text: str) -> str:
    """Return the name by which tables know an applicant group; another text as it is.

    Examples
    --------
    >>> group_key("non-us-img"), group_key("US IMG"), group_key("us_md"), group_key("IMG")
    ('non_us_img', 'us_img', 'us_md', 'IMG')
    """
    found = group_of(text)
    return found if isinstance(found, str) else text


def band_of_text(text: str) -> tuple[float | None, float | None] | None:
    """Return both ends of a band that is written in one clear way, None for another text.

    Examples
    --------
    >>> band_of_text("230-239"), band_of_text("230 to 239"), band_of_text("242")
    ((230, 239), (230, 239), (242, 242))
    >>> band_of_text("250+"), band_of_text("up to 208"), band_of_text("high")
    ((250, None), (None, 208), None)
    """
    words = " ".join(text.casefold().split())
    if both := _BETWEEN.fullmatch(words):
        return _end(both[1]), _end(both[2])
    if least := _FROM.fullmatch(words):
        return _end(least[1]), None
    if most := _UP_TO.fullmatch(words):
        return None, _end(most[1])
    return (_end(words), _end(words)) if re.fullmatch(_END, words) else None


def _end(digits: str) -> float:
    return whole_of(float(digits))


def is_no_img(text: str) -> bool:
    """Say whether a text means somebody from a US school.

    Examples
    --------
    >>> is_no_img("US MD senior"), is_no_img("non-US IMG")
    (True, False)
    """
    return group_of(text) is None and _NO_IMG.search(folded(text)) is not None


def visas_of(text: str) -> tuple[str, ...] | None:
    """Return the visas that a text names, none of them where it says so, None for another text.

    Examples
    --------
    >>> visas_of("J1 / H1-B"), visas_of("j-1 visa only"), visas_of("none"), visas_of("either")
    (('J-1', 'H-1B'), ('J-1',), (), ('J-1', 'H-1B'))
    >>> visas_of("yes") is visas_of("no H-1B") is None
    True
    """
    words = folded(text)
    if words in _NO_VISA:
        return ()
    if words in _ANY_VISA:
        return tuple(_VISAS)
    found = tuple(name for name, pattern in _VISAS.items() if re.search(pattern, words))
    rest = words
    for pattern in _VISAS.values():
        rest = re.sub(pattern, " ", rest)
    return found if found and set(rest.split()) <= _BESIDE_VISAS else None


def is_nothing(text: str) -> bool:
    """Say whether a cell says that there is nothing in it.

    Examples
    --------
    >>> is_nothing(" N/A "), is_nothing("-"), is_nothing("0")
    (True, True, False)
    """
    return text.strip().casefold() in _NOTHING


def whole_of(number: float) -> float:
    """Return 240 for 240.0, and any other number as it is.

    Examples
    --------
    >>> whole_of(240.0), whole_of(2.5)
    (240, 2.5)
    """
    return int(number) if float(number).is_integer() else number


def months_of(text: str) -> str:
    """Return a number of months without its unit; another text as it is.

    Examples
    --------
    >>> months_of("3 months"), months_of("2.5"), months_of("6 weeks")
    ('3', '2.5', '6 weeks')
    """
    found = _MONTHS.fullmatch(text.strip().casefold())
    return found[1] if found else text


def day_of(text: str) -> date | Two | None:
    """Return a day that is written in one clear way, both days where day and month may be swapped.

    Examples
    --------
    >>> day_of("1 Aug 2025"), day_of("8/13/2025")
    (datetime.date(2025, 8, 1), datetime.date(2025, 8, 13))
    >>> day_of("03/04/2025")
    Two(first='2025-03-04', second='2025-04-03')
    """
    words = re.findall(r"[^\W_]+", text.casefold())
    if len(words) != len(("year", "month", "day")) or not all(each.isascii() for each in words):
        return None
    named = [each for each in words if each[0].isalpha()]
    if len(named) == 1:
        return _named_day(words, named[0])
    return _numbered_day(words) if _NUMBERS.fullmatch(text) else None


def _numbered_day(words: list[str]) -> date | Two | None:
    """Return the day of 2025-08-13, 8/13/2025 or 13.8.2025."""
    first, second, last = words
    if len(first) == _YEAR:
        return _date(first, second, last)
    if len(last) != _YEAR:
        return None
    us, other = _date(last, first, second), _date(last, second, first)
    if us is not None and other is not None and us != other:
        return Two(us.isoformat(), other.isoformat())
    return us or other


def _named_day(words: list[str], name: str) -> date | None:
    """Return the day of 1 Aug 2025, Aug 1 2025 or 2025 Aug 1."""
    stem = name[:3]
    if stem not in _MONTH_NAMES or name not in {stem, f"{stem}t", _MONTH_NAMES[stem]}:
        return None
    month = str(list(_MONTH_NAMES).index(stem) + 1)
    digits = [re.sub(r"(?<=[0-9])(st|nd|rd|th)$", "", each) for each in words if each != name]
    year = [each for each in digits if len(each) == _YEAR]
    day = [each for each in digits if len(each) != _YEAR]
    return _date(year[0], month, day[0]) if len(year) == len(day) == 1 else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
