"""Sets of items without a three-digit score: the share that was right, by its sampling alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.strategy.readiness.forms import FREE, ITEMS
from imgstats.strategy.readiness.records import ItemShare
from imgstats.tables.counts import CountTable

if TYPE_CHECKING:
    from imgstats.strategy.practice_file import PracticeTest, PracticeTests

__all__ = ["item_share", "item_shares"]

_LEVEL = 0.9


def item_share(test: PracticeTest) -> ItemShare:
    """Return the share of items of a set that were right, with its Wilson interval.

    Parameters
    ----------
    test : PracticeTest
        Its score in per cent.

    Examples
    --------
    >>> from datetime import date
    >>> from imgstats.strategy.practice_file import PracticeTest
    >>> from imgstats.strategy.readiness.forms import form_of
    >>> taken = PracticeTest(line=2, day=date(2027, 5, 1), form=form_of("Free 120"), score=70.0)
    >>> found = item_share(taken)
    >>> found.right, found.items, round(found.low, 2), round(found.high, 2)
    (84, 120, 0.63, 0.76)
    """
    right = round(test.score / 100 * ITEMS)
    # A share is a share: the table's words for its two outcomes stay inside it.
    low, high = CountTable(matched=right, not_matched=ITEMS - right).wilson(_LEVEL)
    return ItemShare(
        day=test.day,
        form=test.form.name,
        right=right,
        items=ITEMS,
        low=low,
        high=high,
        level=_LEVEL,
    )


def item_shares(practice: PracticeTests) -> tuple[ItemShare, ...]:
    """Return the share of each set of items among a person's practice tests."""
    return tuple(item_share(each) for each in practice.tests if each.form.kind == FREE)
