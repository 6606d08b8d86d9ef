"""The plan: what stands is kept, and what is new, out of date, altered or failed is made."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from imgstats import Applicant
from imgstats.batch.fingerprint import Fingerprint
from imgstats.batch.folder import BatchFolder
from imgstats.batch.ledger import BAD, GONE, MADE, RUNNING, WAITING, Ledger
from imgstats.batch.plan import plan_batch
from imgstats.cohort.rows import BadRow, Cohort, CohortRow, Problem

MADE_BY = Fingerprint(version="1", code="c", data="d")
PEOPLE = {"A": 230, "B": 242, "C": 250}


def cohort_of(people, bad=()):
    rows = tuple(
        CohortRow(line=line, id=name, applicant=Applicant(group="us_img", step2_ck=score))
        for line, (name, score) in enumerate(people.items(), 2)
    )
    return Cohort(rows=rows, bad=tuple(bad), ignored=())


def bad_row(line, identity=""):
    problem = Problem(column="group", value="'x'", reason="allowed: y")
    return BadRow(line=line, id=identity, problems=(problem, problem))


class Bench:
    """A ledger and a folder, and runs that only pretend to make reports."""

    def __init__(self, root):
        self.folder = BatchFolder(root)
        with self.folder.locked():
            pass
        self.ledger = Ledger.create(self.folder.ledger, names="id")

    def plan(self, people=None, *, bad=(), notebook=b"nb", made_by=MADE_BY, **options):
        cohort = cohort_of(PEOPLE if people is None else people, bad)
        return plan_batch(
            cohort, self.ledger.entries(), self.folder, salt="s",
            names=options.pop("names", "id"), notebook=notebook, made_by=made_by, **options,
        )  # fmt: skip

    def keep(self, plan):
        self.ledger.put(plan.entries)
        self.ledger.remove(plan.dropped)
        return self.ledger.entries()

    def run(self, *arguments, fail=(), **options):
        plan = self.plan(*arguments, **options)
        self.keep(plan)
        for each in plan.wanted:
            self.ledger.start(each.key)
            if each.key in fail:
                self.ledger.fail(each.key, "no")
                continue
            content = each.inputs.encode()
            self.folder.write(self.folder.page(each.key), content)
            self.folder.write(self.folder.record(each.key), content)
            digest = sha256(content).hexdigest()
            self.ledger.finish(each.key, inputs=each.inputs, page=digest, record=digest)
        return plan


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path / "out")
    yield made
    made.ledger.close()


def wanted(plan):
    return [each.row.id for each in plan.wanted]


def states(plan):
    return {each.key: each.state for each in plan.entries}


def test_everything_is_made_at_first(bench):
    plan = bench.plan()
    assert wanted(plan) == list(PEOPLE)
    assert states(plan) == dict.fromkeys(PEOPLE, WAITING)
    assert [each.line for each in plan.entries] == [2, 3, 4]


def test_what_was_made_is_kept(bench):
    bench.run()
    plan = bench.plan()
    assert wanted(plan) == []
    assert states(plan) == dict.fromkeys(PEOPLE, MADE)
    assert plan.entries == tuple(bench.ledger.entries().values())


def test_somebody_new_is_made_and_lines_follow_the_file(bench):
    bench.run()
    plan = bench.plan({"D": 260, **PEOPLE})
    assert wanted(plan) == ["D"]
    assert {each.key: each.line for each in plan.entries} == {"D": 2, "A": 3, "B": 4, "C": 5}


def test_a_changed_value_is_made_again_and_the_attempts_are_kept(bench):
    bench.run()
    plan = bench.plan({**PEOPLE, "B": 243})
    assert wanted(plan) == ["B"]
    found = {each.key: each for each in plan.entries}
    assert (found["B"].state, found["B"].attempts) == (WAITING, 1)


@pytest.mark.parametrize("name", ["version", "code", "data"])
def test_another_package_or_data_make_all_again(bench, name):
    bench.run()
    assert wanted(bench.plan(made_by=replace(MADE_BY, **{name: "x"}))) == list(PEOPLE)


def test_another_notebook_makes_all_again(bench):
    bench.run()
    assert wanted(bench.plan(notebook=b"other")) == list(PEOPLE)


@pytest.mark.parametrize("what", ["page", "record"])
@pytest.mark.parametrize("altered", [False, True])
def test_a_missing_or_altered_file_is_made_again(bench, what, altered):
    bench.run()
    path = getattr(bench.folder, what)("B")
    if altered:
        path.write_bytes(b"other")
    else:
        path.unlink()
    plan = bench.plan()
    assert wanted(plan) == ["B"]
    assert states(plan)["B"] == WAITING


def test_what_a_killed_run_had_begun_is_made_again(bench):
    bench.keep(bench.plan())
    bench.ledger.start("B")
    assert bench.ledger.entries()["B"].state == RUNNING
    assert states(bench.plan())["B"] == WAITING
    assert "B" in wanted(bench.plan())
    assert states(bench.plan(only_failed=True))["B"] == WAITING


def test_what_failed_is_made_again(bench):
    bench.run(fail=["B"])
    plan = bench.plan()
    assert wanted(plan) == ["B"]
    assert states(plan) == {"A": MADE, "B": WAITING, "C": MADE}


def test_only_what_failed_leaves_out_the_new_and_the_out_of_date(bench):
    bench.run(fail=["B"])
    plan = bench.plan({**PEOPLE, "C": 251, "D": 260}, only_failed=True)
    assert wanted(plan) == ["B"]
    # A page from other values is no report of these.
    assert states(plan) == {"A": MADE, "B": WAITING, "C": WAITING, "D": WAITING}


def test_an_interrupted_try_forgets_no_failure(bench):
    bench.run(fail=["A", "B"])
    bench.keep(bench.plan(only_failed=True))
    bench.ledger.start("A")  # and then it was stopped
    assert wanted(bench.plan(only_failed=True)) == ["A", "B"]
    bench.run(only_failed=True)
    assert wanted(bench.plan(only_failed=True)) == []


def test_who_is_no_longer_in_the_file_is_gone_and_comes_back_as_made(bench):
    bench.run()
    plan = bench.plan({"A": 230, "C": 250})
    assert states(plan) == {"A": MADE, "C": MADE, "B": GONE}
    bench.keep(plan)
    assert bench.folder.page("B").is_file()
    back = bench.plan()
    assert wanted(back) == []
    assert states(back)["B"] == MADE


@pytest.mark.parametrize("only_failed", [False, True])
def test_who_failed_and_was_gone_is_made_again(bench, only_failed):
    bench.run(fail=["B"])
    bench.keep(bench.plan({"A": 230, "C": 250}))
    assert wanted(bench.plan(only_failed=only_failed)) == ["B"]


def test_who_was_never_made_and_was_gone_does_not_come_back_as_made(bench):
    bench.keep(bench.plan())
    bench.keep(bench.plan({"A": 230}))
    plan = bench.plan(only_failed=True)
    assert wanted(plan) == []
    assert states(plan) == dict.fromkeys(PEOPLE, WAITING)


def test_a_bad_row_is_kept_with_all_its_reasons(bench):
    plan = bench.plan(bad=[bad_row(9, "X")])
    (entry,) = (each for each in plan.entries if each.state == BAD)
    assert (entry.id, entry.line) == ("X", 9)
    assert entry.error == "group is 'x'; allowed: y; group is 'x'; allowed: y"
    assert wanted(plan) == list(PEOPLE)


def test_a_bad_row_and_an_id_that_reads_like_its_line_are_two(bench):
    people = {f"line{mark}9": 230 for mark in ("-", "_")}
    found = bench.keep(bench.plan({**people, "line9": 230}, bad=[bad_row(9)]))
    assert sorted(each.state for each in found.values()) == [BAD, *[WAITING] * 3]


@pytest.mark.parametrize("only_failed", [False, True])
def test_a_bad_row_that_is_good_now_is_made_and_forgotten_as_bad(bench, only_failed):
    bench.run(bad=[bad_row(5, "D")])
    plan = bench.plan({**PEOPLE, "D": 260}, only_failed=only_failed)
    assert wanted(plan) == ["D"]
    assert len(plan.dropped) == 1
    assert {key: each.state for key, each in bench.keep(plan).items()} == {
        **dict.fromkeys(PEOPLE, MADE), "D": WAITING}  # fmt: skip


def test_a_good_row_that_is_bad_now_is_gone(bench):
    bench.run()
    plan = bench.plan({"A": 230, "B": 242}, bad=[bad_row(4, "C")])
    assert states(plan)["C"] == GONE
    assert wanted(plan) == []


def test_names_are_hashes_where_asked(bench):
    keys = [each.key for each in bench.plan(names="hash").reports]
    assert len(set(keys)) == 3
    assert not set(keys) & set(PEOPLE)


def test_inputs_are_those_of_the_person_and_not_of_the_row(bench):
    first, second, _ = bench.plan({"A": 230, "B": 230, "C": 231}).reports
    assert first.inputs == second.inputs
    assert len({each.inputs for each in bench.plan().reports}) == 3
