"""All that the explore page holds: every table of both groups, told by `compare`'s own parts."""

from __future__ import annotations

from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from imgstats.applicant import GROUPS, Applicant, group_label
from imgstats.comparison.citations import citations_of, cited
from imgstats.comparison.compare import compare, make_request
from imgstats.comparison.factors.ranks import ranks_curve, ranks_factor
from imgstats.comparison.request import DENOMINATORS
from imgstats.curves.screen import stored_screen_shares
from imgstats.errors import TableError
from imgstats.evidence import score_filters
from imgstats.explore.packing import ALPHABET, packed
from imgstats.explore.phrases import PhraseBook
from imgstats.explore.rules import rules
from imgstats.explore.scores import DRAWN_UNIT, RATE_UNIT, SCORES, score_columns, whole
from imgstats.explore.telling import Telling
from imgstats.levels import LEVEL
from imgstats.own_tables import OwnTables
from imgstats.specialties import ALL_SPECIALTIES, INTERNAL_MEDICINE, printed_name
from imgstats.wording import level_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imgstats.comparison.citations import Citation
    from imgstats.comparison.request import Request
    from imgstats.tables.published import PublishedTables

__all__ = ["DEFAULT_SCORE", "Gathered", "gather"]

DEFAULT_SCORE = 242
_FIRST = ("non_us_img", INTERNAL_MEDICINE, DENOMINATORS[0])
_NO_SCREEN = (
    "The scores of the matched and of the not matched are not printed for this group and "
    "specialty, so no share of them can be given."
)


class Gathered:
    """The page's data, and the sources that they name by number.

    Parameters
    ----------
    tables : PublishedTables
        Where everything is looked up.
    specialties : sequence of str
        As printed, in the order of the page.
    own : OwnTables
        Tables that count beside the published ones.
    """

    def __init__(self, tables: PublishedTables, specialties: Sequence[str], own: OwnTables) -> None:
        self.tables, self.specialties, self._own = tables, list(specialties), own
        self._book, self._keys = PhraseBook(), dict[str, str]()
        self.default = compare(
            Applicant(group=_FIRST[0], step2_ck=DEFAULT_SCORE, specialty=self.specialties[0]),
            tables,
            own=self._own,
        )
        self.data = self._data()

    @property
    def sources(self) -> tuple[Citation, ...]:
        """The sources in the order of their numbers."""
        return citations_of(tuple(self._keys.values()), self.tables.root, ())

    def numbered(self, keys: Iterable[str]) -> list[int]:
        """Return the numbers of some sources, from 1."""
        found = list(keys)
        for each in found:
            self._keys.setdefault(str(each), each)
        order = list(self._keys)
        return [order.index(str(each)) + 1 for each in found]

    def _data(self) -> dict[str, Any]:
        tables = {
            group: [self._table(group, each) for each in self.specialties] for group in GROUPS
        }
        anywhere = {group: self._anywhere(group) for group in GROUPS}
        survey = [
            [each.sentence, each.grade, self.numbered(cited([(each.source, each.dataset)]))]
            for each in score_filters(self.tables)
        ]
        passing = self.numbered(cited((row["source"], row["dataset"]) for row in self._passing()))
        templates, columns = self._book.written()
        return {
            "alphabet": ALPHABET,
            "scores": [SCORES[0], SCORES[-1]],
            "unit": RATE_UNIT,
            "drawn": DRAWN_UNIT,
            "level": level_words(LEVEL),
            "groups": [[key, label] for key, label in GROUPS.items()],
            "specialties": self.specialties,
            "everySpecialty": ALL_SPECIALTIES,
            "denominators": [
                [name, each.outcome]
                for name, each in zip(DENOMINATORS, self.default.denominators, strict=False)
            ],
            "start": DEFAULT_SCORE,
            "rules": rules(),
            "passing": passing,
            "survey": survey,
            "screenSaid": _screen_sentence("{s}", self._year(), "{m}", "{tu}", "{v}", "{wx}"),
            "tables": tables,
            "anywhere": anywhere,
            "templates": templates,
            "columns": columns,
        }

    def _passing(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self.tables.rows("passing_scores", exam="step2_ck")]

    def _year(self) -> str:
        """Return the year of the tables by score."""
        return self._request(*_FIRST).year

    def _request(self, group: str, specialty: str, denominator: str) -> Request:
        applicant = Applicant.model_validate(
            {"group": group, "step2_ck": DEFAULT_SCORE, "specialty": specialty}
        )
        return make_request(applicant, self.tables, denominator=denominator, own=self._own)

    def _telling(self, group: str, specialty: str) -> Telling:
        names = {"{N}": specialty, "{n}": specialty.lower(), "{G}": f"{group_label(group)}s"}
        return Telling(book=self._book, names=names, numbered=self.numbered)

    def _table(self, group: str, specialty: str) -> dict[str, Any]:
        request = self._request(group, specialty, DENOMINATORS[0])
        telling = self._telling(group, specialty)
        return {
            **score_columns(request, telling),
            "ranks": self._ranks(request, telling),
            "screen": self._screen(request, telling),
        }

    def _anywhere(self, group: str) -> dict[str, Any]:
        request = self._request(group, self.specialties[0], DENOMINATORS[1])
        return score_columns(request, self._telling(group, ALL_SPECIALTIES))

    def _ranks(self, request: Request, telling: Telling) -> dict[str, Any]:
        """Return what is said of numbers of contiguous ranks, whatever the score."""
        found = ranks_curve(request)
        plain = ranks_factor(request)
        if found is None:
            return {"none": telling.once(plain.sentence)}
        first, last = (int(found[1].x[end]) for end in (0, -1))
        counts = range(first, last + 1)
        told = [ranks_factor(_ranked(request, each)) for each in counts]
        rates = [each.rate for each in told if each.rate is not None]
        outside = ranks_factor(_ranked(request, last + 1)).sentence
        known = {"s": list(counts)}
        return {
            "ends": [first, last],
            "said": telling.once(plain.sentence),
            "outside": telling.say([outside], {"s": [last + 1]}),
            "rate": telling.say([each.sentence for each in rates], known),
            "sources": self.numbered(plain.sources),
        }

    def _screen(self, request: Request, telling: Telling) -> dict[str, Any]:
        """Return which shares stay above a filter, at every cut between the printed extremes."""
        try:
            table = self.tables.outcome_summary(
                group=request.applicant.group, year=request.year, specialty=request.specialty
            )
            shares = stored_screen_shares(table, self.tables.root)
        except TableError:
            return {"none": telling.once(_NO_SCREEN)}
        both = [
            [each for each in shares if each.outcome == outcome]
            for outcome in ("matched", "not_matched")
        ]
        ends = ("share", "low", "high")
        columns = [[getattr(each, end) for each in side] for side in both for end in ends]
        return {
            "ends": [both[0][0].cut, both[0][-1].cut],
            "shares": [packed([whole(each) for each in column]) for column in columns],
            "sources": self.numbered(request.cite_table(table.context)),
        }


def gather(tables: PublishedTables, specialties: Sequence[str] = ()) -> Gathered:
    """Gather what the page shows.

    Parameters
    ----------
    tables : PublishedTables
        The published tables.
    specialties : sequence of str
        Which, in any spelling that `printed_name` knows; all of the tables when empty.

    Raises
    ------
    InputError
        If a specialty is none of the tables'; the closest three are named.
    DataChangedError
        If a data file is not the one whose hash was recorded.
    """
    known = set(tables.specialties) - {ALL_SPECIALTIES}
    wanted = {printed_name(each, known) for each in specialties} or known
    # Most readers look for the one that the project is about, which leads the list.
    ordered = sorted(wanted, key=lambda name: (name != INTERNAL_MEDICINE, name))
    # The page is for whoever gets it: its maker's own tables are no part of it.
    with TemporaryDirectory() as empty:
        return Gathered(tables, ordered, OwnTables(empty))


def _ranked(request: Request, ranks: int) -> Request:
    return replace(request, applicant=request.applicant.model_copy(update={"ranks": ranks}))


def _screen_sentence(
    cut: str, year: str, matched: str, matched_ends: str, not_matched: str, not_matched_ends: str
) -> str:
    """Return what a filter keeps; the page puts the figures in the places of their letters."""
    return (
        f"A filter at {cut} keeps {matched} of those who matched in {year} ({level_words(LEVEL)} "
        f"interval {matched_ends}) and {not_matched} of those who did not ({not_matched_ends})."
    )
