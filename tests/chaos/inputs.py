"""Files and cells made to do harm, given to the commands that read files."""

from __future__ import annotations

import contextlib
import io
import json
from collections import Counter
from random import Random

from imgstats.cli.main import main
from imgstats.text import visible
from tests.batch.hostile_cells import hostile_rows, write_hostile
from tests.cohort.odd_cohorts import odd_csv, odd_parquet

_ROOTS = ("cohort.xlsx", "cohort.csv", "cohort.parquet", "mine.json", "mine.yml", "table.csv")
_TEXTS = (
    "x" * 300,
    "many words " * 900,
    "\x1b[2J\x1b[31m",
    "a\u202eb",
    "\0",
    "' OR 1=1 --",
    "{{7*7}}",
    "=cmd|'/c calc'!A1",
    "../" * 40 + "etc/passwd",
    "\ufffe\uffff",
    "9" * 400,
    "é" * 150,
)

_BYTES = (b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b'"', b"\x1a")


def _roots(folder):
    """Return good files of each kind, as bytes by name."""
    rows = [row for row in hostile_rows(".xlsx") if len(row[0]) < 300 and len(row[3]) < 300]
    write_hostile(folder / "cohort.xlsx", rows)
    one = {"group": "us-img", "step2_ck": 230, "label": "mine", "attempts": 1}
    found = {
        "cohort.xlsx": (folder / "cohort.xlsx").read_bytes(),
        "cohort.csv": odd_csv(1),
        "cohort.parquet": odd_parquet(1),
        "mine.json": json.dumps(one).encode(),
        "mine.yml": "".join(f"{name}: {value}\n" for name, value in one.items()).encode(),
        "table.csv": b"low,high,matched,not_matched\n1,1,60,40\n2,,10,40\n",
    }
    return {name: found[name] for name in _ROOTS}


def _harmed(data, random):
    """Return bytes with some of them changed, cut, doubled or put in."""
    found = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 8])):
        at = random.randrange(len(found) + 1)
        what = random.randrange(6)
        if what == 0:
            del found[at:]
        elif what == 1:
            found[at:at] = random.choice(_TEXTS).encode("utf-8", "replace")
        elif what == 2:
            found[at : at + 1] = random.randbytes(1)
        elif what == 3:
            found[at:at] = found[: random.randrange(200)]
        elif what == 4:
            del found[at : at + random.randrange(60)]
        else:
            found[at:at] = random.choice(_BYTES)
    return bytes(found)


def _words(name, path, folder, random):
    """Return a command that reads the file, and writes no more than scores."""
    if name.startswith("mine"):
        return ("estimate", path)
    if name == "table.csv":
        about = ("--year", "2026", "--group", "us-img", "--specialty", "Internal Medicine")
        kind = random.choice(["band", "summary", "count", "share"])
        measure = random.choice([(), ("--measure", "attempts")])
        text = random.choice(_TEXTS).replace("\0", "")
        source = random.choice(["a report", text])
        return ("data", "add", path, "--kind", kind, "--source", source, *about, *measure)
    if random.random() < 0.3:
        return ("batch", path, "--out", folder / "out", "--dry-run")
    return ("score", path, "--out", folder / f"scores.{random.choice(['csv', 'parquet'])}")


def _typed(random):
    """Return a command with a hostile text where a person types."""
    text = random.choice(_TEXTS).replace("\0", "")
    good = ["estimate", "--group", "us-img", "--step2-ck", "230", "--label", "me"]
    good[random.choice([2, 4, 6])] = text
    return random.choice([good, ["score", text, "--out", text], ["data", "show", text], [text]])


def _told(words):
    """Run a command in this process, and return exit code and what it said."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(each) for each in words])
        except SystemExit as e:
            code = e.code
    for each in (out, err):
        each.flush()
        each.seek(0)
    return code, out.read(), err.read()


def borne(folder, inputs, seed):
    """Give the commands so many hostile inputs, and return how often each exit code came.

    Checks that nothing but an exit code comes out, that a refusal is one line, and that no line
    holds what a terminal would obey or is too long to be read.
    """
    random = Random(seed)  # noqa: S311  no secret
    roots = _roots(folder)
    codes: Counter[int] = Counter()
    for number in range(inputs):
        place = folder / f"input-{number}"
        place.mkdir()
        name = random.choice([*_ROOTS, "typed", "made up"])
        if name == "typed":
            words = _typed(random)
        else:
            kind = random.choice([".csv", ".parquet"])
            path = place / (f"cohort{kind}" if name == "made up" else name)
            make = odd_csv if kind == ".csv" else odd_parquet
            path.write_bytes(
                make(random.random()) if name == "made up" else _harmed(roots[name], random)
            )
            words = _words(name, path, place, random)
        code, out, err = _told(words)
        codes[code] += 1
        _check(words, code, out, err)
        assert not [each for each in place.iterdir() if each.name.startswith(".imgstats")], words
    return codes


def _check(words, code, out, err):
    lines = err.splitlines()
    assert code in {0, 1, 2}, (words, code, err)
    assert [each for each in (*out.splitlines(), *lines) if "Traceback" in each] == [], words
    assert len([each for each in lines if each.startswith("imgstats: ")]) <= 1, (words, err)
    for line in lines:
        assert len(line) < 4_000, words
        assert visible(line) == " ".join(line.split()), (words, line)
