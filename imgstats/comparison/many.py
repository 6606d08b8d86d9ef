"""The headline of `compare` for many applicants: one look for each group, specialty and score."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from imgstats.comparison.compare import compare, make_request
from imgstats.comparison.factors.combined import has_own_factors
from imgstats.comparison.score.ways import score_way
from imgstats.errors import ImgstatsWarning
from imgstats.levels import LEVEL
from imgstats.own_tables import OwnTables
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.rate import ScoreRate
    from imgstats.comparison.score.records import Combined

__all__ = ["Rates"]


class Rates:
    """Looks each group, specialty and score up once.

    Parameters
    ----------
    tables : PublishedTables, optional
        Default: those that ship.
    own : OwnTables, optional
        The user's own. Default: those that `imgstats data add` keeps.
    level : float
        Level of the intervals, a fraction.

    Examples
    --------
    >>> from imgstats import Applicant
    >>> found = Rates().of(Applicant(group="non_us_img", step2_ck=242))
    >>> found.band_low, round(found.band_rate, 2), found.grade
    (240, 0.45, 'direct, fitted')
    """

    def __init__(
        self,
        tables: PublishedTables | None = None,
        own: OwnTables | None = None,
        level: float = LEVEL,
    ) -> None:
        self._tables, self._own = tables or PublishedTables(), own or OwnTables()
        self._level = level
        self._pairs: dict[tuple[str, str], _PairRates] = {}

    def of(self, applicant: Applicant) -> ScoreRate:
        """Return what `compare` says of the applicant's score.

        Raises
        ------
        InputError
            As `compare` does.
        """
        return self._pair(applicant).of(applicant.step2_ck)

    def combined(self, applicant: Applicant) -> tuple[Combined, ...]:
        """Return the score and other factors together, where the user added tables of those.

        Raises
        ------
        InputError
            As `compare` does.
        """
        if not self._pair(applicant).has_own_factors:
            return ()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImgstatsWarning)  # the report's notes say it
            found = compare(applicant, self._tables, own=self._own, level=self._level)
        return found.headline.combined if found.headline else ()

    def _pair(self, applicant: Applicant) -> _PairRates:
        key = (applicant.group, applicant.specialty)
        if key not in self._pairs:
            request = make_request(applicant, self._tables, own=self._own, level=self._level)
            self._pairs[key] = _PairRates(request)
        return self._pairs[key]


class _PairRates:
    """The rates of one group and specialty."""

    def __init__(self, request: Request) -> None:
        self._way = score_way(request)
        self.has_own_factors = has_own_factors(request)
        self._found: dict[int, ScoreRate] = {}

    def of(self, score: int) -> ScoreRate:
        """Return the rate of a score."""
        if score not in self._found:
            self._found[score] = self._way.rate(score)
        return self._found[score]
