"""`Applicant`: the one validator of what is said about a person, for every door."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from imgstats.errors import InputError, did_you_mean
from imgstats.meanings import (
    GROUPS,
    Two,
    day_of,
    folded,
    group_key,
    group_of,
    is_no_img,
    is_nothing,
    months_of,
    whole_of,
)
from imgstats.measures import MEASURES, band_of
from imgstats.specialties import INTERNAL_MEDICINE, LISTED
from imgstats.text import plain_number, printable, shown

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["GROUPS", "LOWEST_SCORE", "Applicant", "all_problems", "as_applicant", "group_label"]

_SCORE = MEASURES["step2_ck"]
# The scale is printed with three digits: under this it is another one.
LOWEST_SCORE = 100
_MOST_COUNT = 999
_MOST_MONTHS = 600
_LONGEST_LABEL = 200


def group_label(group: str) -> str:
    """Return an applicant group's name in a sentence.

    Examples
    --------
    >>> group_label("non_us_img"), group_label("us-img")
    ('non-US IMG', 'US IMG')
    """
    return GROUPS.get(group_key(group), group)


def _given(value: object) -> object:
    """Return None for a text that says that there is nothing."""
    return None if isinstance(value, str) and is_nothing(value) else value


def _decimal(value: object) -> object:
    """Read a number only if it is written plainly: no underscore, exponent, word or true/false."""
    if isinstance(value, bool):
        raise ValueError("not a number")  # noqa: TRY004  pydantic collects ValueError only
    if not isinstance(value, str):
        return value
    number = plain_number(value.strip())
    if number is None:
        raise ValueError("not a plainly written number")
    return number


def _months(value: object) -> object:
    return _decimal(months_of(value) if isinstance(value, str) else value)


def _whole(value: object) -> object:
    number = _decimal(value)
    if isinstance(number, float) and math.isfinite(number):
        number = whole_of(number)
    if isinstance(value, str) and isinstance(number, float):
        raise ValueError("not a whole number")  # noqa: TRY004  as above
    return number


def _group(value: object) -> object:
    """Accept ``Non-US IMG`` beside ``non_us_img``: what means the same."""
    return group_key(value) if isinstance(value, str) else value


def _day(value: object) -> object:
    """Read a date only if it is written in one clear way; a bare number is no date."""
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise ValueError("not a date")  # noqa: TRY004  pydantic collects ValueError only
    day = day_of(value) if isinstance(value, str) else value
    if not isinstance(day, date):
        raise ValueError("not a date")  # noqa: TRY004  as above
    if day > date.today():  # noqa: DTZ011  the day where the person is
        raise ValueError("a day to come")
    return day


def _specialty(value: object) -> object:
    nothing = isinstance(value, str) and is_nothing(value)
    return INTERNAL_MEDICINE if nothing else value


Whole = Annotated[int, BeforeValidator(_whole)]
Day = Annotated[date, BeforeValidator(_day)]
Months = Annotated[float, BeforeValidator(_months)]
Given = BeforeValidator(_given)


class Applicant(BaseModel):
    """What is known about one applicant.

    Parameters
    ----------
    group : {"non_us_img", "us_img"}
        Applicant group as NRMP counts it: US citizens who studied abroad are ``us_img``, all other
        international graduates ``non_us_img``. No source here says where NRMP counts permanent
        residents.
    step2_ck : int
        USMLE Step 2 CK score, 100 to 300.
    step2_ck_date : date, optional
        Day of the exam; decides which passing score applied.
    attempts : int, optional
        Largest number of attempts at any one Step; 1 means each passed at the first.
    usce_months : float, optional
        Months of US clinical experience.
    ranks : int, optional
        Contiguous ranks of the preferred specialty.
    specialty : str
        Preferred specialty, the one ranked first, as the tables print it.
    label : str
        A name for the page, shown as plain text.

    Raises
    ------
    pydantic.ValidationError
        If a value is not allowed; `Applicant.parse` raises an `InputError` of one line instead.

    Examples
    --------
    >>> Applicant.parse({"group": "non-us-img", "step2_ck": "242"}).band
    (240, 249)
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    group: Annotated[Literal["non_us_img", "us_img"], BeforeValidator(_group)]
    step2_ck: Whole = Field(ge=LOWEST_SCORE, le=_SCORE.high)
    step2_ck_date: Annotated[Day | None, Given] = None
    attempts: Annotated[Whole | None, Given] = Field(default=None, ge=1, le=_MOST_COUNT)
    usce_months: Annotated[Months | None, Given] = Field(default=None, ge=0, le=_MOST_MONTHS)
    ranks: Annotated[Whole | None, Given] = Field(default=None, ge=0, le=_MOST_COUNT)
    specialty: Annotated[str, BeforeValidator(_specialty)] = Field(
        default=INTERNAL_MEDICINE, min_length=1, max_length=_LONGEST_LABEL
    )
    label: str = Field(default="", max_length=_LONGEST_LABEL)

    @field_validator("label", "specialty")
    @classmethod
    def _one_line_of_text(cls, value: str) -> str:
        """Fold white space and refuse characters that a page or terminal would obey."""
        folded = " ".join(value.split())
        if not printable(folded):
            raise ValueError("holds control characters")
        return folded

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Applicant:
        """Make an applicant from a mapping, with an error a person can act on.

        Raises
        ------
        InputError
            If a key is unknown or missing, or a value is not allowed. The message names the first
            problem: what was found, what is allowed, what to do.

        Examples
        --------
        >>> Applicant.parse({"group": "us-img", "step2_sk": 242})
        Traceback (most recent call last):
        ...
        imgstats.errors.InputError: unknown key 'step2_sk'; allowed: group, step2_ck, \
step2_ck_date, attempts, usce_months, ranks, specialty, label; did you mean step2_ck?
        """
        for key in values:
            if key not in cls.model_fields:
                raise InputError(
                    f"unknown key {shown(key)}",
                    ", ".join(cls.model_fields),
                    did_you_mean(str(key), cls.model_fields) or "remove it",
                )
        try:
            return cls.model_validate(dict(values))
        except ValidationError as e:
            raise _input_error(e.errors()[0]) from e

    @property
    def band(self) -> tuple[int, int]:
        """Ends of the 10-point score band, both included; the last one ends with the scale."""
        return band_of(self.step2_ck, _SCORE)

    @property
    def group_label(self) -> str:
        """The applicant group's name in a sentence."""
        return group_label(self.group)


def as_applicant(given: Applicant | Mapping[str, Any]) -> Applicant:
    """Return an applicant as it is, and one that is given as a mapping judged.

    Raises
    ------
    InputError
        If it is neither, or `Applicant.parse` refuses the mapping.

    Examples
    --------
    >>> as_applicant({"group": "us-img", "step2_ck": 242}).group
    'us_img'
    """
    if isinstance(given, Applicant):
        return given
    if isinstance(given, Mapping):
        return Applicant.parse(given)
    raise InputError(
        f"the applicant is {shown(given)}",
        "an Applicant, or a mapping such as {'group': 'non-us-img', 'step2_ck': 242}",
        "read a file with imgstats.read_applicant",
    )


_ALLOWED = {
    "group": (
        "non-us-img or us-img",
        "US citizens who studied abroad are us-img, all other international graduates non-us-img",
    ),
    "step2_ck": (
        f"a whole number from {LOWEST_SCORE} to {_SCORE.high}",
        "give the three-digit Step 2 CK score",
    ),
    "step2_ck_date": ("a past date such as 2025-08-01", "or leave it out"),
    "attempts": (
        f"a whole number from 1 to {_MOST_COUNT}",
        "count the first sitting as 1, or leave it out",
    ),
    "usce_months": (f"a number from 0 to {_MOST_MONTHS}", "give months, or leave it out"),
    "ranks": (f"a whole number from 0 to {_MOST_COUNT}", "or leave it out"),
    "specialty": (
        f"a specialty as the tables print it, such as {INTERNAL_MEDICINE}",
        LISTED,
    ),
    "label": (
        f"up to {_LONGEST_LABEL} printable characters",
        "shorten it or remove control characters",
    ),
}


def all_problems(values: Mapping[str, Any]) -> dict[str, InputError]:
    """Return what is wrong with each value, in the words of `Applicant.parse`.

    Parameters
    ----------
    values : mapping of str to object
        As for `Applicant.parse`; keys that it does not know are not looked at.

    Returns
    -------
    dict of str to InputError
        By field; empty where `Applicant.parse` takes the values.

    Examples
    --------
    >>> sorted(all_problems({"step2_ck": "abc", "attempts": 0}))
    ['attempts', 'group', 'step2_ck']
    """
    known = {name: value for name, value in values.items() if name in Applicant.model_fields}
    try:
        Applicant.model_validate(known)
    except ValidationError as e:
        return {str(detail["loc"][0]): _input_error(detail) for detail in e.errors()}
    return {}


def _input_error(detail: ErrorDetails) -> InputError:
    name = str(detail["loc"][0]) if detail["loc"] else "applicant"
    allowed, todo = _ALLOWED.get(name, ("", ""))
    if detail["type"] == "missing":
        return InputError(f"{name} is missing", allowed, todo)
    value = detail["input"]
    empty = value is None or (isinstance(value, str) and not value.strip())
    todo = _hint(name, value) or todo
    return InputError(f"{name} is {'empty' if empty else shown(value)}", allowed, todo)


def _hint(name: str, value: object) -> str:
    """Return what to do about a value of a kind that is known; empty of any other."""
    number = _number(value)
    if name == "step2_ck" and number is not None and 1 <= number < LOWEST_SCORE:
        return "this looks like a two-digit score; give the three-digit Step 2 CK score"
    if not isinstance(value, str):
        return ""
    if name == "group":
        return _group_hint(value)
    if name == "step2_ck_date":
        two = day_of(value)
        return f"did you mean {two[0]} or {two[1]}?" if isinstance(two, Two) else ""
    return _number_hint(name, value)


def _number_hint(name: str, value: str) -> str:
    text = value.strip()
    if name in {"attempts", "usce_months", "ranks", "step2_ck"}:
        if re.fullmatch(r"[0-9]+,[0-9]{1,2}", text, re.ASCII):
            return f"write a decimal point: {text.replace(',', '.')}"
        if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", text, re.ASCII):
            return f"leave out the comma: {text.replace(',', '')}"
    is_other = re.search(r"week|day|year|hour|\b[wdyh]\b", text.casefold())
    return "give months" if name == "usce_months" and is_other else ""


def _group_hint(value: str) -> str:
    found = group_of(value)
    if isinstance(found, Two):
        return f"{found.first} or {found.second}? {_ALLOWED['group'][1]}"
    if is_no_img(value):
        return "the tables here are of international graduates only"
    return did_you_mean(folded(value).replace(" ", "-"), ["non-us-img", "us-img"])


def _number(value: object) -> float | None:
    if isinstance(value, str):
        return plain_number(value.strip())
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
