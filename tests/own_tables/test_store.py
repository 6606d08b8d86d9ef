"""Adding, finding, replacing and removing own tables."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgstats.errors import DataChangedError, InputError, WorkError
from imgstats.own_tables import KINDS, OwnTables, keeping, template
from imgstats.own_tables.kinds import USES
from imgstats.tables import Band, BandTable, CountTable, OutcomeSummary, ShareTable
from tests.own_tables.adding import BAND, WHO, add, kept
from tests.patience import PATIENCE

ATTEMPTS = {"measure": "attempts", **WHO}


def test_what_was_added_is_found(tmp_path):
    added = add(tmp_path, outcome="matched to IM", population="those who ranked it first")
    found = OwnTables(tmp_path / "data").find(**ATTEMPTS)
    assert found == added
    assert found is not None
    assert isinstance(found.table, BandTable)
    assert [(band.label, band.matched) for band in found.table.bands] == [
        ("1-1", 60), ("2-2", 20), ("3+", 10),
    ]  # fmt: skip
    context = found.table.context
    assert (context.source, context.dataset, context.trust) == ("own:own", "own:own", "user")
    assert (context.match_year, context.applicant_group) == ("2026", "non_us_img")
    assert (context.outcome, context.population) == ("matched to IM", "those who ranked it first")


def test_the_certificate_says_where_it_is_from(tmp_path):
    certificate = add(tmp_path, file="My Table (1).csv").certificate
    assert (certificate.name, certificate.file_name) == ("my-table-1", "My Table (1).csv")
    assert certificate.sha256 == sha256(BAND.encode()).hexdigest()
    assert (certificate.n_bytes, certificate.source) == (len(BAND), "Report X")
    assert certificate.added == certificate.added_at[:10]


def test_the_copy_is_the_file_byte_for_byte(tmp_path):
    content = b"\xef\xbb\xbf" + BAND.replace("\n", "\r\n").encode()
    certificate = add(tmp_path, content).certificate
    copy = tmp_path / "data" / "own_tables" / f"own.{certificate.sha256[:12]}.csv"
    assert copy.read_bytes() == content


@pytest.mark.parametrize(("kind", "measure"), USES)
def test_every_template_is_a_table(tmp_path, kind, measure):
    shapes = dict(zip(KINDS, (BandTable, OutcomeSummary, CountTable, ShareTable), strict=True))
    added = add(tmp_path, template(kind), kind=kind, measure=measure)
    assert type(added.table).__name__ == shapes[kind].__name__
    assert OwnTables(tmp_path / "data").find(measure=measure, kind=kind, **WHO) == added


def test_a_count_has_no_measure(tmp_path):
    added = add(tmp_path, template("count"), kind="count")
    assert OwnTables(tmp_path / "data").find(measure="", **WHO) == added
    assert OwnTables(tmp_path / "data").find(**ATTEMPTS) is None


def test_a_summary_of_a_count_knows_how_its_mean_is_printed(tmp_path):
    text = "outcome,n,mean,sd\nmatched,40,1.2,0.4\nnot_matched,60,1.5,0.6\n"
    table = add(tmp_path, text, kind="summary").table
    assert isinstance(table, OutcomeSummary)
    assert table.rounding is not None
    assert table.rounding.mean == 0.1


def test_a_summary_may_say_more(tmp_path):
    text = (
        "outcome,n,median,group_count,scale_low,scale_high,mean_unit,sd_unit,n_exact\n"
        "not_matched,60,240,90,209,300,1,1,yes\n"
        "matched,40,250.5,50,209,300,1,1,yes\n"
    )
    table = add(tmp_path, text, kind="summary", measure="step2_ck").table
    assert isinstance(table, OutcomeSummary)
    assert (table.group_counts, table.scale, table.n_exact) == ((50, 90), (209, 300), True)
    assert (table.matched.median, table.not_matched.median) == (250.5, 240)


@pytest.mark.parametrize(
    ("rates", "unit"), [("0.45,0.5", 0.01), ("0.455,0.5", 0.001), ("1,0.5", 0.01)]
)
def test_printed_rates_tell_their_step(tmp_path, rates, unit):
    first, second = rates.split(",")
    table = add(tmp_path, f"low,high,n,rate\n1,1,1000,{first}\n2,,40,{second}\n").table
    assert isinstance(table, BandTable)
    assert {band.rate_unit for band in table.bands} == {unit}


def test_months_may_be_halves(tmp_path):
    text = "low,high,matched,not_matched\n0,0.5,1,4\n1,2.5,6,4\n3,,9,3\n"
    assert add(tmp_path, text, measure="usce_months").table.n == 27


# --- finding


def test_the_newest_year_is_found_and_then_the_newest_added(tmp_path):
    first = add(tmp_path, file="first.csv")
    second = add(tmp_path, file="second.csv")
    older = add(tmp_path, file="older.csv", year="2020-2025")
    own = OwnTables(tmp_path / "data")
    assert own.find(**ATTEMPTS) == second
    assert own.all() == (second, first, older)


@pytest.mark.parametrize(
    "other", [{"measure": "usce_months"}, {"group": "us-img"}, {"specialty": "Pediatrics"}]
)
def test_a_table_of_others_is_not_found(tmp_path, other):
    add(tmp_path)
    assert OwnTables(tmp_path / "data").find(**{**ATTEMPTS, **other}) is None


def test_a_kind_can_be_asked_for(tmp_path):
    add(tmp_path)
    own = OwnTables(tmp_path / "data")
    assert own.find(**ATTEMPTS, kind="share") is None
    assert own.find(**ATTEMPTS, kind="band") is not None


def test_group_and_specialty_may_be_written_otherwise(tmp_path):
    add(tmp_path, group="Non-US-IMG", specialty="internal  medicine")
    own = OwnTables(tmp_path / "data")
    found = own.find(measure="attempts", group="non-us-img", specialty="INTERNAL MEDICINE")
    assert found is not None
    assert found.certificate.specialty == "Internal Medicine"


@pytest.mark.parametrize("make", [False, True])
def test_no_folder_and_an_empty_one_are_no_tables(tmp_path, make):
    if make:
        (tmp_path / "own_tables").mkdir()
    own = OwnTables(tmp_path)
    assert (own.all(), own.find(**ATTEMPTS)) == ((), None)
    assert (tmp_path / "own_tables").exists() is make


@pytest.mark.slow
def test_that_there_is_none_costs_no_pandas(tmp_path):
    code = (
        "import sys; from imgstats.own_tables import OwnTables; own = OwnTables(sys.argv[1]);"
        "assert own.all() == (); "
        "assert own.find(measure='attempts', group='us_img', specialty='x') is None;"
        "print(sorted({'pandas', 'numpy', 'pydantic', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_the_variable_names_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("IMGSTATS_DATA_DIR", str(tmp_path / "data"))
    added = add(tmp_path)
    assert OwnTables().all() == (added,)
    monkeypatch.setenv("IMGSTATS_DATA_DIR", str(tmp_path / "other"))
    assert OwnTables().all() == ()


def test_without_the_variable_it_is_the_platforms_folder(monkeypatch):
    from platformdirs import user_data_path

    monkeypatch.setenv("IMGSTATS_DATA_DIR", "")
    assert OwnTables().folder.is_relative_to(user_data_path("imgstats", appauthor=False))


def test_other_files_of_the_folder_are_left_alone(tmp_path):
    added = add(tmp_path)
    folder = tmp_path / "data" / "own_tables"
    others = ["notes.txt", "Report.json", ".DS_Store", "mine.csv"]
    for each in others:
        (folder / each).write_text("mine", encoding="utf-8")
    assert OwnTables(tmp_path / "data").all() == (added,)
    OwnTables(tmp_path / "data").remove("own")
    assert kept(tmp_path) == sorted(others)


# --- replacing and removing


def test_a_name_is_replaced_only_when_asked(tmp_path):
    first = add(tmp_path)
    other = BAND.replace("60", "61")
    with pytest.raises(InputError, match=r"already an own table own; .*--replace"):
        add(tmp_path, other)
    own = OwnTables(tmp_path / "data")
    assert own.all() == (first,)
    second = add(tmp_path, other, replace=True)
    assert [band.matched for band in second.table.bands] == [61, 20, 10]
    assert own.all() == (second,)
    assert len(kept(tmp_path)) == 2


def test_a_bad_file_replaces_nothing(tmp_path):
    added = add(tmp_path)
    with pytest.raises(InputError):
        add(tmp_path, "low,high\n", replace=True)
    assert OwnTables(tmp_path / "data").all() == (added,)


def test_removing_leaves_nothing(tmp_path):
    add(tmp_path)
    OwnTables(tmp_path / "data").remove("own")
    assert kept(tmp_path) == []


@pytest.mark.parametrize("name", ["onw", "", "../own", "own.json", "x" * 5000, "own\n", "/"])
def test_a_name_that_is_not_there_cannot_be_removed(tmp_path, name):
    added = add(tmp_path)
    with pytest.raises(InputError, match="there is no own table"):
        OwnTables(tmp_path / "data").remove(name)
    assert OwnTables(tmp_path / "data").all() == (added,)


def test_removing_from_no_folder_makes_none(tmp_path):
    with pytest.raises(InputError, match="none: no table was added"):
        OwnTables(tmp_path / "data").remove("own")
    assert list(tmp_path.iterdir()) == []


# --- what was changed


def test_a_changed_byte_is_refused(tmp_path):
    certificate = add(tmp_path).certificate
    copy = tmp_path / "data" / "own_tables" / f"own.{certificate.sha256[:12]}.csv"
    copy.write_bytes(copy.read_bytes().replace(b"60", b"61"))
    own = OwnTables(tmp_path / "data")
    with pytest.raises(DataChangedError, match=r"allowed: sha256 .*data remove own"):
        own.find(**ATTEMPTS)
    with pytest.raises(DataChangedError):
        own.all()
    own.remove("own")
    assert kept(tmp_path) == []


def test_a_missing_copy_is_refused(tmp_path):
    certificate = add(tmp_path).certificate
    (tmp_path / "data" / "own_tables" / f"own.{certificate.sha256[:12]}.csv").unlink()
    with pytest.raises(DataChangedError, match="No such file"):
        OwnTables(tmp_path / "data").find(**ATTEMPTS)


def _edited(**values):
    def edit(text):
        return json.dumps(json.loads(text) | values)

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        _edited(name="other"),
        _edited(kind="curve"),
        _edited(measure="shoe_size"),
        _edited(source="a\nb"),
        _edited(source=7),
        _edited(year=2026),
        _edited(year="soon"),
        _edited(group="martian"),
        _edited(sha256="../../../etc/passwd"),
        _edited(n_bytes="7"),
        _edited(added_at="yesterday"),
        _edited(added_at="2026-01-01"),
        _edited(more=1),
        _edited(suppressed_below=-1),
        _edited(suppressed_below="5"),
        _edited(suppressed_below=True),
        _edited(joined="yes"),
        lambda _: "",
        lambda _: "[]",
        lambda _: "[" * 60_000,
        lambda _: "\xff",
        lambda text: text + " " * 70_000,
    ],
)
def test_a_changed_certificate_is_refused_and_can_be_removed(tmp_path, edit):
    add(tmp_path)
    path = tmp_path / "data" / "own_tables" / "own.json"
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="latin-1")
    own = OwnTables(tmp_path / "data")
    with pytest.raises(DataChangedError, match="data remove own"):
        own.find(**ATTEMPTS)
    own.remove("own")
    assert kept(tmp_path) == []


def test_a_certificate_that_says_nothing_of_hidden_counts_is_read(tmp_path):
    added = add(tmp_path)
    path = tmp_path / "data" / "own_tables" / "own.json"
    words = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(
        json.dumps({k: v for k, v in words.items() if k not in {"suppressed_below", "joined"}}),
        encoding="utf-8",
    )
    assert OwnTables(tmp_path / "data").all() == (added,)


def test_a_damaged_certificate_costs_no_other_table(tmp_path):
    add(tmp_path)
    (tmp_path / "data" / "own_tables" / "own.json").write_text("{}", encoding="utf-8")
    added = add(tmp_path, file="second.csv")
    assert len(kept(tmp_path)) == 4  # nobody can tell whether the first one's copy is still needed
    OwnTables(tmp_path / "data").remove("own")
    assert OwnTables(tmp_path / "data").all() == (added,)


def test_a_link_in_place_of_a_certificate_is_not_followed(tmp_path):
    add(tmp_path)
    path = tmp_path / "data" / "own_tables" / "own.json"
    path.rename(tmp_path / "elsewhere.json")
    path.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(DataChangedError):
        OwnTables(tmp_path / "data").all()


# --- the folder and its files


def test_files_are_their_owners_alone(tmp_path):
    before = os.umask(0)
    try:
        add(tmp_path)
    finally:
        os.umask(before)
    folder = tmp_path / "data" / "own_tables"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "data").write_text("mine", encoding="utf-8")
    for act in (lambda: add(tmp_path), OwnTables(tmp_path / "data").all):
        with pytest.raises(InputError, match="Not a directory"):
            act()
    assert (tmp_path / "data").read_text(encoding="utf-8") == "mine"


def test_a_full_disk_keeps_what_was_there(tmp_path, monkeypatch):
    added = add(tmp_path)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkError, match="No space left"):
        add(tmp_path, BAND.replace("60", "61"), replace=True)
    with pytest.raises(WorkError):
        add(tmp_path, file="second.csv")
    assert OwnTables(tmp_path / "data").all() == (added,)
    assert len(kept(tmp_path)) == 2


@pytest.mark.parametrize("step", [1, 2])
def test_an_interruption_leaves_nothing(tmp_path, monkeypatch, step):
    moves = []

    def interrupt(path, target):
        moves.append(target)
        if len(moves) == step:
            raise KeyboardInterrupt
        os.rename(path, target)  # noqa: PTH104  what is replaced here is pathlib's

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        add(tmp_path)
    assert kept(tmp_path) == []


_KILLED = """
import os, signal, sys
from pathlib import Path
from imgstats.own_tables import OwnTables
count = 0
def killed(path, target):
    global count
    count += 1
    if count == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
    os.rename(path, target)
Path.replace = killed
OwnTables(sys.argv[1]).add(
    sys.argv[2], kind="band", measure="attempts", source="x", year=2026, group="us_img",
    specialty="Internal Medicine", name="own", replace=True,
)
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("replaces", [False, True])
def test_a_kill_in_the_middle_leaves_what_was_there(tmp_path, step, replaces):
    before = (add(tmp_path),) if replaces else ()
    (tmp_path / "new.csv").write_text(BAND.replace("60", "61"), encoding="utf-8")
    words = [str(tmp_path / "data"), str(tmp_path / "new.csv"), str(step)]
    done = subprocess.run([sys.executable, "-c", _KILLED, *words], check=False, timeout=PATIENCE)
    assert done.returncode == -signal.SIGKILL
    own = OwnTables(tmp_path / "data")
    assert own.all() == before
    # What the killed process left hidden goes with the next change, and the lock is free.
    added = add(tmp_path, file="next.csv")
    assert set(own.all()) == {*before, added}
    assert len(kept(tmp_path)) == 2 * (len(before) + 1)


@pytest.mark.slow
def test_two_at_once_do_not_both_get_the_name(tmp_path):
    code = (
        "import sys; from imgstats.own_tables import OwnTables; from imgstats.errors import *\n"
        "try: OwnTables(sys.argv[1]).add(sys.argv[2], kind='band', measure='attempts', source='x',"
        "year=2026, group='us_img', specialty='Internal Medicine', name='own')\n"
        "except InputError: sys.exit(2)\n"
    )
    (tmp_path / "a.csv").write_text(BAND, encoding="utf-8")
    words = [sys.executable, "-c", code, str(tmp_path / "data"), str(tmp_path / "a.csv")]
    both = [subprocess.Popen(words) for _ in range(2)]
    assert sorted(each.wait(timeout=PATIENCE) for each in both) == [0, 2]
    assert len(OwnTables(tmp_path / "data").all()) == 1


def test_a_folder_that_another_process_holds_is_waited_for_and_then_left(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "_PATIENCE", 0.05)
    folder = tmp_path / "data" / "own_tables"
    with keeping.locked(folder), pytest.raises(WorkError, match="another process"):
        add(tmp_path)
    assert kept(tmp_path) == []


def test_a_table_that_is_replaced_while_it_is_read_is_read_again(tmp_path):
    old = add(tmp_path)
    new = add(tmp_path, BAND.replace("60", "61"), replace=True)
    assert OwnTables(tmp_path / "data")._read(old.certificate) == new


# --- round trip


@st.composite
def band_rows(draw):
    """Return rows of whole, disjoint, rising bands, perhaps open at the ends, with counts."""
    ends = sorted(draw(st.sets(st.integers(1, 300), min_size=2, max_size=30)))
    pairs = [[low, high] for low, high in zip(ends[::2], ends[1::2], strict=False)]
    if draw(st.booleans()):
        pairs[0][0] = None
    if draw(st.booleans()):
        pairs[-1][1] = None
    people = st.integers(0, 1_000_000)
    rows = [(*pair, draw(people), draw(people)) for pair in pairs]
    return [(*rows[0][:3], rows[0][3] + 1 if rows[0][3] < 1_000_000 else 5), *rows[1:]]


@settings(max_examples=40, deadline=None)
@given(
    rows=band_rows(),
    measure=st.sampled_from(["attempts", "step2_ck", "contiguous_ranks"]),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.booleans(),
)
def test_any_band_table_that_is_added_is_found_as_it_was(
    tmp_path_factory, rows, measure, end, mark
):
    folder = tmp_path_factory.mktemp("round")
    lines = ["low,high,matched,not_matched"]
    lines += [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    content = (b"\xef\xbb\xbf" if mark else b"") + (end.join(lines) + end).encode()
    add(folder, content, measure=measure)
    found = OwnTables(folder / "data").find(measure=measure, **WHO)
    assert found is not None
    assert found.table == BandTable.from_counts(measure, rows, found.table.context)


@settings(max_examples=40, deadline=None)
@given(
    counted=st.lists(st.tuples(st.integers(1, 5000), st.integers(0, 100)), min_size=1, max_size=8)
)
def test_printed_rates_come_back_too(tmp_path_factory, counted):
    folder = tmp_path_factory.mktemp("rates")
    rows = [(n, round(round(n * share / 100) / n, 2)) for n, share in counted]
    text = "".join(f"{at},{at},{n},{rate:.2f}\n" for at, (n, rate) in enumerate(rows, 1))
    table = add(folder, f"low,high,n,rate\n{text}").table
    assert isinstance(table, BandTable)
    assert table.bands == tuple(
        Band(low=at, high=at, n=n, rate=rate, rate_unit=0.01)
        for at, (n, rate) in enumerate(rows, 1)
    )
