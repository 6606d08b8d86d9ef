"""`ShareTable`."""

from __future__ import annotations

import pytest

from imgstats.errors import TableError
from imgstats.tables import Share, ShareTable


def _table(*shares: float, exclusive: bool = True) -> ShareTable:
    answers = tuple(Share(answer=f"answer {i}", share=each) for i, each in enumerate(shares))
    return ShareTable(question="ever?", shares=answers, exclusive=exclusive)


def test_a_share_is_found_by_its_answer():
    assert _table(0.18, 0.71, 0.11).share("answer 1") == 0.71


def test_an_unknown_answer_lists_the_known_ones():
    with pytest.raises(TableError, match="answer 0, answer 1"):
        _table(0.4, 0.6).share("never")


@pytest.mark.parametrize("shares", [(0.33, 0.33, 0.33), (0.18, 0.71, 0.12), (0.5, 0.5)])
def test_shares_add_up_within_the_rounding_of_three(shares):
    assert len(_table(*shares).shares) == len(shares)


# Eight equal answers of 12.5 % are printed as 12 % or 13 % each.
@pytest.mark.parametrize("shares", [(0.12,) * 8, (0.13,) * 8])
def test_more_answers_may_miss_one_by_more(shares):
    assert len(_table(*shares).shares) == len(shares)


@pytest.mark.parametrize("shares", [(0.5, 0.4), (0.7, 0.4), (0.0,)])
def test_shares_that_do_not_add_up_are_refused(shares):
    with pytest.raises(TableError, match="shares add up to"):
        _table(*shares)


def test_answers_that_do_not_exclude_each_other_need_not_add_up():
    assert _table(0.9, 0.8, exclusive=False).share("answer 0") == 0.9


@pytest.mark.parametrize("share", [-0.1, 1.1, 18])
def test_a_share_outside_0_to_1_is_refused(share):
    with pytest.raises(TableError, match="give 18 % as"):
        _table(share, exclusive=False)


@pytest.mark.parametrize("share", [float("nan"), float("inf"), True, "0.5", None], ids=repr)
def test_a_share_that_is_no_number_is_refused(share):
    with pytest.raises(TableError, match="answer 0 is"):
        _table(share, exclusive=False)


def test_no_answer_is_refused():
    with pytest.raises(TableError, match="at least one answer"):
        ShareTable(question="ever?", shares=())


def test_one_answer_twice_is_refused():
    shares = (Share(answer="yes", share=0.5), Share(answer="yes", share=0.5))
    with pytest.raises(TableError, match="yes"):
        ShareTable(question="ever?", shares=shares)


@pytest.mark.parametrize("respondents", [-1, 4.5, True, "45", float("nan")], ids=repr)
def test_respondents_are_a_count(respondents):
    with pytest.raises(TableError, match="respondents is"):
        ShareTable(
            question="ever?", shares=(Share(answer="no", share=1.0),), respondents=respondents
        )
