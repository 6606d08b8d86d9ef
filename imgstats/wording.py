"""How numbers are written in sentences, the same on every page, screen and figure.

A match rate fitted to printed digits is shown as a whole per cent: its interval is several points
wide, and a decimal would promise more. Counted rates get one decimal.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

__all__ = [
    "about_percent",
    "band_words",
    "capital",
    "count_words",
    "counted_percent",
    "day_words",
    "first_of",
    "interval_words",
    "level_words",
    "listed",
    "number_words",
    "of_hundred",
    "p_words",
    "percent",
    "small_number",
    "thousands",
    "thousands_range",
]

_FEW = 0.005


def capital(text: str) -> str:
    """Return a text with a capital first letter; its other letters stay as they are.

    Examples
    --------
    >>> capital("months of US clinical experience")
    'Months of US clinical experience'
    """
    return text[:1].upper() + text[1:]


def of_hundred(rate: float) -> int:
    """Return a rate as people of 100, halves rounded up.

    Examples
    --------
    >>> of_hundred(0.445), of_hundred(0.4449)
    (45, 44)
    """
    return math.floor(round(rate * 100, 9) + 0.5)


def percent(rate: float) -> str:
    """Return a fitted rate as a whole per cent, and the far ends in words.

    Examples
    --------
    >>> percent(0.4468), percent(0.001), percent(0.9999)
    ('45 %', 'under 1 %', 'over 99 %')
    """
    if 0 < rate < _FEW:
        return "under 1 %"
    if 1 - _FEW <= rate < 1:
        return "over 99 %"
    return f"{of_hundred(rate)} %"


def about_percent(rate: float) -> str:
    """Return a fitted rate for a sentence: ``about`` only where a number follows.

    Examples
    --------
    >>> about_percent(0.2839), about_percent(0.001)
    ('about 28 %', 'under 1 %')
    """
    words = percent(rate)
    return words if words[0].isalpha() else f"about {words}"


def level_words(level: float) -> str:
    """Return an interval's level as it was given.

    Examples
    --------
    >>> level_words(0.95), level_words(0.975)
    ('95 %', '97.5 %')
    """
    return f"{round(level * 100, 6):g} %"


def counted_percent(rate: float) -> str:
    """Return a counted rate with one decimal.

    Examples
    --------
    >>> counted_percent(3392 / 6992)
    '48.5 %'
    """
    return f"{math.floor(round(rate * 1000, 9) + 0.5) / 10:.1f} %"


def interval_words(low: float, high: float) -> str:
    """Return an interval of fitted rates.

    Examples
    --------
    >>> interval_words(0.4246, 0.4692)
    '42 % to 47 %'
    """
    return f"{percent(low)} to {percent(high)}"


def thousands(number: float) -> str:
    """Return a whole number with thousands separators.

    Examples
    --------
    >>> thousands(6992)
    '6,992'
    """
    return f"{round(number):,}"


def thousands_range(least: float, most: float) -> str:
    """Return a count of which both ends are known; one number where they are the same.

    Examples
    --------
    >>> thousands_range(990, 1024), thousands_range(1024, 1024)
    ('990 to 1,024', '1,024')
    """
    return thousands(least) if least == most else f"{thousands(least)} to {thousands(most)}"


def number_words(value: float) -> str:
    """Return a number as printed: no needless decimals.

    Examples
    --------
    >>> number_words(240.0), number_words(240.5)
    ('240', '240.5')
    """
    return f"{value:,.10g}"


def small_number(number: int) -> str:
    """Return a whole number in a sentence, the first ones as words.

    Examples
    --------
    >>> small_number(5), small_number(12)
    ('five', '12')
    """
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[number] if 0 <= number < len(words) else f"{number:,}"


def band_words(low: float | None, high: float | None) -> str:
    """Return a score band.

    Examples
    --------
    >>> band_words(240, 249), band_words(None, 208), band_words(250, None), band_words(242, 242)
    ('240 to 249', 'up to 208', '250 and above', '242')
    """
    if low is None:
        return "all" if high is None else f"up to {number_words(high)}"
    if high is None:
        return f"{number_words(low)} and above"
    if low == high:
        return number_words(low)
    return f"{number_words(low)} to {number_words(high)}"


def count_words(count: float, unit: str) -> str:
    """Return a number with its unit, in the plural unless it is one.

    Examples
    --------
    >>> count_words(1, "rank"), count_words(2.5, "month")
    ('1 rank', '2.5 months')
    """
    return f"{number_words(count)} {unit if count == 1 else f'{unit}s'}"


def day_words(day: date) -> str:
    """Return a day with its month as a word, so that nobody takes the month for the day.

    Examples
    --------
    >>> from datetime import date
    >>> day_words(date(2027, 6, 5))
    '5 June 2027'
    """
    return f"{day.day} {day:%B %Y}"


def listed(words: Sequence[str]) -> str:
    """Return words joined for a sentence.

    Examples
    --------
    >>> listed(["never 18 %", "seldom 71 %", "often 11 %"])
    'never 18 %, seldom 71 % and often 11 %'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def first_of(words: Sequence[str], most: int, rest: str = "") -> str:
    """Return the first words joined for a sentence, and how many more there are.

    Examples
    --------
    >>> first_of(["A", "B", "C"], 3), first_of(["A", "B", "C"], 1, "all on the index")
    ('A, B and C', 'A and 2 more; all on the index')
    """
    left = len(words) - most
    if left <= 0:
        return listed(words)
    return f"{', '.join(words[:most])} and {thousands(left)} more{rest and f'; {rest}'}"


def p_words(p: float) -> str:
    """Return a p value of a bootstrap that stops early: the larger, the fewer its digits.

    Examples
    --------
    >>> p_words(0.0079), p_words(0.0319), p_words(0.47305), p_words(0.0004)
    ('p 0.007', 'p 0.03', 'p 0.5', 'p under 0.001')
    """
    if p < 0.001:
        return "p under 0.001"
    if p < 0.01:
        return f"p {math.floor(p * 1000) / 1000:.3f}"
    return f"p {p:.2f}" if p < 0.1 else f"p {p:.1f}"
