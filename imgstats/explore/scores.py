"""The score's part of a table: what `compare` says at every score, as columns."""

from __future__ import annotations

import html
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from imgstats.applicant import LOWEST_SCORE
from imgstats.comparison.compare import passing_note
from imgstats.comparison.records import Refusal
from imgstats.comparison.score.part import ScorePart
from imgstats.comparison.score.ways import score_way
from imgstats.errors import PassingScoreWarning
from imgstats.explore.packing import packed
from imgstats.explore.phrases import BETWEEN
from imgstats.grades import BORROWED, FITTED
from imgstats.measures import MEASURES
from imgstats.reporting.fragments import text_of
from imgstats.wording import interval_words, of_hundred, percent, thousands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.comparison.request import Request
    from imgstats.comparison.score.records import Curve, Headline
    from imgstats.explore.telling import Telling

__all__ = ["DRAWN_UNIT", "RATE_UNIT", "SCORES", "score_columns", "whole"]

SCORES = range(LOWEST_SCORE, int(MEASURES["step2_ck"].limits[1]) + 1)
# Stored curves have seven decimals, so their rates are whole numbers of this unit: the page
# shifts and rounds the very numbers that `compare` does.
RATE_UNIT = 10**7
# What is only drawn.
DRAWN_UNIT = 1000
_DENSITY = 100_000
_ENDS = ("", "_low", "_high")


def score_columns(request: Request, telling: Telling) -> dict[str, Any]:
    """Return all that the page shows of a group and specialty by score.

    Parameters
    ----------
    request : Request
        For any score; the denominator is kept.
    telling : Telling
        Takes the sentences and numbers the sources.
    """
    way = score_way(request)
    told = [way.tell(_at(request, score)) for score in SCORES]
    first = told[0]
    if isinstance(first, Refusal):
        return {
            "reason": telling.once(first.reason),
            "known": [telling.fact(each) for each in first.known],
        }
    parts = [each for each in told if isinstance(each, ScorePart)]
    return _Columns(request, parts, telling).all()


def _at(request: Request, score: int) -> Request:
    return replace(request, applicant=request.applicant.model_copy(update={"step2_ck": score}))


class _Columns:
    """The parts of one table, told at every score."""

    def __init__(self, request: Request, parts: Sequence[ScorePart], telling: Telling) -> None:
        self.request, self.parts, self.telling = request, parts, telling
        self.headlines: list[Headline] = [each.headline for each in parts]
        self.known = self._known()

    def all(self) -> dict[str, Any]:
        """Return everything, by short names that the page's script knows."""
        headline, part = self.headlines[0], self.parts[0]
        inside = [
            score for score, each in zip(SCORES, self.headlines, strict=True) if each.in_record
        ]
        return {
            "lead": self._say([each.sentence for each in self.headlines]),
            "exact": self._say([each.score_sentence for each in self.headlines]),
            "grade": self._say([each.grade for each in self.headlines]),
            "how": self._say([_how(each) for each in self.headlines]),
            "passing": self._passing(),
            "notes": self._notes(),
            "record": [inside[0], inside[-1]],
            "kind": _kind(headline),
            "letter": self.telling.once(headline.table_sentence),
            "sources": self.telling.numbered(headline.sources),
            "assumed": self._assumptions(),
            **self._rates(),
            **({} if part.curve is None else self._drawn(part.curve)),
            **({} if part.place is None else self._place()),
            **({} if headline.borrowed is None else self._calculation()),
        }

    def _say(self, sentences: Sequence[str]) -> int:
        return self.telling.say(sentences, self.known)

    def _known(self) -> dict[str, list[int | None]]:
        """Return the figures that a sentence may take from a column, by letter."""
        figures: dict[str, list[int | None]] = {
            "s": list(SCORES),
            "a": [each.band.low for each in self.headlines],
            "b": [each.band.high for each in self.headlines],
            "p": [of_hundred(each.rate) for each in self.headlines],
            "l": [of_hundred(each.low) for each in self.headlines],
            "h": [of_hundred(each.high) for each in self.headlines],
            "P": [of_hundred(each.band.rate) for each in self.headlines],
            "L": [of_hundred(each.band.rate_low) for each in self.headlines],
            "H": [of_hundred(each.band.rate_high) for each in self.headlines],
        }
        return figures | {letter: list(column) for letter, column in self._places().items()}

    def _places(self) -> dict[str, list[int]]:
        """Return whole per cents of both outcomes that scored lower, by letter."""
        if self.parts[0].place is None:
            return {}
        names = [f"{name}{end}" for name in ("matched", "not_matched") for end in _ENDS]
        return {
            letter: [of_hundred(getattr(each.place, name)) for each in self.parts]
            for letter, name in zip("mtuvwx", names, strict=True)
        }

    def _passing(self) -> int:
        """Return the column of warnings of a score under the passing score."""
        said = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PassingScoreWarning)
            for score in SCORES:
                applicant = _at(self.request, score).applicant
                said.append("".join(passing_note(applicant, self.request.tables)[0]))
        return self._say(said)

    def _notes(self) -> list[int]:
        """Return the columns of notes: the first note of every score, the second, and so on."""
        most = max(len(each.notes) for each in self.parts)
        padded = [(*each.notes, *[""] * (most - len(each.notes))) for each in self.parts]
        return [self._say(list(column)) for column in zip(*padded, strict=True)]

    def _assumptions(self) -> list[list[Any]]:
        first = self.parts[0].assumptions
        if any(each.assumptions != first for each in self.parts):
            raise ValueError("an assumption depends on the score")
        return [self.telling.fact(each) for each in first]

    def _rates(self) -> dict[str, Any]:
        """Return the rates at each score and in each band, exactly."""
        first = self.headlines[0]
        if not first.by_score:
            return {"flat": [first.rate, first.low, first.high]}
        bands = {each.band.low: each.band for each in self.headlines}
        return {
            "rates": [
                self._in_parts([_units(getattr(each, name)) for each in self.headlines])
                for name in ("rate", "low", "high")
            ],
            "bands": [
                packed([whole(getattr(each, name)) for each in bands.values()])
                for name in ("rate", "rate_low", "rate_high")
            ],
        }

    def _in_parts(self, units: list[int]) -> str:
        """Return a column in three parts: it bends at the printed extremes, where rules change."""
        curve = self.parts[0].curve
        low, high = (int(curve.x[0]), int(curve.x[-1]) + 1) if curve else (SCORES[0], SCORES[0])
        ends = (low - SCORES[0], high - SCORES[0])
        pieces = (units[: ends[0]], units[ends[0] : ends[1]], units[ends[1] :])
        return BETWEEN.join(packed(each) for each in pieces)

    def _drawn(self, curve: Curve) -> dict[str, Any]:
        """Return what is drawn between the printed extremes, in coarser units."""
        curves = [curve.rate, *(rates for _, rates in curve.rivals)]
        across = list(zip(*curves, strict=True))
        shown: dict[str, Any] = {
            "ends": [curve.x[0], curve.x[-1]],
            "counts": ["" if each.n is None else thousands(each.n) for each in curve.bands],
            "firstBand": curve.bands[0].low,
        }
        if curve.rivals:
            shown["range"] = [
                packed([round(pick(each) * DRAWN_UNIT) for each in across]) for pick in (min, max)
            ]
            shown["others"] = len(curve.rivals)
        if curve.density_matched:
            shown["densities"] = [
                packed([round(each * _DENSITY) for each in density])
                for density in (curve.density_matched, curve.density_not_matched)
            ]
        return shown

    def _place(self) -> dict[str, Any]:
        places = [each.place for each in self.parts if each.place is not None]
        return {
            "place": self._say([each.sentence for each in places]),
            "between": self._say([each.interval_sentence for each in places]),
            "below": [packed(column) for column in self._places().values()],
        }

    def _calculation(self) -> dict[str, Any]:
        """Return how a rate was borrowed, and its interval under other spreads."""
        found = [each.borrowed for each in self.headlines if each.borrowed is not None]
        first = found[0]
        return {
            "lender": first.lender,
            "told": self.telling.once(first.sentence),
            "steps": [
                [self.telling.once(each.label), each.words, self.telling.numbered(each.sources)]
                for each in first.steps
            ],
            "against": [self.telling.once(each) for each in first.against],
            "taus": [
                [
                    f"{row.tau:.2f}",
                    row.used,
                    self._say([interval_words(*_limits(each.over_tau[at])) for each in found]),
                ]
                for at, row in enumerate(first.over_tau)
            ],
        }


def _limits(row: Any) -> tuple[float, float]:  # noqa: ANN401
    return row.low, row.high


def _kind(headline: Headline) -> str:
    """Return how the icon array calls a rate that no table counts; empty where one does."""
    return BORROWED if headline.borrowed else "fitted" if FITTED in headline.grade else ""


def _how(headline: Headline) -> str:
    """Return where the grade comes from, in the words of a report."""
    return html.unescape(text_of("how_graded.html.j2", headline=headline)).strip()


def whole(rate: float) -> int:
    """Return a rate as a whole per cent; -1 for one that is under 1 %, 101 for one over 99 %.

    Examples
    --------
    >>> whole(0.4449), whole(0.0002), whole(0.0), whole(0.9999)
    (44, -1, 0, 101)
    """
    words = percent(rate)
    return {"under 1 %": -1, "over 99 %": 101}.get(words, of_hundred(rate))


def _units(rate: float) -> int:
    """Return a stored rate as a whole number.

    Raises
    ------
    ValueError
        If it has more decimals than a stored rate.
    """
    units = round(rate * RATE_UNIT)
    if units / RATE_UNIT != rate:
        raise ValueError(f"a rate of {rate!r} was not looked up")
    return units
