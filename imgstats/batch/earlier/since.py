"""What a cohort file says that it did not say in the last run, told from ledger and records.

The ledger keeps one hash of all that a report is made from. Which field differs is told from the
report's own record, which holds its values anyway, so that nothing more of a person is kept.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from imgstats.batch import ledger as states
from imgstats.batch.plan import those_who_left
from imgstats.cohort.changes import Change, Changes
from imgstats.cohort.judging import same_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgstats.batch.folder import BatchFolder
    from imgstats.batch.ledger import Entry, Ledger
    from imgstats.batch.plan import Plan, PlannedReport
    from imgstats.batch.records import Batch

__all__ = ["changes_since", "note_told", "note_untold", "untold"]

# A fact of the ledger: what a run found and no index has told yet.
_UNTOLD = "untold"


def changes_since(batch: Batch, plan: Plan, known: Mapping[str, Entry]) -> Changes:
    """Compare the rows of a plan with those of the ledger.

    Parameters
    ----------
    batch : Batch
        Its cohort, folder, notebook, package and data.
    plan : Plan
        What stands and what does not.
    known : mapping
        The ledger's rows by key as they were before the run.
    """
    was_bad = {same_id(each.id) for each in known.values() if each.state == states.BAD}
    new, changed, remade = [], [], []
    for each in plan.reports:
        before = known.get(each.key)
        name = same_id(each.row.id)
        if before is None or (before.state == states.GONE and name not in was_bad):
            new.append(each.row.id)
        elif not each.stands and _was_made(before):
            values, others = _differing(batch, each, before)
            if values:
                changed.append(Change(id=each.row.id, what=values))
            else:
                remade.append(Change(id=each.row.id, what=others))
    return Changes(
        new=tuple(new),
        changed=tuple(changed),
        remade=tuple(remade),
        gone=tuple(
            each.id
            for each in those_who_left(known.values(), plan, batch.cohort)
            if known[each.key].state != states.GONE or same_id(each.id) in was_bad
        ),
    )


def _was_made(entry: Entry) -> bool:
    return bool(entry.page_sha256) and entry.state in {states.MADE, states.GONE} and not entry.error


def _differing(
    batch: Batch, report: PlannedReport, before: Entry
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which fields of the row differ, and what else a report is made from does."""
    if before.inputs_sha256 == report.inputs:
        return (), ("files",)  # removed or altered by somebody
    metadata = _record_of(batch.folder, before)
    then = _part(metadata, "papermill", "parameters")
    now = report.row.applicant.model_dump(mode="json")
    values = tuple(name for name in now if name in then and then[name] != now[name])
    made = _part(metadata, "imgstats")
    current = {
        "package": ("code_sha256", batch.made_by.code),
        "data": ("data_sha256", batch.made_by.data),
        "notebook": ("notebook_sha256", sha256(batch.notebook).hexdigest()),
    }
    others = (what for what, (key, value) in current.items() if made and made.get(key) != value)
    return values, tuple(others)


def _record_of(folder: BatchFolder, entry: Entry) -> dict[str, Any]:
    """Return the metadata of a report's record as it was written; nothing of an altered one."""
    try:
        content = folder.record(entry.key).read_bytes()
        if sha256(content).hexdigest() != entry.record_sha256:
            return {}
        metadata = json.loads(content)["metadata"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return metadata if isinstance(metadata, dict) else {}


def _part(found: Mapping[str, Any], *names: str) -> dict[str, Any]:
    part: Any = found
    for name in names:
        part = part.get(name) if isinstance(part, dict) else None
    return part if isinstance(part, dict) else {}


# --- told on an index, or not yet


def untold(facts: Mapping[str, str], found: Changes) -> Changes | None:
    """Return the changes with those that a stopped run did not tell; None in a first run.

    Parameters
    ----------
    facts : mapping
        The ledger's.
    found : Changes
        Of this run.
    """
    if not facts or states.FIRST in facts:
        return None
    if _UNTOLD in facts:
        return found.after(Changes.from_plain(json.loads(facts[_UNTOLD])))
    return found


def note_untold(ledger: Ledger, changes: Changes | None) -> None:
    """Keep what a run found until its index tells it; a kill in between would lose it."""
    if changes is not None:
        ledger.note(_UNTOLD, json.dumps(changes.to_plain()))


def note_told(ledger: Ledger) -> None:
    """Forget what the index tells now."""
    ledger.forget(_UNTOLD, states.FIRST)
