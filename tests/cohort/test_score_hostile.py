"""Small files that say a great deal: judged by lengths, before anything of it is made text."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from imgstats.cohort.columns import COLUMNS
from imgstats.cohort.files.long_cells import LONG, shortened
from imgstats.cohort.judging import Judge

pytestmark = pytest.mark.slow

# Scores a file in a process of its own, and says what it cost: seconds and MiB at the most.
_SCORE = """
import json, resource, sys, time
from pyarrow import compute, parquet
from imgstats.cohort.scoring.score import score_file
from imgstats.cohort.scoring.scorer import Scorer
from imgstats.errors import InputError
Scorer()
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    found = score_file(sys.argv[1], sys.argv[2])
    said = [found.rows, found.bad, found.shown[0] if found.bad else ""]
except InputError as e:
    said = [0, 0, str(e)]
more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps([*said, time.process_time() - start, more]))
"""


def score_apart(path):
    """Return rows, bad ones, what is said, seconds of a processor and MiB."""
    done = subprocess.run(
        [sys.executable, "-c", _SCORE, path, path.with_name("out.parquet")],
        capture_output=True, text=True, check=True, timeout=300, env=dict(os.environ),
    )  # fmt: skip
    return json.loads(done.stdout)


def write(path, rows, **columns):
    """Write rows that are good but for some columns, as small as can be."""
    table = {
        "group": pa.repeat(pa.scalar("us-img"), rows),
        "step2_ck": pa.repeat(pa.scalar(230), rows),
    }
    parquet.write_table(pa.table(table | columns), path, compression="zstd", store_schema=False)


@pytest.mark.parametrize("column", ["id", "label"])
def test_one_cell_of_200_million_letters_is_refused_by_its_length(tmp_path, column):
    path = tmp_path / "c.parquet"
    # In a process of its own, or the memory of this one would be that of the file.
    made = (
        "import sys, pyarrow as pa; from pyarrow import parquet; "
        "t = {'id': ['A'], 'group': ['us-img'], 'step2_ck': [230]}; "
        "t[sys.argv[2]] = ['x' * 200_000_000]; "
        "parquet.write_table(pa.table(t), sys.argv[1], compression='zstd')"
    )
    subprocess.run([sys.executable, "-c", made, path, column], check=True, timeout=300)
    assert path.stat().st_size < 20_000
    *_, said, seconds, more = score_apart(path)
    assert said.startswith(f"c.parquet: column {column} holds 200,000,0")
    assert "bytes of text in 1 row; allowed: up to 1,000 bytes a row" in said
    assert more < 100
    assert seconds < 20


@pytest.mark.parametrize("kind", [pa.string(), pa.binary()], ids=str)
def test_long_texts_that_every_row_says_again_are_kept_once(tmp_path, kind):
    path, rows = tmp_path / "c.parquet", 30_000
    codes = pa.array(np.zeros(rows, dtype=np.int32))
    many = pa.DictionaryArray.from_arrays(codes, pa.array([b"x" * 100_000], kind))
    write(path, rows, **dict.fromkeys(("id", "group", "label", "specialty"), many))
    assert path.stat().st_size < 10_000
    scored, bad, said, seconds, more = score_apart(path)
    assert (scored, bad) == (rows, rows)
    assert said.startswith("line 2: id is ")
    assert more < 400
    assert seconds < 60


def test_a_column_with_one_long_text_keeps_the_others(tmp_path):
    path, rows = tmp_path / "c.parquet", 70_000
    names = pa.array([f"A-{at}" for at in range(rows - 1)] + ["x" * 300_000])
    write(path, rows, id=names.dictionary_encode())
    scored, bad, said, _, more = score_apart(path)
    assert (scored, bad) == (rows, 1)
    assert said.startswith(f"line {rows + 1}: id is 'xxx")
    assert more < 400
    found = parquet.read_table(path.with_name("out.parquet")).column("id").to_pylist()
    assert found == [*names.to_pylist()[:-1], None]


@pytest.mark.parametrize(
    "cell", ["x" * 9_000, " " * 9_000, "A" + " " * 9_000 + "B", " " * 90_000 + "us-img", "é" * 900,
             "us-img" + "\u3000" * 70_000, "two  words " * 400, "\u200d" * 2_000]
)  # fmt: skip
def test_what_stands_for_a_long_cell_is_judged_as_the_whole(cell):
    (short,) = shortened(pa.array([cell])).to_pylist()
    assert 200 < len(short) < LONG
    judge = Judge(["Internal Medicine"])
    for column in COLUMNS:
        assert judge.cells(column, [short]) == judge.cells(column, [cell])


def test_other_cells_stay_and_what_is_no_text_stays_none():
    column = pa.array([b"A", None, b"\xff'" * 900, "é".encode() * 900])
    found = shortened(column).to_pylist()
    assert found[:2] == [b"A", None]
    assert repr(found[2])[:60] == repr(b"\xff'" * 900)[:60]
    with pytest.raises(UnicodeDecodeError):
        found[2].decode()
    assert found[3].decode() == "é" * 601
    assert shortened(pa.array([1, None])).to_pylist() == [1, None]
