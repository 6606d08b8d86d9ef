"""Curves that are fitted once in a process, whichever test asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.curves.store import StoredCurves
from imgstats.curves.tasks import fit_task
from imgstats.sources import data_root

if TYPE_CHECKING:
    from imgstats.curves.record import CurveKey, RateCurve
    from imgstats.curves.tasks import Task

_FITTED: dict[tuple[CurveKey, str], RateCurve | str] = {}


def fit_once(task: Task) -> RateCurve | str:
    """Return what `fit_task` makes of a task; the same figures are fitted once."""
    place = task.key, task.inputs
    if place not in _FITTED:
        _FITTED[place] = fit_task(task)
    return _FITTED[place]


def looked_up(task: Task) -> RateCurve | str:
    """Return the committed curve where its figures are these, and fit where they are others.

    That the committed curves are those of a fit has tests of its own.
    """
    stored = StoredCurves(data_root())
    assert stored.manifest is not None
    entry = stored.manifest.curves.get(task.key)
    if entry is None or entry.inputs != task.inputs:
        return fit_once(task)
    return stored.curve(task.key, task.inputs) or entry.reason
