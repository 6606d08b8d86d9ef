"""Every pair of kind and measure moves an answer, or is refused with what is read instead."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pytest

from imgstats import Applicant
from imgstats.errors import InputError
from imgstats.own_tables import KINDS, OWN_MEASURES, OwnTables, store
from imgstats.own_tables.kinds import USES
from imgstats.own_tables.uses import used_in
from tests.own_tables.adding import WHO, add

INSTEAD = "a band, summary or share of attempts, or a count without a measure"
PAIRS = list(product(KINDS, (*OWN_MEASURES, "")))
TABLES = {
    ("band", "step2_ck"): "low,high,matched,not_matched\n,239,40,60\n240,,80,20\n",
    ("band", ""): "low,high,matched,not_matched\n1,1,600,400\n2,,60,140\n",
    ("summary", "step2_ck"): (
        "outcome,n,q1,median,q3\nmatched,400,240,250,260\nnot_matched,600,230,240,250\n"
    ),
    ("summary", "contiguous_ranks"): (
        "outcome,n,min,q1,median,q3,max,mean,sd\nmatched,500,1,3,5,8,30,6.1,4.5\n"
        "not_matched,900,1,1,2,3,15,2.5,2.2\n"
    ),
    ("summary", ""): "outcome,n,mean,sd\nmatched,400,4.3,2.7\nnot_matched,600,2.1,1.2\n",
    ("count", ""): "matched,not_matched\n400,600\n",
    ("share", ""): "question,answer,share\nAsked?,never,0.25\nAsked?,often,0.75\n",
}


def text_of(kind, measure):
    """Return a table of a kind, whatever its measure."""
    return TABLES.get((kind, measure), TABLES[kind, ""])


APPLICANT = Applicant(group="non_us_img", step2_ck=242, attempts=2, usce_months=3, ranks=5)


@pytest.fixture(scope="module")
def plain(compared, tmp_path_factory):
    """Return what is said where no table was added."""
    return compared(APPLICANT, own=OwnTables(tmp_path_factory.mktemp("none")))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "measure"), [each for each in PAIRS if each in USES])
def test_an_accepted_pair_moves_an_answer(compared, plain, tmp_path, kind, measure):
    add(tmp_path, text_of(kind, measure), kind=kind, measure=measure)
    found = compared(APPLICANT, own=OwnTables(tmp_path / "data"))
    use = USES[kind, measure]
    name = {"attempts": "attempts", "usce_months": "usce", "contiguous_ranks": "ranks"}.get(
        use.place, ""
    )
    if not name:
        assert found.headline.rate != plain.headline.rate
    elif use.evidence:
        (own,) = found.factor(name).evidence[:1]
        assert (own.grade, own.source) == ("user", "own:own")
        assert found.factor(name).rate == plain.factor(name).rate
    else:
        assert found.factor(name).rate != plain.factor(name).rate
    assert "own:own" in {each.key for each in found.sources}


@pytest.mark.parametrize(("kind", "measure"), [each for each in PAIRS if each not in USES])
def test_a_refused_pair_names_what_is_read_instead(tmp_path, kind, measure):
    with pytest.raises(InputError) as caught:
        add(tmp_path, text_of(kind, measure), kind=kind, measure=measure)
    said = str(caught.value)
    assert "\n" not in said
    assert not (tmp_path / "data").exists()
    if not measure and kind in {"band", "summary"}:
        assert all(each in said for each in OWN_MEASURES)
        return
    named = [
        each
        for each in USES
        if each[0] in said and (each[1] in said if each[1] else "without a measure" in said)
    ]
    assert named


def test_own_evidence_is_shown_beside_own_rates(compared, tmp_path):
    add(tmp_path, text_of("band", "attempts"), file="a.csv")
    for name in ("first", "second"):
        add(tmp_path, text_of("share", ""), kind="share", file=f"{name}.csv")
    found = compared(
        Applicant(group="non_us_img", step2_ck=242, attempts=2), own=OwnTables(tmp_path / "data")
    ).factor("attempts")
    assert found.rate is not None
    assert {each.source for each in found.evidence[:2]} == {"own:first", "own:second"}


def test_a_summary_as_evidence_shows_its_digits(compared, tmp_path):
    add(tmp_path, text_of("summary", ""), kind="summary")
    found = compared(
        Applicant(group="non_us_img", step2_ck=242), own=OwnTables(tmp_path / "data")
    ).factor("attempts")
    assert found.evidence[0].sentence == (
        "Number of exam attempts by outcome: mean 4.3, sd 2.7, n 400 among the matched, mean 2.1, "
        "sd 1.2, n 600 among the not matched (Report X, 2026). Such a summary gives no rate by "
        "value."
    )


def test_the_words_of_a_measure_keep_their_capitals(compared, tmp_path):
    add(tmp_path, text_of("summary", ""), kind="summary", measure="usce_months")
    found = compared(
        Applicant(group="non_us_img", step2_ck=242), own=OwnTables(tmp_path / "data")
    ).factor("usce")
    assert found.evidence[0].sentence.startswith("Months of US clinical experience by outcome: ")


def test_an_own_summary_of_ranks_that_gives_no_rate_is_named(compared, tmp_path):
    text = "outcome,n\nmatched,400\nnot_matched,600\n"
    add(tmp_path, text, kind="summary", measure="contiguous_ranks")
    applicant = Applicant(group="non_us_img", step2_ck=242, ranks=5)
    found = compared(applicant, own=OwnTables(tmp_path / "data"))
    assert found.factor("ranks").sentence.startswith("The added table own gives no rate: ")
    assert found.factor("ranks").rate == compared(applicant).factor("ranks").rate


def kept(name, kind, measure, group="us_img"):
    return SimpleNamespace(
        name=name, kind=kind, measure=measure, group=group, specialty="Internal Medicine"
    )


def test_where_each_is_used_is_said():
    tables = [
        kept("newer", "band", "step2_ck"),
        kept("older", "summary", "step2_ck"),
        kept("counts", "count", ""),
        kept("counts-of-others", "count", "", "non_us_img"),
        kept("asked", "share", "contiguous_ranks"),
        kept("ranks", "summary", "contiguous_ranks"),
        kept("idle", "count", "attempts"),
    ]
    assert [used_in(each, tables) for each in tables] == [
        "the headline",
        "not used: newer comes first",
        "not used: newer comes first",
        "the headline",
        "contiguous ranks, evidence",
        "contiguous ranks",
        f"not used: no answer reads a count of attempts; {INSTEAD} is read",
    ]


def test_a_table_that_was_added_before_and_is_not_used_is_listed_and_harmless(
    compared, tmp_path, monkeypatch
):
    monkeypatch.setattr(store, "refuse_unused", lambda *_: None)
    added = add(tmp_path, text_of("count", ""), kind="count", measure="attempts")
    own = OwnTables(tmp_path / "data")
    assert own.find(measure="attempts", **WHO) == added
    assert used_in(added.certificate, own.certificates()).startswith("not used: no answer reads")
    applicant = Applicant(group="non_us_img", step2_ck=242, attempts=2)
    assert compared(applicant, own=own) == compared(applicant)
