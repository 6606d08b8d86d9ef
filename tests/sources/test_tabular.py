"""Cells in, cells out: types by the schema, and an empty cell is never zero."""

from __future__ import annotations

import pytest

from imgstats.errors import TableError
from imgstats.sources.tabular import Field, parse_rows, render_rows, to_frame


def test_rendering_gives_the_parsed_bytes_back() -> None:
    data = b'a,b\n240.5,\n251,"x, ""y"""\n'
    assert render_rows(["a", "b"], parse_rows(data, ["a", "b"], "t")) == data


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"a,c\n1,2\n", r"t has the columns a, c; allowed: a, b"),
        (b"", r"t has the columns \(none\); allowed: a, b"),
        (b"a,b\n1\n", "t, line 2 has 1 cells; allowed: 2 cells"),
        (b"a,b\n1,2,3\n", "t, line 2 has 3 cells"),
        (b"a,b\n\xff,2\n", "t is not UTF-8 CSV"),
        (b'a,b\n"1"x,2\n', "t is not UTF-8 CSV"),
    ],
)
def test_a_broken_file_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        parse_rows(data, ["a", "b"], "t")


@pytest.mark.parametrize(
    ("field", "cells", "dtype"),
    [
        (Field("x", "integer", required=True), ["1", "2"], "int64"),
        (Field("x", "integer"), ["1", ""], "Int64"),
        (Field("x", "number"), ["240.5", ""], "float64"),
        (Field("x", "string"), ["a", ""], "str"),
        (Field("x", "date"), ["2026-03-20", ""], "datetime64[ns]"),
    ],
)
def test_types_follow_the_schema(field: Field, cells: list[str], dtype: str) -> None:
    column = to_frame([{"x": cell} for cell in cells], [field], "t")["x"]
    assert str(column.dtype) == dtype
    assert column.isna().tolist() == [cell == "" for cell in cells]


@pytest.mark.parametrize("type_name", ["integer", "number", "string", "date"])
def test_a_column_with_nothing_in_it_is_missing_and_not_zero(type_name: str) -> None:
    frame = to_frame([{"x": ""}], [Field("x", type_name)], "t")
    assert frame["x"].isna().all()


@pytest.mark.parametrize(
    ("type_name", "cell"),
    [
        ("integer", "1.0"),
        ("integer", "1_000"),
        ("integer", " 7"),
        ("number", "nan"),
        ("number", "1e3"),
        ("number", "1,5"),
        ("date", "2026-02-30"),
        ("date", "20.03.2026"),
    ],
)
def test_a_cell_of_another_type_is_refused(type_name: str, cell: str) -> None:
    with pytest.raises(TableError, match=f"t, line 2: x is '{cell}'; allowed: a {type_name}"):
        to_frame([{"x": cell}], [Field("x", type_name)], "t")


def test_an_empty_required_cell_is_refused() -> None:
    with pytest.raises(TableError, match="t, line 3: x is empty; allowed: a value"):
        to_frame([{"x": "1"}, {"x": ""}], [Field("x", "integer", required=True)], "t")
