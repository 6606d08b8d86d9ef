"""Files and frames that are not the table they should be."""

from __future__ import annotations

import pandas as pd
import pytest

from imgstats.errors import InputError, TableError
from imgstats.tables import (
    BandTable,
    Context,
    CountTable,
    OutcomeSummary,
    ShareTable,
    Summary,
)

SUMMARY = OutcomeSummary(
    measure="step2_ck",
    matched=Summary(n=40, q1=240, median=250, q3=258),
    not_matched=Summary(n=60, median=243),
    group_counts=(50, 75),
    scale=(209, 300),
)
BANDS = BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, None, 6, 14)])

SHAPES = {
    CountTable: ("matched", "not_matched"),
    BandTable: ("measure", "low", "high"),
    OutcomeSummary: ("measure", "outcome", "n"),
    ShareTable: ("question", "answer", "share"),
}
CELLS = [(shape, column) for shape, columns in SHAPES.items() for column in columns]


@pytest.mark.parametrize(("shape", "column"), CELLS)
def test_a_missing_column_is_named(shape, column):
    frame = pd.DataFrame({name: [1] for name in SHAPES[shape] if name != column})
    with pytest.raises(TableError, match=f"also {column}"):
        shape.from_frame(frame)


@pytest.mark.parametrize("shape", SHAPES)
def test_an_empty_frame_is_refused(shape):
    with pytest.raises(TableError, match="allowed"):
        shape.from_frame(pd.DataFrame(columns=list(SHAPES[shape])))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_missing_file_is_an_input_error(shape, tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        shape.from_csv(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("shape", SHAPES)
def test_a_folder_is_an_input_error(shape, tmp_path):
    with pytest.raises(InputError, match="UTF-8 CSV"):
        shape.from_csv(tmp_path)


@pytest.mark.parametrize("shape", SHAPES)
def test_an_empty_file_is_an_input_error(shape, tmp_path):
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InputError, match="header row"):
        shape.from_csv(tmp_path / "empty.csv")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_an_input_error(encoding, tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("matched,not_matched,specialty\n3,1,Médecine\n".encode(encoding))
    with pytest.raises(InputError, match="UTF-8 CSV"):
        CountTable.from_csv(path)


def test_a_byte_order_mark_is_read_over(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("matched,not_matched\n3,1\n", encoding="utf-8-sig")
    assert CountTable.from_csv(path) == CountTable(matched=3, not_matched=1)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"\x00\x01\x02\x00")
    with pytest.raises(InputError, match="allowed"):
        CountTable.from_csv(path)


def test_another_separator_is_refused_by_its_columns(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("matched;not_matched\n3;1\n", encoding="utf-8")
    with pytest.raises(TableError, match="also matched, not_matched"):
        CountTable.from_csv(path)


def test_a_thousands_comma_is_refused(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('matched,not_matched\n"3,392","3,600"\n', encoding="utf-8")
    with pytest.raises(TableError, match="matched is '3,392'"):
        CountTable.from_csv(path)


@pytest.mark.parametrize("rows", [0, 2])
def test_a_count_table_is_one_row(rows):
    frame = pd.DataFrame({"matched": [3] * rows, "not_matched": [1] * rows})
    with pytest.raises(TableError, match=f"{rows} rows"):
        CountTable.from_frame(frame)


@pytest.mark.parametrize("cell", [None, "", "many", -1, 1.5, True])
def test_a_count_that_is_no_count_is_refused(cell):
    frame = pd.DataFrame({"matched": [cell], "not_matched": [1]})
    with pytest.raises(TableError, match="matched is"):
        CountTable.from_frame(frame)


@pytest.mark.parametrize("name", ["specialty", "match_year", "source", "applicant_group"])
def test_two_contexts_in_one_table_are_refused(name):
    frame = BANDS.to_frame().assign(**{name: ["one", "two"]})
    with pytest.raises(TableError, match=f"column {name} holds one, two"):
        BandTable.from_frame(frame)


def test_two_contexts_in_an_outcome_summary_are_refused():
    frame = SUMMARY.to_frame().assign(specialty=["Neurology", "Pediatrics"])
    with pytest.raises(TableError, match="column specialty holds"):
        OutcomeSummary.from_frame(frame)


def test_rows_without_a_context_share_that_of_the_others():
    names = pd.Series(["Neurology", None], dtype="object")
    frame = BANDS.to_frame().assign(specialty=names)
    assert BandTable.from_frame(frame).context == Context(specialty="Neurology")


@pytest.mark.parametrize("table", [BANDS, SUMMARY], ids=["bands", "summary"])
def test_two_measures_in_one_table_are_refused(table):
    frame = table.to_frame().assign(measure=["step2_ck", "contiguous_ranks"])
    with pytest.raises(TableError, match="measure"):
        type(table).from_frame(frame)


def test_two_questions_in_one_table_are_refused():
    frame = pd.DataFrame({"question": ["a", "b"], "answer": ["yes", "no"], "share": [0.4, 0.6]})
    with pytest.raises(TableError, match="question holds a, b"):
        ShareTable.from_frame(frame)


def test_bands_out_of_order_are_refused():
    with pytest.raises(TableError, match="rising bands"):
        BandTable.from_frame(BANDS.to_frame().iloc[::-1])


def test_outcomes_may_stand_in_any_order():
    assert OutcomeSummary.from_frame(SUMMARY.to_frame().iloc[::-1]) == SUMMARY


@pytest.mark.parametrize("outcomes", [("matched", "matched"), ("matched", "unmatched")])
def test_other_outcomes_are_refused(outcomes):
    frame = SUMMARY.to_frame().assign(outcome=list(outcomes))
    with pytest.raises(TableError, match="one row matched, one row not_matched"):
        OutcomeSummary.from_frame(frame)


def test_a_third_outcome_is_refused():
    frame = SUMMARY.to_frame()
    with pytest.raises(TableError, match="one row matched"):
        OutcomeSummary.from_frame(pd.concat([frame, frame.iloc[:1]]))


def test_only_the_needed_columns_make_a_summary():
    frame = SUMMARY.to_frame()[["measure", "outcome", "n", "median"]]
    assert OutcomeSummary.from_frame(frame).matched == Summary(n=40, median=250)


@pytest.mark.parametrize("text", ["no", "false", "0"])
def test_a_no_in_words_is_not_a_yes(text):
    frame = SUMMARY.to_frame().astype({"n_exact": "object"}).assign(n_exact=text)
    try:
        table = OutcomeSummary.from_frame(frame)
    except TableError as refusal:
        assert "n_exact" in str(refusal)  # noqa: PT017  either answer is right, a yes is not
    else:
        assert not table.n_exact


def test_a_scale_of_one_row_only_is_not_lost_silently():
    frame = SUMMARY.to_frame()
    frame["scale_low"] = [209, 1]
    with pytest.raises(TableError, match="scale"):
        OutcomeSummary.from_frame(frame)


def test_whole_per_cents_are_read_as_fractions():
    frame = pd.DataFrame(
        {
            "measure": ["step2_ck"] * 2,
            "band_low": [None, 230],
            "band_high": [229, 239],
            "n": [0, 1807],
            "match_rate_pct": [None, 98],
        }
    )
    band = BandTable.from_frame(frame).bands[1]
    assert (band.n, band.rate, band.rate_unit) == (1807, 0.98, 0.01)


def test_a_rate_in_text_is_refused():
    frame = pd.DataFrame(
        {"measure": "a", "band_low": 1, "band_high": 2, "n": 9, "match_rate_pct": ["98%"]}
    )
    with pytest.raises(TableError, match="98%"):
        BandTable.from_frame(frame)


@pytest.mark.parametrize("share", ["18%", None])
def test_a_share_that_is_no_number_is_refused(share):
    frame = pd.DataFrame({"question": "q", "answer": ["a", "b"], "share": [share, 0.82]})
    with pytest.raises(TableError, match="share is"):
        ShareTable.from_frame(frame)
