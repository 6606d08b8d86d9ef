"""How far a figure can be trusted, in letters, and how a rate came about, in words: one scale each.

The letters stand in the data, beside every source and every published effect. The words stand
beside every rate. No letter and no word means anything else anywhere.
"""

from __future__ import annotations

__all__ = [
    "ASSUMED",
    "BORROWED",
    "CARRIED_OVER",
    "DIRECT",
    "FITTED",
    "LETTERS",
    "NO_RATE",
    "RATE_WORDS",
    "kind_of",
    "letter_legend",
    "letter_words",
    "rate_grade",
    "rate_legend",
    "weakest",
]

# How a figure came here, the surest path first.
LETTERS = {
    "A": "read in the report or paper itself, quoted from it word for word, or counts that were "
    "seen",
    "B": "transcribed or quoted by others and checked, or read in an abstract",
    "C": "a direction only, or figures with a known doubt",
    "D": "second-hand and unchecked, or nobody was compared",
    "user": "added on this machine",
}

DIRECT, BORROWED, ASSUMED, NO_RATE = "direct", "borrowed", "assumed", "no rate"
# What follows the first word of a rate that no table prints, and of one outside the record.
FITTED, CARRIED_OVER = ", fitted", ", carried over"
RATE_WORDS = {
    DIRECT: "from a table of this very group and year",
    FITTED.removeprefix(", "): "no table prints it: a curve through printed figures gives it",
    CARRIED_OVER.removeprefix(", "): "outside the printed scores, the rate of the nearest one",
    BORROWED: "worked out from other tables",
    ASSUMED: "a scenario that was chosen",
}


def rate_grade(kind: str, *, fitted: bool = False, in_record: bool = True) -> str:
    """Return the grade of a rate.

    Parameters
    ----------
    kind : str
        Such as `DIRECT` or `BORROWED`.
    fitted : bool
        Whether a curve answers for a table of this very group, which prints no such rate.
    in_record : bool
        Whether it lies among the printed values; if not, the nearest one's rate stands in.

    Examples
    --------
    >>> rate_grade(DIRECT, fitted=True), rate_grade(BORROWED, fitted=True, in_record=False)
    ('direct, fitted', 'borrowed, carried over')
    """
    # A borrowed rate is printed by no table either, and its first word says more.
    words = f"{kind}{FITTED}" if fitted and kind == DIRECT else kind
    return words if in_record else f"{words}{CARRIED_OVER}"


def kind_of(grade: str) -> str:
    """Return the first word of a rate's grade; empty where there is no rate.

    Examples
    --------
    >>> kind_of("direct, fitted, carried over"), kind_of("")
    ('direct', '')
    """
    return grade.partition(",")[0]


def rate_legend(*kinds: str) -> str:
    """Return what the words of a rate's grade mean, in one sentence.

    Parameters
    ----------
    *kinds : str
        Keys of `RATE_WORDS`. Default: all of them.

    Examples
    --------
    >>> rate_legend("direct", "borrowed")
    'direct, from a table of this very group and year; borrowed, worked out from other tables'
    """
    return "; ".join(f"{each}, {RATE_WORDS[each]}" for each in kinds or RATE_WORDS)


def letter_legend() -> str:
    """Return what every letter means, in one sentence.

    Examples
    --------
    >>> letter_legend().startswith("A, read in the report or paper itself"), letter_legend()[-27:]
    (True, 'user, added on this machine')
    """
    return "; ".join(f"{letter}, {meaning}" for letter, meaning in LETTERS.items())


def letter_words(letter: str) -> str:
    """Return a letter with its meaning; a letter that is none of the scale as it is.

    Examples
    --------
    >>> letter_words("user"), letter_words("")
    ('user (added on this machine)', '')
    """
    return f"{letter} ({LETTERS[letter]})" if letter in LETTERS else letter


def weakest(*letters: str) -> str:
    """Return the letter that promises least, empty where there is none.

    Examples
    --------
    >>> weakest("A", "B", "A"), weakest()
    ('B', '')
    """
    scale = list(LETTERS)
    known = [each for each in letters if each in LETTERS]
    return max(known, key=scale.index, default="")
