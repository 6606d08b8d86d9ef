"""The shipped tables, read from the processed data and given their shape."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imgstats.errors import TableError, did_you_mean, one_of_many
from imgstats.meanings import group_key
from imgstats.measures import measure as known_measure
from imgstats.sources import processed_rows, read_processed
from imgstats.specialties import INTERNAL_MEDICINE
from imgstats.tables.counts import CountTable
from imgstats.tables.shares import ShareTable
from imgstats.tables.summary import OutcomeSummary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from imgstats.sources.tabular import Record

__all__ = ["PublishedTables"]

_SURVEY_SHARES = "programs_pct"
_GROUP = "applicant_group"


class PublishedTables:
    """Tables of one data folder; each file is verified and read once.

    Parameters
    ----------
    root : Path, optional
        Data folder with ``raw/`` and ``processed/``. Default: the one that ships with the package.

    Examples
    --------
    >>> table = PublishedTables().counts(group="non_us_img", year="2026")
    >>> table.matched, table.n
    (3392, 6992)
    """

    def __init__(self, root: Path | str | None = None) -> None:
        self.root = root
        self._frames: dict[str, pd.DataFrame] = {}
        self._records: dict[str, tuple[Record, ...]] = {}
        self._summaries: dict[tuple[str, str, str, str], OutcomeSummary] = {}

    def frame(self, name: str) -> pd.DataFrame:
        """Return a processed table as a data frame, for analyses; a lookup takes `rows`.

        Raises
        ------
        DataChangedError
            If the file or what it was made from is not what was recorded.
        """
        if name not in self._frames:
            self._frames[name] = read_processed(name, self.root)
        return self._frames[name]

    def rows(self, name: str, **wanted: str | int) -> tuple[Record, ...]:
        """Return the rows of a processed table whose columns hold the wanted values.

        Parameters
        ----------
        name : str
            Name of the table.
        **wanted : str or int
            Value by column; none for all rows. A group may be written ``non-us-img`` too, and a
            year as a number.

        Returns
        -------
        tuple of mapping
            Plain values by column, None for an empty cell; not to be changed.

        Raises
        ------
        DataChangedError
            If the file or what it was made from is not what was recorded.
        TableError
            If no row holds a wanted value; the message lists what there is.

        Examples
        --------
        >>> (row,) = PublishedTables().rows(
        ...     "counts", applicant_group="us_img", specialty="All specialties", match_year="2026"
        ... )
        >>> row["matched"]
        2949
        """
        rows = self._all_rows(name)
        return tuple(rows[at] for at in self._places(name, wanted)) if wanted else rows

    def select(self, name: str, **wanted: str | int) -> pd.DataFrame:
        """Return the same rows as a data frame, for analyses; it raises what `rows` raises."""
        return self.frame(name).iloc[self._places(name, wanted)]

    def _all_rows(self, name: str) -> tuple[Record, ...]:
        if name not in self._records:
            self._records[name] = processed_rows(name, self.root)
        return self._records[name]

    def _places(self, name: str, wanted: Mapping[str, str | int]) -> list[int]:
        """Return where the rows with the wanted values stand."""
        rows = self._all_rows(name)
        places = list(range(len(rows)))
        for column, given in wanted.items():
            value = group_key(str(given)) if column == _GROUP else str(given)
            holding = [at for at in places if str(rows[at][column]) == value]
            if not holding:
                have = sorted({str(rows[at][column]) for at in places})
                raise TableError(
                    f"no {name} with {column} {value}",
                    one_of_many(value, have) or "nothing: see the other conditions",
                    did_you_mean(value, have),
                )
            places = holding
        return places

    def years(self, group: str, specialty: str) -> tuple[str, ...]:
        """Return the years in which a group was counted in a specialty, in rising order.

        Examples
        --------
        >>> PublishedTables().years("non-us-img", "Internal Medicine")[-1]
        '2026'
        """
        wanted = (group_key(group), specialty)
        return tuple(
            sorted(
                str(row["match_year"])
                for row in self.rows("counts")
                if (row[_GROUP], row["specialty"]) == wanted
            )
        )

    @property
    def specialties(self) -> tuple[str, ...]:
        """The specialties in which applicants are counted, as printed, in printed order."""
        return tuple(dict.fromkeys(str(row["specialty"]) for row in self.rows("counts")))

    def counts(
        self, *, group: str, year: str | int, specialty: str = INTERNAL_MEDICINE
    ) -> CountTable:
        """Return matched and not matched of a group.

        Parameters
        ----------
        group : str
            ``non_us_img`` or ``us_img``, also in other words, such as ``non-us-img``.
        year : str or int
            Year of the Match.
        specialty : str
            As printed.

        Raises
        ------
        TableError
            If that table is not there.
        """
        return CountTable.from_records(
            self.rows("counts", applicant_group=group, specialty=specialty, match_year=year)
        )

    def outcome_summary(
        self,
        *,
        group: str,
        year: str | int,
        specialty: str = INTERNAL_MEDICINE,
        measure: str = "step2_ck",
    ) -> OutcomeSummary:
        """Return a measure of the matched and of the not matched, with the group's counts.

        Parameters
        ----------
        group, year, specialty : str
            As in `counts`.
        measure : str
            One of `imgstats.measures.MEASURES`.

        Raises
        ------
        TableError
            If that table is not there.

        Examples
        --------
        >>> PublishedTables().outcome_summary(group="non-us-img", year=2026).matched.median
        251.0
        """
        key = (group_key(group), str(year), specialty, measure)
        if key not in self._summaries:
            self._summaries[key] = self._summary(*key)
        return self._summaries[key]

    def _summary(self, group: str, year: str, specialty: str, measure: str) -> OutcomeSummary:
        rows = self.rows(
            "summaries",
            applicant_group=group,
            specialty=specialty,
            match_year=year,
            measure=measure,
        )
        whole = self.counts(group=group, year=year, specialty=specialty)
        table = OutcomeSummary.from_records(rows)
        return replace(
            table,
            group_counts=(whole.matched, whole.not_matched),
            scale=self._scale(measure, year),
            context=replace(
                table.context,
                outcome=whole.context.outcome,
                population=whole.context.population,
            ),
        )

    def _scale(self, measure: str, year: str | int) -> tuple[int, int] | None:
        """Lowest score printed for anybody that year, to the highest possible."""
        highest = known_measure(measure).high
        printed = self.rows("summaries", match_year=year, measure=measure)
        lowest = min((row["min"] for row in printed if row["min"] is not None), default=None)
        return None if highest is None or lowest is None else (int(lowest), int(highest))

    def answers(self, question: str) -> ShareTable:
        """Return the shares of answers to one question of the program director survey.

        Raises
        ------
        TableError
            If the survey has no such question with shares.
        """
        return ShareTable.from_records(
            [
                {
                    **row,
                    "answer": row["category"],
                    "share": row["value"] / 100,
                    "respondents": row["respondents_n"],
                }
                for row in self.rows("program_survey", unit=_SURVEY_SHARES, question=question)
            ]
        )
