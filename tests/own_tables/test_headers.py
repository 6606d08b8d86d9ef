"""What a column means: by its name, never by a guess that turns the meaning round."""

from __future__ import annotations

import pytest

from imgstats.errors import InputError
from imgstats.own_tables.kinds import COLUMNS, MEANINGS
from imgstats.own_tables.meanings import column_of, folded, meanings_of
from imgstats.own_tables.reading import rows_of
from tests.own_tables.adding import add

BAND = [column.name for column in COLUMNS["band"]]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("total", "n"), ("N", "n"), ("Count", "n"), ("Total applicants", "n"),
        ("unmatched", "not_matched"), ("Did not match", "not_matched"),
        ("failed to match", "not_matched"), ("Not matched", "not_matched"),
        ("NON-MATCHED", "not_matched"), ("didn't match", "not_matched"), ("Low", "low"),
        ("from", "low"), ("to", "high"), ("# matched", "matched"), ("number matched", "matched"),
        ("match_rate", "rate"), ("Match Rate", "rate"), ("proportion matched", "rate"),
    ],
)  # fmt: skip
def test_another_name_of_one_meaning_is_taken(written, meant):
    assert column_of(written, COLUMNS["band"]) == meant


@pytest.mark.parametrize(
    "written",
    [
        "percent_matched", "% matched", "Match rate (%)", "pct", "match_rate_pct",
        "percent_unmatched", "% not matched",
    ],
)  # fmt: skip
def test_a_rate_in_per_cent_is_refused_by_name(tmp_path, written):
    with pytest.raises(InputError) as caught:
        add(tmp_path, f"low,high,n,{written}\n1,1,100,20\n")
    said = str(caught.value)
    assert "is a rate in per cent" in said
    assert "give rate as a fraction, with n" in said
    assert "did you mean" not in said


@pytest.mark.parametrize("written", ["unmatched_rate", "rate not matched", "non-match rate"])
def test_a_rate_of_the_others_is_refused_by_name(tmp_path, written):
    with pytest.raises(InputError, match="is a rate of those who did not match"):
        add(tmp_path, f"low,high,n,{written}\n1,1,100,0.2\n")


def test_a_match_rate_is_taken_where_it_holds_fractions(tmp_path):
    added = add(tmp_path, "low,high,n,match_rate\n1,1,100,0.20\n2,,100,0.80\n")
    assert [band.rate for band in added.table.bands] == [0.2, 0.8]
    assert added.said == ("read 'match_rate' as rate",)
    with pytest.raises(InputError, match="column 'match_rate' holds '20': a rate in per cent"):
        add(tmp_path, "low,high,n,match_rate\n1,1,100,20\n2,,100,80\n", file="other.csv")


@pytest.mark.parametrize(
    "written", ["step1", "Step 1 score", "COMLEX", "comlex level 2", "step2_cs"]
)
def test_another_exam_is_no_column_and_no_measure(tmp_path, written):
    with pytest.raises(InputError, match="another exam") as caught:
        add(tmp_path, f"{written},matched,not_matched\n1,60,40\n")
    assert "did you mean" not in str(caught.value)
    if "score" not in written:
        with pytest.raises(InputError, match="another exam"):
            add(tmp_path, measure=written)


@pytest.mark.parametrize("written", ["unmatchd", "unmached", "nonmatchd", "not_matchd", "no match"])
def test_no_guess_says_the_opposite(tmp_path, written):
    with pytest.raises(InputError) as caught:
        add(tmp_path, f"low,high,{written},n\n1,1,40,100\n")
    assert "did you mean matched?" not in str(caught.value)


def test_columns_of_a_measure_point_to_low_and_high(tmp_path):
    with pytest.raises(InputError) as caught:
        add(tmp_path, "attempts,matched,total\n1,60,100\n")
    said = str(caught.value)
    assert "low and high" in said
    assert "imgstats data template band" in said


def test_two_columns_of_one_meaning_are_both_named(tmp_path):
    with pytest.raises(InputError, match="columns 'n' and 'total' both mean n"):
        add(tmp_path, "low,high,matched,n,total\n1,1,60,100,100\n")


def test_a_name_of_several_meanings_is_refused_with_them(tmp_path):
    with pytest.raises(InputError, match="column 'middle' may mean median or mean"):
        add(tmp_path, "outcome,n,middle\nmatched,4,1\nnot_matched,4,2\n", kind="summary")


def test_a_share_in_per_cent_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match="is a share in per cent"):
        add(tmp_path, "question,answer,percent\nq,a,20\n", kind="share")


def test_every_other_name_is_folded_and_means_one_column_of_a_kind():
    for columns in COLUMNS.values():
        known = [column.name for column in columns]
        for name in known:
            for spelled in MEANINGS.get(name, ()):
                assert folded(spelled) == spelled
                found = meanings_of(spelled, known)
                assert found == (name,) or spelled == "middle"


def test_negations_and_quantities_are_never_mixed():
    for name in ("unmatched", "not_matched", "did_not_match"):
        assert meanings_of(name, BAND) == ("not_matched",)
    assert meanings_of("matched", BAND) == ("matched",)
    assert meanings_of("rate", BAND) == ("rate",)


# --- all bad rows are told


def test_all_bad_rows_are_told_in_their_order(tmp_path):
    text = "low,high,matched,not_matched\n1,1,-1,3\n2,2,3\n3,3,N/A,3\n4,4,4,4\n4,5,4,4\n"
    with pytest.raises(InputError) as caught:
        add(tmp_path, text)
    said = str(caught.value)
    places = [said.index(f"line {line}:") for line in (2, 3, 4, 6)]
    assert places == sorted(places)
    assert "\n" not in said


def test_rows_of_one_fault_share_what_is_allowed(tmp_path):
    with pytest.raises(InputError) as caught:
        add(tmp_path, "low,high,matched,not_matched\n1,1,-1,3\n2,2,-2,3\n")
    assert str(caught.value).count("allowed") == 1
    assert "line 2: matched is '-1'; line 3: matched is '-2'; allowed" in str(caught.value)


def test_ten_bad_rows_are_told_and_the_rest_counted(tmp_path):
    rows = "".join(f"{n},{n},{'9' * 40}x,3\n" for n in range(1, 101))
    with pytest.raises(InputError) as caught:
        add(tmp_path, f"low,high,matched,not_matched\n{rows}")
    said = str(caught.value)
    told = said.count("line ")
    assert 1 < told <= 10
    assert f"; and {100 - told} more rows; allowed: a whole number" in said
    assert len(said) < 1000


@pytest.mark.parametrize("end", ["", ",", ",,,", ", ,"])
def test_empty_cells_at_the_end_of_a_line_are_no_cells(end):
    text = f"matched,not_matched{end}\n30,10{end}\n"
    found = rows_of(text.encode(), COLUMNS["count"])
    assert [row.cells for row in found.rows] == [{"matched": "30", "not_matched": "10"}]
