"""``imgstats score``: exit codes and what is said."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest
from pyarrow import parquet

from imgstats.cli.main import _run
from tests.patience import PATIENCE


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


def test_a_column_is_what_the_user_says_and_what_was_read_is_told(tmp_path, capsys):
    path, out = tmp_path / "c.csv", tmp_path / "out.csv"
    path.write_text("Group,Result (3 digits)\nUS IMG,230\n")
    options = ["--column", "Result (3 digits)=step2_ck"]
    assert _run(["score", str(path), "--out", str(out), *options]) == 0
    assert capsys.readouterr().err.splitlines()[:3] == [
        "read 'Group' as group",
        "read 'Result (3 digits)' as step2_ck",
        "read group 'US IMG' as us-img",
    ]
    for bad in ("Result", "=x", "Result=", "Result (3 digits)=step2"):
        assert _run(["score", str(path), "--out", str(out), "--column", bad]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_option_of_older_versions_is_taken_and_does_nothing(tmp_path, capsys):
    path, out = tmp_path / "c.csv", tmp_path / "out.csv"
    path.write_text("group,step2_ck\nus-img,230\n")
    assert _run(["score", str(path), "--out", str(out), "--workers", "1"]) == 0
    assert "--workers" not in capsys.readouterr().err
    assert _run(["score", str(path), "--out", str(out), "--workers", "2"]) == 0
    assert "--workers does nothing" in capsys.readouterr().err
    assert _run(["score", str(path), "--out", str(out), "--workers", "0"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "words"),
    [("nonsense", "tcp:// or tls://"), ("tcp://127.0.0.1:1", "no scheduler answers")],
)
def test_an_address_without_a_scheduler_is_bad_input(tmp_path, capsys, monkeypatch, address, words):
    monkeypatch.setattr("imgstats.batch.pool._CONNECT_SECONDS", 1)
    path = tmp_path / "c.parquet"
    parquet.write_table(pa.table({"group": ["us-img"], "step2_ck": [230]}), path)
    out = tmp_path / "out.csv"
    assert _run(["score", str(path), "--out", str(out), "--scheduler", address]) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.slow
def test_the_command_imports_nothing_that_it_does_not_use(tmp_path):
    path = tmp_path / "c.parquet"
    parquet.write_table(pa.table({"group": ["us-img"], "step2_ck": [230]}), path)
    program = (
        "import sys; from imgstats.cli.main import _run; "
        "code = _run(['score', *sys.argv[1:]]); print(*sys.modules); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path, "--out", tmp_path / "out.csv"],
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert "pyarrow" in loaded
    assert not loaded & {"dask", "distributed", "matplotlib", "nbformat", "openpyxl", "pandas"}
    assert not loaded & {"papermill", "rich", "scipy", "sklearn", "statsmodels"}


@pytest.mark.slow
def test_scores_as_csv_need_pyarrow_and_no_package_of_reports(tmp_path):
    path, out = tmp_path / "c.csv", tmp_path / "out.csv"
    path.write_text("group,step2_ck\nus-img,242\nnon-us-img,230\n")
    program = (
        "import sys\n"
        "from imgstats.extras import hidden\n"
        "from imgstats.cli.main import _run\n"
        "with hidden(*sys.argv[1].split()):\n"
        "    sys.exit(_run(['score', *sys.argv[2:]]))"
    )
    without = "papermill nbconvert nbclient ipykernel matplotlib seaborn distributed dask "
    without += "cryptography openpyxl icalendar jinja2"

    def scored(names, *words):
        return subprocess.run(
            [sys.executable, "-c", program, names, path, "--out", out, *words],
            capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip

    done = scored(without)
    assert (done.returncode, done.stdout) == (0, f"{out}\n"), done.stderr
    assert len(out.read_text().splitlines()) == 3
    out.unlink()

    done = scored("pyarrow")
    assert done.returncode == 2
    assert "pyarrow not installed; allowed: the extra 'score'" in done.stderr
    done = scored("distributed", "--scheduler", "tcp://127.0.0.1:1")
    assert done.returncode == 2
    assert "distributed not installed; allowed: the extra 'batch'" in done.stderr
    assert "leave --scheduler out" in done.stderr
    assert not out.exists()


@pytest.mark.slow
def test_pyarrow_does_not_bring_pandas_along():
    program = (
        "import sys; from imgstats.cli.score import _spare_pandas; _spare_pandas(); "
        "import pyarrow as pa; pa.array([1]).to_numpy(); print('pandas' in sys.modules); "
        "import pandas; print(pandas.Series(['a']).tolist())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout.splitlines() == ["False", "['a']"]
