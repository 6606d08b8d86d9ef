"""Who makes the reports of a batch and its index: Dask's workers, or whoever is handed in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from imgstats.batch.tasks import Job, Made, MadePlan, Unmade
    from imgstats.reporting.cohort.index import IndexFiles

__all__ = ["Opening", "Work"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The work of a batch that touches none of its files.

    Attributes
    ----------
    reports : callable
        Turns an iterator of jobs into a generator of what comes of each, in any order. A job counts
        as begun when it is taken. Whoever stops early closes the generator.
    index : callable
        Makes the index page; takes and returns what `index_files` does.
    """

    reports: Callable[[Iterator[Job]], Generator[Made | MadePlan | Unmade]]
    index: Callable[..., IndexFiles]


# Takes how many reports and plans are wanted, maybe none, and gives the work for a ``with`` block.
Opening = Callable[[int], AbstractContextManager[Work]]
