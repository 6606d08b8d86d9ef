"""The short answer: on one screen whoever asks, with all that must not be missing."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from imgstats.cli.main import _run
from imgstats.cli.parts.screen import screen
from imgstats.comparison.score import direct
from imgstats.comparison.score.records import Ladder
from imgstats.comparison.shown.brief import Brief, Line

NON_US = ["--group", "non-us-img", "--step2-ck"]
ASKED = {
    "242": [*NON_US, "242", "--attempts", "2", "--usce-months", "3", "--ranks", "5"],
    "199": [*NON_US, "199"],
    "214": [*NON_US, "214"],
    "290": [*NON_US, "290"],
    "US IMG": ["--group", "us-img", "--step2-ck", "242"],
    "family medicine": [*NON_US, "242", "--specialty", "family medicine"],
    "dermatology": [*NON_US, "242", "--specialty", "dermatology"],
    "refused": ["--group", "us-img", "--step2-ck", "242", "--specialty", "pediatrics"],
    "any PGY-1": [*NON_US, "242", "--denominator", "any-pgy1"],
    "much": [
        *[*NON_US, "199", "--label", "姓名" * 100, "--ranks", "5"],
        *["--correlation-matched", "0..0.6", "--correlation-not-matched", "0..0.6"],
        *(word for each in "abcdefghij" for word in ("--scenario", f"{each * 20}=0.5..0.9")),
    ],
}
ADD = ["--source", "A report", "--year", "2026", "--group", "non-us-img"]
IM = ["--specialty", "Internal Medicine"]


@pytest.fixture(autouse=True)
def usual_terminal(monkeypatch, tmp_path):
    """Have a terminal of 80 columns, and no table of one's own."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("IMGSTATS_DATA_DIR", str(tmp_path / "own"))


@pytest.fixture
def lines(capsys):
    """Return a function that asks for an estimate and returns the lines of the answer."""

    def estimate(*options):
        code = _run(["estimate", *options])
        said = capsys.readouterr()
        assert (code, said.err) == (0, "")
        return said.out.splitlines()

    return estimate


def fits(shown, columns=80):
    return len(shown) <= 24 and max(cell_len(each) for each in shown) <= columns


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_fits_one_screen(lines, name):
    shown = lines(*ASKED[name])
    assert fits(shown), "\n".join(shown)
    assert shown[0].startswith("Step 2 CK ")
    assert shown[-1].startswith("--full shows ")


@pytest.mark.parametrize("name", ["242", "199", "214", "290"])
def test_what_must_not_be_missing_is_there(lines, name):
    text = " ".join(" ".join(lines(*ASKED[name])).split())
    for part in ("95 % interval", "curves tried", "Whose: non-US IMGs, active applicants who",
                 "Grade: direct, fitted", "Its table: B (", "Exam attempts: no public table",
                 "US clinical experience: no public table", "Ranks: ", "Not known: letters",
                 "which programs were applied to.",
                 "neither is a forecast for one person."):  # fmt: skip
        assert part in text


def test_an_answer_says_what_the_figures_alone_allow(lines, monkeypatch):
    sentence = f"The figures alone allow 11 % to 73 %: assumed is only {'much ' * 14}and no jump."
    known = Ladder(rungs=(), sentence=sentence, caption="")
    monkeypatch.setattr(direct, "ladder_at", lambda *_: known)
    shown = lines(*ASKED["242"])
    assert fits(shown)
    assert sentence in " ".join(shown)


@pytest.mark.parametrize("factor", ["Exam attempts", "US clinical experience", "Ranks"])
def test_a_factor_has_one_line(lines, factor):
    shown = lines(*ASKED["242"])
    (at,) = [at for at, each in enumerate(shown) if each.startswith(f"{factor}: ")]
    assert shown[at].endswith(".")


def test_the_rate_of_the_ranks_is_there_with_its_interval(lines, compared):
    from imgstats import Applicant
    from imgstats.wording import interval_words, percent

    rate = compared(Applicant(group="non_us_img", step2_ck=242, ranks=5)).factor("ranks").rate
    words = f"Ranks: 5 ranks, {percent(rate.rate)} (95 % interval "
    (line,) = [each for each in lines(*ASKED["242"]) if each.startswith("Ranks")]
    assert line.startswith(words)
    assert interval_words(rate.low, rate.high) in line


def test_a_borrowed_rate_says_what_speaks_against_it(lines):
    text = " ".join(lines(*ASKED["US IMG"]))
    assert "Grade: borrowed." in text
    assert "Borrowed. The match rate of non-US IMGs" in text
    assert "Against it: No table at hand counts US IMGs" in text


def test_a_refusal_says_why_and_what_is_known(lines):
    shown = lines(*ASKED["refused"])
    assert any(each.startswith("No rate. No 2026 table") for each in shown)
    assert any(each.startswith("Known: In the 2026 Match 2,949 of 4,210") for each in shown)
    assert not any("match rate  95" in each for each in shown)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "kind", "said"),
    [
        ("1,1,600,400\n2,2,60,140\n3,,10,90\n", "attempts", "2 attempts, 30.0 % (95 % interval"),
        ("1,1,600,400\n2,2,*,140\n3,,10,90\n", "attempts", "2 attempts, between 0.0 % and 2.8 %"),
        ("100,229,60,80\n230,300,700,500\n", "step2_ck", "Grade: direct."),
    ],
)
def test_an_own_table_fits_too(lines, capsys, tmp_path, table, kind, said):
    file = tmp_path / "mine.csv"
    file.write_text(f"low,high,matched,not_matched\n{table}", encoding="utf-8")
    hidden = ["--suppressed-below", "5"] if "*" in table else []
    words = ["data", "add", str(file), "--kind", "band", "--measure", kind, *ADD, *IM, *hidden]
    assert _run(words) == 0
    capsys.readouterr()
    shown = lines(*NON_US, "242", "--attempts", "2")
    assert fits(shown), "\n".join(shown)
    assert said in " ".join(shown)


@pytest.mark.parametrize("columns", [40, 60, 200])
def test_another_terminal_is_filled_to_80_columns_at_most(lines, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = lines(*ASKED["242"])
    assert fits(shown, min(columns, 80))
    assert shown[0].startswith("Step 2 CK 242")


def test_a_scenario_is_beside_its_factor(lines):
    text = " ".join(lines(*NON_US, "242", "--scenario", "visa=0.5..0.9"))
    assert re.search(r"Visa: .* findings; assumed odds ratio 0\.5 to 0\.9, \d+ % to \d+ %\.", text)


def brief_of(*lines, rows=()):
    columns = ("", "match rate") if rows else ()
    return Brief(head="a head", label="", columns=columns, rows=rows, lines=lines)


def test_one_odds_ratio_gives_one_rate(lines):
    text = " ".join(lines(*NON_US, "242", "--scenario", "visa=0.5"))
    assert re.search(r"assumed odds ratio 0\.5, \d+ %\.", text)


def test_what_may_go_goes_before_anything_is_cut():
    long = Line(text="word " * 230)  # 15 lines of 80 columns
    shown = [each.plain for each in screen(brief_of(Line(text="may go " * 60, least=0), long))]
    assert len(shown) == 18
    assert not any("may go" in each or each.endswith("...") for each in shown)


def test_the_longest_part_is_cut_between_words_and_says_so():
    shown = [each.plain for each in screen(brief_of(Line(text="a line"), Line(text="word " * 999)))]
    assert len(shown) == 23
    assert shown[-2].endswith("word ...")
    assert "a line" in shown


def test_the_full_answer_has_more(lines):
    assert len(lines(*ASKED["242"], "--full")) > 60
