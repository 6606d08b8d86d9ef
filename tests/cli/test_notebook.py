"""``imgstats notebook copy``, and what ``imgstats report`` takes without a notebook."""

from __future__ import annotations

import pytest

from imgstats.cli.main import _run

GOOD = ["--group", "us-img", "--step2-ck", "230", "--out", "out"]


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    """Return a function that runs a command in an empty folder: its code, stdout and last line."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = _run(list(words))
        output = capsys.readouterr()
        return code, output.out, (output.err.splitlines() or [""])[-1]

    return run


def test_a_copy_is_made_once(said, tmp_path):
    assert said("notebook", "copy") == (0, f"{tmp_path / 'applicant_report.ipynb'}\n", "")
    code, out, line = said("notebook", "copy")
    assert (code, out) == (2, "")
    assert line.startswith("imgstats: applicant_report.ipynb is there already; allowed: a new file")


def test_a_copy_may_have_a_name(said, tmp_path):
    assert said("notebook", "copy", "{2026} mine.ipynb")[0] == 0
    assert (tmp_path / "{2026} mine.ipynb").is_file()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--sections", "luck"], "no section is called 'luck'; allowed: history, rate"),
        (["--sections", ","], "--sections is ','"),
        (["--logo", "none.png"], "none.png"),
        (["--logo", "."], "is a folder"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_one_line(said, tmp_path, options, words):
    code, out, line = said("report", *GOOD, *options)
    assert (code, out) == (2, "")
    assert words in line
    assert list(tmp_path.iterdir()) == []
