"""What a field of the page takes, and its messages, in the words of the validators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgstats.applicant import LOWEST_SCORE, Applicant
from imgstats.errors import InputError
from imgstats.evidence import Scenario
from imgstats.factors import COMMON, words_of
from imgstats.measures import MEASURES
from imgstats.wording import capital, interval_words

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["rules"]

_HIGHEST = int(MEASURES["step2_ck"].limits[1])
# What no field takes, so that it can be found again in a message.
_TOO_MANY, _NO_NUMBER = 7_000_007, "?"
# A rate and two odds ratios whose shifted figures all read differently.
_RATE, _ODDS = (0.42, 0.30, 0.55), (0.3, 0.9)


def rules() -> dict[str, Any]:
    """Return limits and messages of each field, as `Applicant` and `Scenario` word them.

    Returns
    -------
    dict
        For ``score`` and ``ranks`` their ends and messages; for ``odds`` messages and the
        sentences of each factor. A message has ``{v}`` for the value that was found.

    Examples
    --------
    >>> rules()["ranks"]["other"]
    'ranks is {v}; allowed: a whole number from 0 to 999; or leave it out'
    """
    return {
        "score": {
            "ends": [LOWEST_SCORE, _HIGHEST],
            "other": _applicant("step2_ck", _TOO_MANY),
            "short": _applicant("step2_ck", LOWEST_SCORE - 1),
            "empty": _applicant("step2_ck", ""),
        },
        "ranks": {"ends": [0, _last_rank()], "other": _applicant("ranks", _TOO_MANY)},
        "odds": {
            "other": _odds(f"={_NO_NUMBER}", f"'{_NO_NUMBER}'", "{v}"),
            "least": _odds("=0", " 0;", " {v};"),
            "order": _odds("=3..2", "3..2", "{v}"),
            "factors": [[name, capital(words_of(name)), _sentence(name)] for name in COMMON],
        },
    }


def _said(act: Callable[[], object]) -> str:
    try:
        act()
    except InputError as e:
        return str(e)
    raise ValueError("what should be refused is taken")


def _once(text: str, old: str, new: str) -> str:
    """Put one thing in the place of another that must stand in a text exactly once."""
    if text.count(old) != 1:
        raise ValueError(f"{old!r} stands {text.count(old)} times in {text!r}")
    return text.replace(old, new)


def _applicant(field: str, value: object) -> str:
    given = {"group": "non_us_img", "step2_ck": LOWEST_SCORE, field: value}
    said = _said(lambda: Applicant.parse(given))
    return _once(said, f"is {value};", "is {v};") if value != "" else said


def _last_rank() -> int:
    """Return the most ranks that `Applicant` takes."""
    for limit in Applicant.model_fields["ranks"].metadata:
        if hasattr(limit, "le"):
            return int(limit.le)
    raise ValueError("ranks have no upper limit")


def _odds(written: str, old: str, new: str) -> str:
    """Return a message about the first factor, which goes by ``{f}``."""
    name = COMMON[0]
    said = _once(_said(lambda: Scenario.parse(f"{name}{written}")), old, new)
    said = said.replace("2..3", "{w}")
    return said.replace(f"scenario {name}", "scenario {f}")


def _sentence(name: str) -> str:
    """Return the sentence of a factor's scenario, with letters for its figures.

    ``{o}`` is the odds ratio in words, ``{r}`` the rate, ``{x}`` what it would read and ``{y}`` the
    same with its interval.
    """
    band = Scenario(factor=name, odds_ratio_low=_ODDS[0], odds_ratio_high=_ODDS[1]).band(*_RATE)
    shown = {
        "{o}": "0.3 to 0.9",
        "{r}": "42 %",
        "{x}": interval_words(band.rate_low, band.rate_high),
        "{y}": interval_words(band.outer_low, band.outer_high),
    }
    said = band.sentence
    for letters, words in shown.items():
        said = _once(said, words, letters)
    return said
