"""Reach, target or safety: where a score stands beside the screen of a program."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imgstats.strategy.programs.fields import NO_LIMIT
from imgstats.strategy.rules import LABEL, rule
from imgstats.wording import band_words, count_words, number_words

if TYPE_CHECKING:
    from imgstats.strategy.programs.program import Program
    from imgstats.strategy.rules import Rule
    from imgstats.tables.published import PublishedTables

__all__ = ["CLEAR_POINTS", "REACH", "SAFETY", "TARGET", "TIERS", "UNKNOWN", "Screen", "Screens"]

REACH, TARGET, SAFETY, UNKNOWN = "reach", "target", "safety", "not known"
TIERS = (SAFETY, TARGET, REACH, UNKNOWN)
# A score clears a screen from so many points above its upper end on; nobody published it.
CLEAR_POINTS = 10
# The guide speaks of programs of middle rank: read here as those with an affiliation.
_FILTERS = {
    "university": "filter-university",
    "university-affiliated": "filter-mid-tier",
    "community": "filter-community",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Where a score stands beside the screen of one program.

    Attributes
    ----------
    tier : str
        One of `TIERS`.
    low, high : float or None
        Ends of the screen in points, alike where it is the program's own minimum.
    by : str
        By whose screen, in words.
    grade : str
        ``the user's file``, or the label of advice; empty where nothing is known.
    sources : tuple of str
        Key of the guide where its filter was taken.
    """

    tier: str
    low: float | None
    high: float | None
    by: str
    grade: str
    sources: tuple[str, ...]


class Screens:
    """The screens of programs, and where a score stands beside each.

    The screen of a program is its own minimum where the file says one, and else the guide's
    filter for its type: a range of scores near which such programs filter. A score under the lower
    end is a reach; from `clear` points above the upper end on it is a safety, if it is as far above
    the guide's filter for the program's type too; between them it is a target. Where neither is
    known nothing is said. A program whose own minimum is above the score is left out by that, so a
    reach that is kept is always one by the guide.

    Parameters
    ----------
    tables : PublishedTables
        With the guide's rules.
    clear : int
        Points above the screen's upper end from which a program is a safety.
    """

    def __init__(self, tables: PublishedTables, clear: int = CLEAR_POINTS) -> None:
        self.clear = clear
        self.filters: dict[str, Rule] = {
            kind: rule(tables, name) for kind, name in _FILTERS.items()
        }

    def of(self, program: Program, score: int) -> Screen:
        """Return where a score stands beside a program's screen.

        Examples
        --------
        >>> from imgstats import PublishedTables
        >>> from imgstats.strategy.programs.program import Check, Program
        >>> seen = Check(field="", by="", on=None)
        >>> screens = Screens(PublishedTables())
        >>> it = Program(line=2, program="P", type="community", check=seen)
        >>> [screens.of(it, score).tier for score in (219, 220, 238, 239)]
        ['reach', 'target', 'target', 'safety']
        """
        own, found = program.min_step2_ck, self.filters.get(program.type)
        if own is not None and own != NO_LIMIT:
            checked = program.checked("min_step2_ck").words
            low = high = float(own)
            by = f"by the program's own minimum of {number_words(low)}, {checked}"
            screen = self._screen(score, low, high, by, "the user's file", ())
            return self._no_more_than_by_type(screen, score, found)
        if found is None or found.low is None or found.high is None:
            by = "neither its minimum nor a type that the guide speaks of is known"
            return Screen(tier=UNKNOWN, low=None, high=None, by=by, grade="", sources=())
        by = f"by the guide's filters ({band_words(found.low, found.high)}): {LABEL}"
        return self._screen(score, found.low, found.high, by, LABEL, found.sources)

    def _no_more_than_by_type(self, screen: Screen, score: int, usual: Rule | None) -> Screen:
        """Return a screen by a program's own minimum: over a low one alone nobody is safe."""
        if (
            screen.tier != SAFETY
            or usual is None
            or usual.high is None
            or self._clears(score, usual.high)
        ):
            return screen
        clear = count_words(self.clear, "point")
        by = f"{screen.by}; not {clear} above the guide's {band_words(usual.low, usual.high)}"
        return replace(screen, tier=TARGET, by=by, sources=usual.sources)

    def _clears(self, score: int, high: float) -> bool:
        return score >= high + self.clear

    def _screen(
        self, score: int, low: float, high: float, by: str, grade: str, sources: tuple[str, ...]
    ) -> Screen:
        tier = REACH if score < low else SAFETY if self._clears(score, high) else TARGET
        return Screen(tier=tier, low=low, high=high, by=by, grade=grade, sources=sources)

    def words(self) -> tuple[str, ...]:
        """Return what the three words mean, exactly."""
        clear = count_words(self.clear, "point")
        ranges = "; ".join(
            f"{kind} {band_words(each.low, each.high)}" for kind, each in self.filters.items()
        )
        screen = (
            "Reach, target and safety say where the score stands beside a program's screen: its "
            "own minimum where the file says one, and else the guide's filter for its type "
            f"({ranges}; {LABEL}; what the guide calls middle rank is read as "
            "university-affiliated)."
        )
        tiers = (
            f"Reach: the score is under the screen. Safety: it is {clear} or more above the "
            "screen's upper end, and as far above the guide's filter where the screen is the "
            "program's own (assumed). Target: it is between the two. None of them says how often "
            "anybody was invited or matched."
        )
        return screen, tiers
