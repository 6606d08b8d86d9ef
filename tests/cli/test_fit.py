"""``imgstats fit``: tables of any measure through the whole command, in their own words."""

from __future__ import annotations

import json
import re

import pytest

from imgstats.cli.main import _run
from imgstats.own_tables import OwnTables
from imgstats.tables import BandTable
from tests.cohort.files import sheet

OTHER_WORDS = re.compile(r"step ?2|match|applicant", re.IGNORECASE)

GPA = (
    "outcome,n,min,q1,median,q3,max,mean,sd\n"
    "passed,80,2.5,3.12,3.41,3.70,4.0,3.38,0.36\n"
    "failed,45,2.2,2.93,3.14,3.41,4.0,3.14,0.39\n"
)
IELTS = "outcome,n,q1,median,q3\nadmitted,120,6.5,7.0,7.5\nnot admitted,200,5.5,6,6.5\n"
IELTS_BANDS = "low,high,admitted,not admitted\n5,5.5,10,60\n6,6.5,40,80\n7,7.5,50,40\n8,9,20,5\n"
COMLEX = "outcome,n,q1,median,q3\nplaced,400,521,571,622\nnot placed,600,461,506,563\n"
PART = "outcome,n,q1,median,q3\nyes,90,0.42,0.55,0.71\nno,110,0.21,0.37,0.52\n"
SIX_DIGITS = (
    "outcome,n,q1,median,q3,mean,sd\n"
    "passed,300,612340,655120,698430,655000,62000\n"
    "failed,200,548210,590330,633780,591000,63000\n"
)
NURSING = "low,high,pass,fail\n,849,12,70\n850,899,40,60\n900,949,80,30\n950,,90,8\n"
HIDDEN = "low,high,passed,failed\n2.00,2.99,10,40\n3.00,3.49,<5,30\n3.50,4.00,60,10\n"

PASSING = ("--outcome=passed/failed",)
OF_GPA = ("--measure=gpa", "--step=0.01", "--low=0", "--high=4", *PASSING)
OF_IELTS = ("--measure=ielts", "--step=0.5", "--low=0", "--high=9")
ADMITTED = ("--outcome=admitted/not admitted", "--people=candidates")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Stand in a folder of its own, and keep own tables there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMGSTATS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


@pytest.fixture
def asked(elsewhere, capsys):
    """Return a function that asks for a fit of a text; it gives code, stdout and stderr."""

    def fit(text, *words, file="table.csv"):
        (elsewhere / file).write_text(text, encoding="utf-8")
        code = _run(["fit", file, *words])
        said = capsys.readouterr()
        assert not OTHER_WORDS.search(said.out + said.err), said
        return code, said.out, said.err

    return fit


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "words", "head", "step"),
    [
        (GPA, ["--kind=summary", *OF_GPA], "Pass rate by gpa  125 people, 64.0 % passed", "0.01"),
        (
            IELTS,
            ["--kind=summary", *OF_IELTS, *ADMITTED],
            "Share admitted by ielts  320 candidates, 37.5 % admitted",
            "0.5",
        ),
        (
            IELTS_BANDS,
            ["--kind=band", *OF_IELTS, *ADMITTED],
            "Share admitted by ielts  305 candidates in 4 bands",
            "0.5",
        ),
        (
            COMLEX,
            ["--kind=summary", "--measure=comlex level 2", "--outcome=placed/not placed"],
            "Share placed by comlex level 2  1,000 people, 40.0 % placed",
            "1",
        ),
        (
            PART,
            ["--kind=summary", "--low=0", "--high=1", "--outcome=yes/no", "--rate=rate of yes"],
            "Rate of yes by value  200 people, 45.0 % yes",
            "0.01",
        ),
        (
            SIX_DIGITS,
            ["--kind=summary", "--measure=points", *PASSING],
            "Pass rate by points  500 people, 60.0 % passed",
            "1",
        ),
        (
            NURSING,
            ["--kind=band", "--measure=hesi", "--outcome=pass/fail", "--people=nurses",
             "--rate=pass rate"],
            "Pass rate by hesi  390 nurses in 4 bands",
            "1",
        ),
    ],
    ids=["gpa", "ielts", "ielts-bands", "comlex", "part", "six-digits", "nursing"],
)  # fmt: skip
def test_any_table_is_answered_on_one_screen_in_its_words(asked, text, words, head, step):
    code, out, err = asked(text, *words)
    lines = out.splitlines()
    assert (code, err, lines[0]) == (0, "", head)
    assert len(lines) <= 23
    assert max(map(len, lines)) <= 80
    assert f"Step {step}, " in out
    for part in ("95 % interval", "all tried", "Not known:", "Rates are of"):
        assert part in out


@pytest.mark.slow
def test_json_holds_all_and_says_what_the_estimators_say(asked):
    import numpy as np

    from imgstats import OutcomeSummary, RateBounds, Summary, TiltRate, rate_range
    from imgstats.measures import Measure, OutcomeWords

    words = ["--kind=summary", *OF_GPA, "--at=3.2", "--at=3.5", "--level=0.8", "--json"]
    code, out, _ = asked(GPA, *words)
    found = json.loads(out)
    table = OutcomeSummary(
        measure=Measure("gpa", step=0.01, low=0, high=4, words=OutcomeWords("passed", "failed")),
        matched=Summary(n=80, min=2.5, q1=3.12, median=3.41, q3=3.70, max=4.0, mean=3.38, sd=0.36),
        not_matched=Summary(
            n=45, min=2.2, q1=2.93, median=3.14, q3=3.41, max=4.0, mean=3.14, sd=0.39
        ),
    )
    fitted = TiltRate().fit(table)
    x = [3.2, 3.5]
    assert code == 0
    assert [each["rate"] for each in found["rates"]] == pytest.approx(fitted.predict_rate(x))
    np.testing.assert_allclose(
        [[each["low"], each["high"]] for each in found["rates"]], fitted.predict_interval(x, 0.8)
    )
    tried = rate_range(table, x)
    np.testing.assert_allclose(
        [each["tried"] for each in found["rates"]], np.column_stack([tried.low, tried.high])
    )
    bounds = RateBounds(assumption="digits").fit(table)
    above = bounds.band_rates([(each, None) for each in x])[["rate_low", "rate_high"]]
    np.testing.assert_allclose([each["alone_above"] for each in found["rates"]], above)
    assert found["misfit_p"] == tried.candidates[0].p
    assert (found["measure"]["step"], found["measure"]["step_from"]) == (0.01, "given")
    assert found["measure"]["words"]["rate"] == "pass rate"
    assert (found["n"], found["base_rate"], found["level"]) == (125, 0.64, 0.8)
    assert len(found["estimators"]) == 5
    assert found["not_known"]


@pytest.mark.slow
def test_bands_give_the_line_and_each_band_beside_it(asked):
    from imgstats import BandRate, BandTable, LogisticRate

    words = ["--kind=band", *OF_IELTS, *ADMITTED, "--at=7", "--json"]
    found = json.loads(asked(IELTS_BANDS, *words)[1])
    rows = [("5-5.5", 10, 60), ("6-6.5", 40, 80), ("7-7.5", 50, 40), ("8-9", 20, 5)]
    from imgstats.measures import Measure

    table = BandTable.from_counts(Measure("ielts", step=0.5, low=0, high=9), rows)
    (at,) = found["rates"]
    assert at["rate"] == pytest.approx(LogisticRate().fit(table).predict_rate([7])[0])
    low, high = BandRate().fit(table).predict_interval([7])[0]
    band = {"label": "7-7.5", "rate": 50 / 90, "low": low, "high": high, "allowed": None, "n": 90}
    assert at["band"] == pytest.approx(band)
    assert at["tried"][0] <= at["rate"] <= at["tried"][1]
    assert [each["n"] for each in found["bands"]] == [70, 120, 90, 25]


@pytest.mark.slow
def test_a_hidden_count_and_rates_in_whole_per_cents_go_through(asked):
    code, out, err = asked(HIDDEN, "--kind=band", *OF_GPA, "--at=3.1", "--json")
    assert code == 0
    (rate,) = json.loads(out)["rates"]
    band = rate["band"]
    assert rate["tried"][0] <= band["allowed"][0]
    assert rate["tried"][1] >= band["allowed"][1]
    assert (band["label"], band["rate"], band["n"]) == ("3-3.49", None, 30)
    assert band["allowed"] == pytest.approx([0, 4 / 34])
    assert "0 to 4 of 30 to 34 passed" in (err or out)
    text = "low,high,students,pass rate\n2.00,2.99,50,0.20\n3.00,3.49,60,0.52\n3.50,4.00,70,0.86\n"
    code, out, _ = asked(text, "--kind=band", *OF_GPA, "--people=students", "--at=3.1", "--json")
    assert code == 0
    # 0.52 of 60 is 30.9 to 31.5 people: 31 print it.
    assert json.loads(out)["rates"][0]["band"]["rate"] == pytest.approx(31 / 60)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_figure_is_drawn_in_the_tables_words_and_only_over_ours(asked, elsewhere, ending):
    words = ["--kind=band", *OF_IELTS, *ADMITTED, f"--plot=curve.{ending}"]
    figure = elsewhere / f"curve.{ending}"
    for _ in range(2):  # its own file may be replaced
        code, out, _ = asked(IELTS_BANDS, *words)
        assert code == 0
        assert figure.name in out
    drawn = figure.read_bytes()
    assert b"imgstats fit" in drawn
    if ending == "svg":
        text = drawn.decode()
        assert not OTHER_WORDS.search(text.partition("<defs>")[2])
        assert "share admitted" in text
        assert ">ielts<" in text
    figure.write_bytes(b"mine")
    code, _, err = asked(IELTS_BANDS, *words)
    assert code == 2
    assert "was not made by imgstats" in err
    assert figure.read_bytes() == b"mine"


@pytest.mark.slow
def test_a_workbook_and_an_added_table_are_read_too(elsewhere, capsys):
    rows = [line.split(",") for line in IELTS_BANDS.split("\n")[:-1]]
    numbers = [rows[0], *([float(cell) for cell in row] for row in rows[1:])]
    (elsewhere / "bands.xlsx").write_bytes(sheet(numbers))
    options = [*OF_IELTS, *ADMITTED]
    assert _run(["fit", "bands.xlsx", "--kind=band", *options, "--json"]) == 0
    once = json.loads(capsys.readouterr().out)
    about = ["--year=2025", "--source=a report", "--name=ielts"]
    assert _run(["data", "add", "bands.xlsx", "--kind=band", *options, *about]) == 0
    said = capsys.readouterr().out
    assert "used nowhere in the report: `imgstats fit own:ielts` answers for it" in said
    assert not OTHER_WORDS.search(said)
    for words in (["own"], ["show", "own:ielts"]):
        assert _run(["data", *words]) == 0
        said = capsys.readouterr().out
        assert not OTHER_WORDS.search(said), said
    assert "not admitted" in said
    assert _run(["fit", "own:ielts", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["rates"] == once["rates"]
    table = OwnTables().named("ielts").table
    assert isinstance(table, BandTable)
    assert table.words.people == "candidates"


@pytest.mark.parametrize(
    ("text", "words", "message"),
    [
        (GPA, ["--kind=count", *OF_GPA], "kind is 'count'; allowed: band, summary"),
        (GPA, OF_GPA, "--kind is missing"),
        (GPA, ["--kind=summary", *OF_GPA, "--level=95"], "level 95"),
        (GPA, ["--kind=summary", *OF_GPA, "--step=-1"], "--step is given twice"),
        (GPA, ["--kind=summary", "--step=-1", *PASSING], "a step above 0"),
        (GPA, ["--kind=summary", "--low=4", "--high=0", *PASSING], "low below high"),
        (GPA, ["--kind=summary", *OF_GPA, "--rate=a\x1b[2J"], "a word of the measure is"),
        (GPA, ["--kind=summary", "--outcome=passed"], "two words with a stroke between them"),
        (GPA, ["--kind=summary", "--outcome=passed/passed"], "two different words"),
        (
            GPA,
            ["--kind=summary", *OF_GPA, "--plot=a.txt"],
            "a figure as .txt; allowed: png, svg, pdf",
        ),
        (GPA, ["--kind=summary", *OF_GPA, "--plot=no/a.svg"], "is not a folder"),
        (GPA, ["--kind=summary", *OF_GPA, "--plot=table.csv"], "a figure as .csv"),
        (GPA, ["--kind=summary", *OF_GPA, "--sheet=one"], "has no sheets"),
        (
            GPA.replace("3.70", "37"),
            ["--kind=summary", *OF_GPA],
            "'table.csv': line 2: q3 is '37'; allowed: a number from 0 to 4",
        ),
        (
            GPA.replace("3.70", "x").replace("2.93", "y"),
            ["--kind=summary", *OF_GPA],
            "line 2: q3 is 'x'; line 3: q1 is 'y'",
        ),
        (
            GPA.replace("failed", "lost"),
            ["--kind=summary", *OF_GPA],
            "outcomes 'passed', 'lost'; allowed: one row passed and one row failed",
        ),
        (HIDDEN.replace("failed", "lost"), ["--kind=band", *OF_GPA], "unknown column 'lost'"),
        (
            HIDDEN.replace("2.99", "2.995"),
            ["--kind=band", *OF_GPA],
            "high is 2.995; allowed: a value of gpa in steps of 0.01 from 0",
        ),
        (
            HIDDEN.replace("failed", "fail rate"),
            ["--kind=band", *OF_GPA],
            "column 'fail rate' is a rate of one outcome or the other",
        ),
        (HIDDEN.replace("2.99", "3.00"), ["--kind=band", *OF_GPA], "share no value"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_in_its_words(asked, text, words, message):
    code, out, err = asked(text, *words)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert message in err


@pytest.mark.slow
def test_a_value_off_the_scale_is_refused(asked):
    code, out, err = asked(GPA, "--kind=summary", *OF_GPA, "--at=4.2")
    assert (code, out) == (2, "")
    assert "gpa 4.2; allowed: 0 to 4" in err


def test_an_outcome_without_words_is_pointed_to_them(elsewhere, capsys):
    (elsewhere / "table.csv").write_text(HIDDEN, encoding="utf-8")
    assert _run(["fit", "table.csv", "--kind=band"]) == 2
    assert "--outcome" in capsys.readouterr().err


def test_a_table_of_another_exam_is_refused_under_the_name_of_a_known_one(elsewhere, capsys):
    (elsewhere / "table.csv").write_text(
        "outcome,n,q1,median,q3\nmatched,40,521,571,622\nnot_matched,60,461,506,563\n",
        encoding="utf-8",
    )
    for name in ("step2_ck", "STEP 2 CK"):
        assert _run(["fit", "table.csv", "--kind=summary", f"--measure={name}"]) == 2
        assert "step2_ck" in capsys.readouterr().err


@pytest.mark.slow
def test_options_about_an_added_table_are_refused(elsewhere, capsys):
    (elsewhere / "t.csv").write_text(IELTS_BANDS, encoding="utf-8")
    about = ["--year=2025", "--source=a report", *OF_IELTS, *ADMITTED]
    assert _run(["data", "add", "t.csv", "--kind=band", *about]) == 0
    capsys.readouterr()
    for option in ("--step=1", "--kind=summary", "--sheet=one", "--suppressed-below=5"):
        assert _run(["fit", "own:t", option]) == 2
        assert "it was added with them" in capsys.readouterr().err
    assert _run(["fit", "own:none"]) == 2
    assert "there is no own table 'none'" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["nan", "inf", "4.2"])
def test_a_wrong_value_is_refused_by_its_option_before_any_fit(asked, monkeypatch, value):
    from imgstats.fitting import fit

    monkeypatch.setitem(fit.__globals__, "fit_candidates", None)
    code, out, err = asked(GPA, "--kind=summary", *OF_GPA, f"--at={value}")
    assert (code, out) == (2, "")
    assert "--at is " in err


@pytest.mark.slow
def test_a_value_that_is_asked_twice_is_answered_once(asked):
    words = ["--kind=band", *OF_IELTS, *ADMITTED, "--at=7", "--at=6", "--at=7", "--json"]
    found = json.loads(asked(IELTS_BANDS, *words)[1])
    assert [each["x"] for each in found["rates"]] == [7, 6]


@pytest.mark.slow
def test_what_nobody_said_is_told_as_assumed(elsewhere, capsys):
    text = "low,high,matched,not_matched\n1,9,10,40\n10,19,30,20\n"
    (elsewhere / "table.csv").write_text(text, encoding="utf-8")
    whole = "Assumed: outcomes matched/not matched and measure 'value', as the file has them"
    for words, told in (
        ([], whole),
        (["--measure=gpa"], "Assumed: outcomes matched/not matched, as"),
        (["--outcome=matched/not matched"], "Assumed: measure 'value', as"),
        (["--measure=gpa", "--outcome=matched/not matched"], None),
    ):
        assert _run(["fit", "table.csv", "--kind=band", *words, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)["assumed"]
        assert found is None if told is None else found.startswith(told)
