"""``imgstats score``: exit codes and what is said."""

from __future__ import annotations

import pytest

from imgstats.cli.main import _run


@pytest.mark.parametrize(("score", "code"), [("242", 0), ("abc", 1)])
def test_exit_code_says_whether_a_row_was_bad(tmp_path, capsys, score, code):
    path, out = tmp_path / "c.csv", tmp_path / "out.csv"
    path.write_text(f"group,step2_ck\nus-img,{score}\n")
    assert _run(["score", str(path), "--out", str(out)]) == code
    said = capsys.readouterr()
    assert said.out == f"{out}\n"
    assert ("line 2: step2_ck is 'abc'" in said.err) == bool(code)


def test_bad_input_is_exit_code_2(tmp_path, capsys):
    assert _run(["score", str(tmp_path / "c.csv")]) == 2
    assert "--out is missing" in capsys.readouterr().err


def test_columns_that_were_passed_over_are_named(tmp_path, capsys):
    path, out = tmp_path / "c.csv", tmp_path / "out.csv"
    path.write_text("group,step2_ck,shoe size\nus-img,230,44\n")
    assert _run(["score", str(path), "--out", str(out)]) == 2
    assert "unknown column 'shoe size'" in capsys.readouterr().err
    assert not out.exists()
    assert _run(["score", str(path), "--out", str(out), "--ignore-columns"]) == 0
    assert "columns passed over: shoe size\n" in capsys.readouterr().err
