"""ECFMG certification, visa and Step 3: what is known of their dates, which is little.

No table here says how long a certificate or a visa takes, or who may sit Step 3 and when. So they
stand in a calendar as steps without a day, with who says it. Only how long a score takes is
published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited, merged
from imgstats.strategy.situation import VISAS
from imgstats.strategy.timeline.days import undated
from imgstats.strategy.timeline.exams import last_exam
from imgstats.strategy.timeline.records import NOT_KNOWN
from imgstats.wording import listed, thousands

if TYPE_CHECKING:
    from imgstats.sources.tabular import Record
    from imgstats.strategy.situation import Situation
    from imgstats.strategy.timeline.frame import Frame
    from imgstats.strategy.timeline.records import Event
    from imgstats.tables.published import PublishedTables

__all__ = ["certification_events"]

# Names of the table of fees: what certification is made of, and what a visa costs.
_CERTIFICATION = (
    "MyIntealth account",
    "ECFMG certification application",
    "Credential verification",
    "ECFMG Pathways application",
    "OET Medicine",
)
_J1 = "J-1 sponsorship and SEVIS"
_NO_TIME = "not reckoned: no table here has its time"


def certification_events(
    situation: Situation, frame: Frame, tables: PublishedTables
) -> list[Event]:
    """Return the steps beside exams and experience, those without a known day without one.

    Parameters
    ----------
    situation : Situation
        Who plans.
    frame : Frame
        What the plan is counted from.
    tables : PublishedTables
        With ``pathway_fees``, which name the parts of certification.
    """
    events = [_certification(tables), *_visa(situation, tables)]
    return [*events, _step3(situation, frame)]


def _certification(tables: PublishedTables) -> Event:
    rows = [_fee(tables, each) for each in _CERTIFICATION]
    return _without_day(
        "certification",
        "ECFMG certification",
        f"A page for applicants lists its parts with fees (grade {rows[0]['trust']}): "
        f"{listed([str(row['item']) for row in rows])}. How long each takes, and by when it has to "
        "be done, is not known here; ECFMG says it on its pages.",
        rows,
    )


def _visa(situation: Situation, tables: PublishedTables) -> list[Event]:
    """Return the visa of who needs one; of who did not say and may, that it was not said."""
    asks = "How long it takes, and what has to be there first, is not known here"
    if needed := VISAS.get(situation.visa, ()):
        rows = [_fee(tables, _J1)] if "J-1" in needed else []
        cost = [
            f"{row['item']} cost {thousands(int(row['fee_usd']))} USD (grade {row['trust']})."
            for row in rows
        ]
        note = " ".join([*cost, f"{asks}; the sponsor and the program that takes you say it."])
        return [_without_day("visa", f"Visa: {' or '.join(needed)}", note, rows)]
    if situation.visa or situation.applicant.group == "us_img":
        return []
    return [_without_day("visa", "Visa", f"Whether you need one was not said (visa). {asks}.", [])]


def _step3(situation: Situation, frame: Frame) -> Event:
    """Return the last days of Step 3 where no other exam stands before it, or no day."""
    name, who = "step3", "Who may sit it, and from when, is not known here; the USMLE says it."
    if not situation.scored:
        return _without_day(
            name,
            "Step 3, if you choose it",
            f"It is weighed once the Step 2 CK score is there. {who}",
            [],
        )
    return last_exam(
        situation,
        frame,
        name,
        f"Step 3 at the latest, if you choose it, score {frame.deadline_short}",
        deadline=frame.deadline,
        kind=frame.counted_kind,
        grade=frame.counted_grade,
        sources=frame.deadline_sources,
        note=f"What speaks for it and against it stands under the exam record. {who}",
    )


def _without_day(name: str, label: str, note: str, rows: list[Record]) -> Event:
    return undated(
        name=name,
        label=label,
        note=note,
        sources=merged(cited((row["source"], row["dataset"]) for row in rows)),
        kind=NOT_KNOWN,
        reckoned=_NO_TIME,
    )


def _fee(tables: PublishedTables, item: str) -> Record:
    (row,) = tables.rows("pathway_fees", item=item)
    return row
