"""Files and words that are refused: by line, within bounds, and without a trace."""

from __future__ import annotations

import os
import socket
import threading
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgstats.errors import ImgstatsError, InputError
from imgstats.own_tables import KINDS, OwnTables, template
from imgstats.own_tables.reading import MOST_BYTES, MOST_ROWS
from tests.own_tables.adding import BAND, SAID, add, arguments, kept, measured

HEADER = "low,high,matched,not_matched\n"
MOST_MEBIBYTES = 100


def refused(folder, content=BAND, **said):
    """Add what must be refused; return the message."""
    with pytest.raises(InputError) as caught:
        add(folder, content, **said)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert not (folder / "data").exists()
    return str(caught.value)


ROWS = [
    ("1,1,60,-1", "line 2: not_matched is '-1'; allowed: a whole number from 0 to 1000000"),
    ("1,1,6.5,1", "line 2: matched is '6.5'; allowed: a whole number"),
    ("1,1,NaN,1", "line 2: matched is 'NaN'; allowed: a whole number"),
    ("1,1,inf,1", "line 2: matched is 'inf'"),
    ("1,1,-inf,1", "line 2: matched is '-inf'"),
    ("1,1,1e9,1", "line 2: matched is '1e9'"),
    ("1,1,1000000000,1", "line 2: matched is '1000000000'; allowed: a whole number from 0 to"),
    (f"1,1,{'9' * 500},1", "line 2: matched is '999"),
    ("1,1,1_000,1", "line 2: matched is '1_000'"),
    ("1,1,0x10,1", "line 2: matched is '0x10'"),
    ("1,1,\uff11\uff12,1", "line 2: matched is '\uff11\uff12'"),
    ("1,1,1 234,1", "no thousands separators"),
    ('1,1,"1,234",1', "line 2: matched is '1,234'; allowed: a whole number from 0 to 1000000; wri"),
    ("1,1,1,234,1", "line 2: 5 cells; allowed: 4 cells, as the header has; write numbers with"),
    ("1,1,60", "line 2: 3 cells"),
    ("1,1,N/A,1", "line 2: band 1-1 lacks numbers: matched is empty"),
    ("1,1,,1", "line 2: band 1-1 lacks numbers"),
    (",,,", "line 2: band all lacks numbers"),
    ("0,0,60,40", "line 2: low is '0'; allowed: a number from 1 to 999"),
    ("1,1000,60,40", "line 2: high is '1000'; allowed: a number from 1 to 999"),
    ("1,1.5,60,40", "line 2: high is 1.5; allowed: a whole number of attempts"),
    ("2,1,60,40", "line 2: band 2..1; allowed: low at or below high"),
    ("1,1,0,0", "no applicant in any band"),
    ("1,3,60,40\n2,4,5,5", "line 3: band 2-4 after band 1-3; allowed: rising bands that share no"),
    ("1,2,60,40\n2,4,5,5", "line 3: band 2-4 after band 1-2"),
    ("1,1,60,40\n1,1,60,40", "line 3: band 1-1 after band 1-1"),
    ("2,2,60,40\n1,1,5,5", "line 3: band 1-1 after band 2-2"),
    ("1,,60,40\n4,5,5,5", "line 3: band 4-5 after band 1+"),
    ("1,1,60,40\n,5,5,5", "line 3: band up to 5 after band 1-1"),
    ("1,1,60,40\n\n\n2,2,5,x", "line 5: not_matched is 'x'"),
    ("=1+1,1,60,40", "line 2: low is '=1+1', a formula"),
    ("  =1+1,1,60,40", "line 2: low is '=1+1', a formula"),
    ("\t=1+1,1,60,40", "line 2: low is '\\t=1+1', a formula"),
    ("1,1,+cmd|' /C calc'!A0,40", "a formula"),
    ("1,1,@SUM(A1),40", "a formula"),
    ("1,1,-2+3,40", "a formula"),
    ("1,1,\uff1d1,40", "a formula"),
    ('1,1,"=HYPERLINK(""http://x"")",40', "a formula"),
    ("1,1,60\x00,40", "line 2 holds a NUL byte"),
    ("1,1,60\x1b[31m,40", "line 2: matched is '60\\x1b[31m'"),
    ("1,1,60\u202e,40", "line 2: matched is '60\\u202e'"),
    ("1,1,60\xa0,40", "line 2: matched is '60\\xa0'"),
    ('1,1,"60,40', "line 2: a quote is not closed"),
    ('1,1,"60\n",40', "line 2: a quote is not closed"),
    ('1,1,"6"0,40', "line 2: "),
    (f"1,1,{'6' * 5000},40", "line 2 has 5,007 characters"),
]


@pytest.mark.parametrize(("rows", "message"), ROWS, ids=[str(n) for n in range(len(ROWS))])
def test_a_bad_row_is_named_by_its_line(tmp_path, rows, message):
    assert message in refused(tmp_path, f"{HEADER}{rows}\n")


HEADERS = [
    ("low,high,macthed,not_matched", "unknown column 'macthed'", "did you mean matched?"),
    ("low,high,matched,not_matchd", "unknown column 'not_matchd'", "did you mean not_matched?"),
    ("low,high,unmatchd,n", "unknown column 'unmatchd'", "; did you mean not_matched?"),
    ("low,high,matched,,not_matched", "a column has no name", "remove it"),
    ("low,high,matched,matched", "column matched stands twice", "remove one"),
    ("low,high,matched", "columns low, high, matched", "n with rate"),
    ("low,matched,not_matched", "columns low, matched, not_matched", "low and high"),
    ("low;high;matched;not_matched", "separated by ';'", "comma delimited"),
    ("low\thigh\tmatched\tnot_matched", "separated by '\\t'", "comma delimited"),
    ("sep=;", "separated by ';'", "comma delimited"),
    ("=1+1,high,matched,not_matched", "unknown column '=1+1'", "low, high"),
    ('"low,high,matched,not_matched', "line 1: a quote is not closed", "close each"),
    (f"{'x' * 3000},high", "unknown column 'xxx", "low, high"),
]


@pytest.mark.parametrize(("header", "message", "advice"), HEADERS)
def test_a_bad_header_is_named(tmp_path, header, message, advice):
    row = "1" + ",1" * header.count(",")
    said = refused(tmp_path, f"{header}\n{row}\n")
    assert message in said
    assert advice in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n \n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (HEADER.encode(), "a header and no row"),
        (BAND.encode("utf-16"), "UTF-16"),
        (BAND.encode("utf-16-le"), "NUL byte"),
        (BAND.encode("utf-32"), "UTF-16 or UTF-32"),
        (f"{HEADER}1,1,6é,4\n".encode("latin-1"), "line 2: byte 0xe9 is not UTF-8"),
        (b"\x1f\x8b\x08\x00", "NUL byte"),
        (b"PK\x03\x04\x14", "the file is a spreadsheet"),
        (b"low\xff", "line 1: byte 0xff is not UTF-8"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, message):
    assert message in refused(tmp_path, content)


OTHERS = [
    ("count", "matched,not_matched\n1,2\n3,4\n", "line 3: a second row"),
    ("count", "matched,not_matched\n0,0\n", "line 2: matched 0 and not_matched 0"),
    ("count", "matched,not_matched\n1,\n", "line 2: not_matched is empty"),
    ("count", "matched\n1\n", "also not_matched"),
    ("summary", "outcome,n\nmatched,4\n", "one row matched and one row not_matched"),
    ("summary", "outcome,n\nmatched,4\nmatched,4\n", "one row matched and one row not_matched"),
    ("summary", "outcome,n\nmatched,4\nunmatched,4\n", "'unmatched'"),
    ("summary", "outcome,n,q1,q3\nmatched,4,9,2\nnot_matched,4,1,2\n", "line 2: q1 9 above q3 2"),
    ("summary", "outcome,n,sd\nmatched,4,1\nnot_matched,4,-1\n", "line 3: sd is '-1'"),
    ("summary", "outcome,n,n_exact\nmatched,4,maybe\nnot_matched,4,yes\n", "n_exact is 'maybe'"),
    ("summary", "outcome,n,min,max,sd\nmatched,40,1,2,9\nnot_matched,40,1,2,1\n", "sd 9"),
    ("share", "question,answer,share\nq,a,1.5\n", "line 2: share is '1.5'; allowed: a fraction"),
    ("share", "question,answer,share\nq,a,18 %\n", "no % sign"),
    ("share", "question,answer,share\nq,a,0.5\nq,a,0.5\n", "line 3: answer 'a' stands twice"),
    ("share", "question,answer,share\nq,a,0.5\nr,b,0.5\n", "line 3: question is 'r'"),
    ("share", "question,answer,share\nq,a,0.5\nq,b,0.1\n", "shares add up to 0.600"),
    ("share", "question,answer,share\nq,@SUM,1\n", "a formula"),
    ("share", f"question,answer,share\n{'q' * 301},a,1\n", "line 2: question has 301 characters"),
    ("band", "low,high,n,rate\n1,1,40,45\n", "line 2: rate is '45'; allowed: a fraction"),
    ("band", "low,high,n,rate\n1,1,3,0.45\n", "line 2: rate 0.45 with n 3"),
    ("band", "low,high,n,rate\n1,1,3,\n", "line 2: band 1-1 lacks numbers"),
    ("band", "low,high,matched,n\n1,1,3,2\n", "line 2: band 1-1: 3 of n 2"),
    ("band", "low,high,matched,not_matched,n\n1,1,3,2,6\n", "line 2: band 1-1: n 6"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "content", "message"), OTHERS)
def test_what_contradicts_itself_is_refused(tmp_path, kind, content, message):
    assert message in refused(tmp_path, content, kind=kind)


def test_a_kind_does_not_take_the_columns_of_another(tmp_path):
    for kind, other in zip(KINDS, chain(KINDS[1:], KINDS[:1]), strict=True):
        assert "column" in refused(tmp_path, template(other), kind=kind)


@pytest.mark.slow
def test_ten_thousand_rows_are_the_most(tmp_path):
    text = "question,answer,share\n" + "".join(f"q,{n},0.0001\n" for n in range(MOST_ROWS))
    added = add(tmp_path, text, kind="share")
    assert len(added.table.shares) == MOST_ROWS
    said = "more than 10,000 rows"
    with pytest.raises(InputError, match=said):
        add(tmp_path, f"{text}q,more,0\n", kind="share", replace=True)


# --- words


WORDS = [
    (
        {"kind": "bands"},
        "kind is 'bands'; allowed: band, summary, count, share; did you mean band?",
    ),
    ({"measure": "attemps"}, "did you mean attempts?"),
    ({"measure": "usce-months"}, "did you mean usce_months?"),
    ({"measure": ""}, "measure is empty"),
    (
        {"group": "us-mig"},
        "group is 'us-mig'; allowed: non-us-img or us-img; did you mean us-img or non-us-img?",
    ),
    ({"specialty": "internal medcine"}, "did you mean Internal Medicine?"),
    ({"specialty": ""}, "specialty is empty"),
    ({"year": "26"}, "year is '26'; allowed: a year from 1952"),
    ({"year": 1951}, "year is 1951"),
    ({"year": 9999}, "year is 9999"),
    ({"year": "2024-2020"}, "year is '2024-2020'"),
    ({"year": "\u0662\u0660\u0662\u0664"}, "year is"),
    ({"year": 2026.0}, "year is 2026.0"),
    ({"source": ""}, "source is empty"),
    ({"source": " "}, "source is empty"),
    ({"source": "a\nb"}, "source is 'a\\nb'; allowed: one line of up to 300 printable"),
    ({"source": "a\x1b[2Jb"}, "source is 'a\\x1b[2Jb'"),
    ({"source": "a\u202eb"}, "source is 'a\\u202eb'"),
    ({"source": "a\udcffb"}, "source is 'a\\udcffb'"),
    ({"source": "x" * 301}, "source has 301 characters"),
    ({"source": None}, "source is None"),
    ({"outcome": "a\tb"}, "outcome is"),
    ({"population": "a\rb"}, "population is"),
    ({"name": "../x"}, "name is '../x'; allowed: up to 60 lower-case letters"),
    ({"name": "/etc/passwd"}, "name is '/etc/passwd'"),
    ({"name": "a/b"}, "name is 'a/b'"),
    ({"name": "a\\b"}, "name is"),
    ({"name": ".."}, "name is '..'"),
    ({"name": "-x"}, "did you mean x?"),
    ({"name": "My Table"}, "did you mean my-table?"),
    ({"name": "a\x00b"}, "name is 'a\\x00b'"),
    ({"name": "a\n"}, "name is 'a\\n'"),
    ({"name": "x" * 300}, "name is 'xxx"),
    ({"name": "x" * 100_000}, "name is 'xxx"),
    ({"file": "\u8868.csv"}, "give one with --name"),
]


@pytest.mark.parametrize(("said", "message"), WORDS, ids=[str(n) for n in range(len(WORDS))])
def test_a_bad_word_is_named(tmp_path, said, message):
    assert message in refused(tmp_path, **said)


def test_a_file_name_of_any_bytes_is_shown_plainly(tmp_path):
    file = os.fsdecode(b"a\nb\xff\x1b[2J.csv")
    assert add(tmp_path, file=file, name="own").certificate.file_name == "a?b??[2J.csv"


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes_are_a_table_or_refused(tmp_path_factory, content):
    folder = tmp_path_factory.getbasetemp()
    (folder / "any.csv").write_bytes(content)
    with pytest.raises(InputError):
        OwnTables(folder / "any").add(folder / "any.csv", **SAID)


cell = st.sampled_from(["", "0", "1", "2", "3", "0.5", "-1", "=1", "x", '"', "1e9", " ", "999"])
lines = st.lists(st.lists(cell, min_size=3, max_size=5).map(",".join), max_size=6)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(rows=lines, header=st.sampled_from([HEADER, "low,high,n,rate\n"]))
def test_any_cells_are_a_table_or_refused_in_one_line(tmp_path_factory, rows, header):
    folder = tmp_path_factory.mktemp("cells")
    try:
        added = add(folder, header + "\n".join(rows))
    except ImgstatsError as e:
        said = str(e)
    else:
        assert 0 < added.table.n <= 6_000_000
        return
    assert "\n" not in said
    assert not (folder / "data").exists()


# --- what is no plain file, and what is too large


def refused_within_bounds(folder, *commands, **options):
    """Run commands that must be refused, and return what each said."""
    found = measured(list(commands), folder / "data", **options)
    assert len(found) == len(commands)
    for code, mebibytes, said in found:
        assert code == 2, said
        assert len(said.splitlines()) == 1
        assert len(said) < 1000
        assert mebibytes < MOST_MEBIBYTES
    assert not (folder / "data").exists()
    return [said for _, _, said in found]


def sparse(path, size):
    """Write a file that has a size and no content."""
    with path.open("wb") as stream:
        stream.truncate(size)
    return path


@pytest.mark.slow
def test_what_is_larger_than_any_table_is_refused_at_once(tmp_path):
    two_gigabytes = sparse(tmp_path / "long.csv", 2 << 30)
    ten_million = tmp_path / "rows.csv"
    with ten_million.open("wb") as stream:
        for _ in range(100):
            stream.write(b"1,1,60,40\n" * 100_000)
    said = refused_within_bounds(tmp_path, arguments(two_gigabytes), arguments(ten_million))
    ten_million.unlink()
    assert [f"larger than {MOST_BYTES:,} bytes" in each for each in said] == [True, True]


@pytest.mark.slow
def test_as_many_bytes_as_are_read_are_refused_within_bounds(tmp_path):
    commands = []
    for number, piece in enumerate([b"1,1,60,40\n", b"\n", b"\r", b"1", b",", b'"', b"\xc3\xa9"]):
        path = tmp_path / f"full{number}.csv"
        path.write_bytes(HEADER.encode() + piece * ((MOST_BYTES - len(HEADER)) // len(piece)))
        commands.append(arguments(path))
    refused_within_bounds(tmp_path, *commands)


DEVICES = ("/dev/zero", "/dev/null", "/dev/stdin", "/dev/tty", "/dev/full")


@pytest.mark.slow
def test_what_has_no_end_no_size_or_no_writer_is_refused_at_once_within_bounds(tmp_path):
    devices = [each for each in DEVICES if os.path.exists(each)]  # noqa: PTH110  even a dead link
    paths = dict.fromkeys(devices, "") | {tmp_path / "wide.csv": "line 2: 240 cells"}
    (tmp_path / "wide.csv").write_text(
        HEADER + (",".join(["1"] * 240) + "\n") * MOST_ROWS, encoding="utf-8"
    )
    if os.path.exists("/proc/self/maps"):  # noqa: PTH110  a plain question
        paths["/proc/self/maps"] = "unknown column"  # its size is said to be 0
    (tmp_path / "link.csv").symlink_to("/dev/zero")
    paths[tmp_path / "link.csv"] = "is a device"
    for name in ("idle.csv", "written.csv"):
        os.mkfifo(tmp_path / name)
        paths[tmp_path / name] = "is a pipe"
    writer = os.open(tmp_path / "written.csv", os.O_RDWR | os.O_NONBLOCK)
    os.write(writer, BAND.encode())
    read, write = os.pipe()
    try:
        commands = [arguments(path, name="own") for path in paths]
        found = refused_within_bounds(tmp_path, *commands, stdin=read)
    finally:
        for each in (writer, read, write):
            os.close(each)
    missed = {
        path: said
        for (path, message), said in zip(paths.items(), found, strict=True)
        if (message or str(path)) not in said
    }
    assert missed == {}


def test_other_things_than_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.csv")
        for name, message in [
            ("folder.csv", "is a folder"),
            ("socket.csv", "is a socket"),
            ("loop.csv", "symbolic links"),
            ("none.csv", "No such file"),
            ("nul\x00.csv", "null"),
            ("x" * 5000 + ".csv", "too long"),
            ("", "is a folder"),
        ]:
            with pytest.raises(InputError, match=message):
                OwnTables(tmp_path / "data").add(name, **SAID, name="own")
    assert not (tmp_path / "data").exists()


def test_a_link_to_a_plain_file_is_read(tmp_path):
    (tmp_path / "real.csv").write_text(BAND, encoding="utf-8")
    (tmp_path / "link.csv").symlink_to("real.csv")
    assert OwnTables(tmp_path / "data").add(tmp_path / "link.csv", **SAID).name == "link"
    assert len(kept(tmp_path)) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_without_permission_is_refused(tmp_path):
    (tmp_path / "own.csv").write_text(BAND, encoding="utf-8")
    (tmp_path / "own.csv").chmod(0)
    with pytest.raises(InputError, match="Permission denied"):
        OwnTables(tmp_path / "data").add(tmp_path / "own.csv", **SAID)


def test_many_threads_add_without_losing_one(tmp_path):
    workers = [
        threading.Thread(target=add, args=(tmp_path,), kwargs={"file": f"t{n}.csv"})
        for n in range(8)
    ]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert len(OwnTables(tmp_path / "data").all()) == 8
