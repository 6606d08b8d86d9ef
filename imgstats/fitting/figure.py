"""The curves of a fit as a figure, in the words of its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import InputError
from imgstats.estimators.band import BandRate
from imgstats.plots.estimator_curves import (
    curves_of,
    describe_estimator_curves,
    estimator_curves,
)
from imgstats.reporting.pictures import Picture
from imgstats.tables import BandTable
from imgstats.wording import capital

if TYPE_CHECKING:
    from pathlib import Path

    from imgstats.fitting.records import Fit

__all__ = ["save_figure"]

_POINTS = 160


def save_figure(found: Fit, path: Path, *, creator: str) -> str:
    """Draw the curve with its interval, and those tried beside it; write it to a file.

    Parameters
    ----------
    found : Fit
        The answers.
    path : pathlib.Path
        Its ending says the kind: ``.svg``, ``.png`` or ``.pdf``.
    creator : str
        The mark by which a command knows its own figure, see `files.figures.check_figure`.

    Returns
    -------
    str
        What the figure shows, in words.

    Raises
    ------
    InputError
        If the ending is another one, or there is no curve.
    WorkError
        If the file cannot be written.
    """
    if any(each.allowed for each in found.bands) and isinstance(
        found.estimator.estimator, BandRate
    ):
        raise InputError(
            "no curve: a band hides a count", "counts in every band", "leave --plot out"
        )
    words, label = found.table.words, found.table.of.label
    shown = {
        capital(words.say(each.words)): each.estimator
        for each in sorted(found.candidates, key=lambda each: each is not found.estimator)
        if each.estimator is not None
        and (each.kept or each is found.estimator)
        # Drawn beside its neighbours, a band by itself is the isotonic step.
        and (not isinstance(each.estimator, BandRate) or each is found.estimator)
    }
    curves = curves_of(shown, _points(found), level=found.level)
    ax = estimator_curves(curves, label=label, ylabel=words.rate)
    told = words.say(describe_estimator_curves(curves, label=label))
    Picture(ax, told).save(path, creator=creator)
    return told


def _points(found: Fit) -> list[float]:
    """Return values between the ends of the table, on its steps where these are few."""
    low, high = _ends(found)
    step = found.table.step
    n = round((high - low) / step)
    every = [round(low + step * at, 9) for at in range(n + 1)] if n <= _POINTS else []
    points = every or np.linspace(low, high, _POINTS + 1).tolist()
    if not isinstance(found.table, BandTable):
        return points
    # Between bands nobody is, and a step has no rate.
    inside = [(band.low, band.high) for band in found.table.bands]
    return [
        x
        for x in points
        if any((low is None or low <= x) and (high is None or x <= high) for low, high in inside)
    ]


def _ends(found: Fit) -> tuple[float, float]:
    if isinstance(found.table, BandTable):
        ends = [end for band in found.table.bands for end in (band.low, band.high)]
        known = [end for end in ends if end is not None]
        return min(known), max(known)
    low, high = found.estimator.estimator.ends_  # type: ignore[union-attr]
    return float(low), float(high)
