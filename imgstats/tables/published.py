"""The shipped tables, read from the processed data and given their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.errors import TableError, did_you_mean
from imgstats.measures import measure as known_measure
from imgstats.sources import read_processed
from imgstats.specialties import INTERNAL_MEDICINE
from imgstats.tables.context import Context
from imgstats.tables.counts import CountTable
from imgstats.tables.shares import ShareTable
from imgstats.tables.summary import OutcomeSummary
from imgstats.tables.tidy import one_context

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

__all__ = ["PublishedTables"]

_SURVEY_SHARES = "programs_pct"


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

    def frame(self, name: str) -> pd.DataFrame:
        """Return a processed table as a data frame.

        Raises
        ------
        DataChangedError
            If the file or what it was made from is not what was recorded.
        """
        if name not in self._frames:
            self._frames[name] = read_processed(name, self.root)
        return self._frames[name]

    def select(self, name: str, **wanted: str) -> pd.DataFrame:
        """Return the rows of a processed table whose columns hold the wanted values.

        Raises
        ------
        TableError
            If no row holds a wanted value; the message lists what there is.
        """
        rows = self.frame(name)
        for column, value in wanted.items():
            present = rows[column].astype(str)
            wanted_rows = rows[(present == value).to_numpy()]
            if wanted_rows.empty:
                have = sorted(set(present))
                raise TableError(
                    f"no {name} with {column} {value}",
                    ", ".join(have) or "nothing: see the other conditions",
                    did_you_mean(value, have),
                )
            rows = wanted_rows
        return rows

    def counts(self, *, group: str, year: str, specialty: str = INTERNAL_MEDICINE) -> CountTable:
        """Return matched and not matched of a group.

        Raises
        ------
        TableError
            If that table is not there.
        """
        rows = self.select("counts", applicant_group=group, specialty=specialty, match_year=year)
        return CountTable.from_frame(rows)

    def outcome_summary(
        self,
        *,
        group: str,
        year: str,
        specialty: str = INTERNAL_MEDICINE,
        measure: str = "step2_ck",
    ) -> OutcomeSummary:
        """Return a measure of the matched and of the not matched, with the group's counts.

        Raises
        ------
        TableError
            If that table is not there.
        """
        rows = self.select(
            "summaries",
            applicant_group=group,
            specialty=specialty,
            match_year=year,
            measure=measure,
        )
        whole = self.counts(group=group, year=year, specialty=specialty)
        context = one_context(rows.drop(columns="outcome"))
        table = OutcomeSummary.from_frame(rows)
        return OutcomeSummary(
            measure=measure,
            matched=table.matched,
            not_matched=table.not_matched,
            group_counts=(whole.matched, whole.not_matched),
            scale=self._scale(measure, year),
            context=Context(
                applicant_group=group,
                specialty=specialty,
                match_year=year,
                outcome=whole.context.outcome,
                population=whole.context.population,
                dataset=context.dataset,
                source=context.source,
                trust=context.trust,
            ),
        )

    def _scale(self, measure: str, year: str) -> tuple[int, int] | None:
        """Lowest score printed for anybody that year, to the highest possible."""
        highest = known_measure(measure).highest
        lowest = self.select("summaries", match_year=year, measure=measure)["min"].min()
        return None if highest is None else (int(lowest), highest)

    def answers(self, question: str) -> ShareTable:
        """Return the shares of answers to one question of the program director survey.

        Raises
        ------
        TableError
            If the survey has no such question with shares.
        """
        rows = self.select("program_survey", unit=_SURVEY_SHARES, question=question)
        frame = rows.rename(columns={"category": "answer", "respondents_n": "respondents"})
        return ShareTable.from_frame(frame.assign(share=frame["value"].astype(float) / 100))
