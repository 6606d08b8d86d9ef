"""Tables of a measure of one's own: told by options or by the file, kept, and used nowhere."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgstats import Applicant
from imgstats.errors import DataChangedError, InputError, TableError
from imgstats.measures import Measure, OutcomeWords
from imgstats.own_tables import OwnTables, template
from imgstats.own_tables.about import measure_said, merged
from imgstats.own_tables.kinds import OWN_KINDS
from imgstats.own_tables.tabled import read_table
from imgstats.own_tables.uses import used_in
from imgstats.tables import BandTable, OutcomeSummary
from tests.own_tables.adding import WHO, kept

PASSING = OutcomeWords("passed", "failed")
GPA = Measure("gpa", low=0, high=4, step=0.01, words=PASSING)
BANDS = "low,high,passed,failed\n2.00,2.99,10,40\n3.00,3.49,30,30\n3.50,4.00,60,10\n"


def added(folder, text=BANDS, *, kind="band", measure=GPA, name="own", **said):
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    about = {"source": "Report X", "year": 2026, **said}
    return OwnTables(folder / "data").add(path, kind=kind, measure=measure, **about)


def written(folder, text):
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_of_any_measure_is_kept_with_what_is_known_of_it(tmp_path):
    table = added(tmp_path)
    certificate = table.certificate
    found = OwnTables(tmp_path / "data").named("own")
    assert found == table
    assert isinstance(found.table, BandTable)
    assert found.table.of == GPA
    assert [(band.label, band.matched) for band in found.table.bands] == [
        ("2-2.99", 10),
        ("3-3.49", 30),
        ("3.5-4", 60),
    ]
    assert OwnTables(tmp_path / "data").find(measure="gpa") == table
    assert (certificate.group, certificate.specialty) == ("", "")
    assert certificate.outcome == "passed, as the source of the table counts it"
    assert json.loads(certificate.to_json())["about"]["measure_step"] == 0.01
    assert used_in(certificate, [certificate]).startswith("used nowhere in the report")


def test_a_plain_measure_is_ones_own_by_being_a_measure(tmp_path):
    text = BANDS.replace("passed,failed", "matched,not_matched")
    assert added(tmp_path, text, measure=Measure("gpa")).table.of == Measure("gpa")
    kept_table = OwnTables(tmp_path / "data").named("own").table
    assert isinstance(kept_table, BandTable)
    assert kept_table.step == 0.01


@pytest.mark.parametrize("kind", OWN_KINDS)
def test_a_template_says_its_measure_itself(tmp_path, kind):
    table = added(tmp_path, template(kind, own=True), kind=kind, measure="").table
    assert table.of == GPA
    assert read_table(written(tmp_path, template(kind, own=True)), kind=kind).table == replace(
        table, context=type(table.context)()
    )


def test_an_own_table_enters_no_comparison(tmp_path, compared):
    someone = Applicant(group="non_us_img", step2_ck=242, attempts=1)
    plain = compared(someone, own=OwnTables(tmp_path / "none"))
    added(tmp_path, **WHO)
    with_it = compared(someone, own=OwnTables(tmp_path / "data"))
    assert with_it.to_json() == plain.to_json()


def test_a_file_may_name_the_measure_and_options_tell_the_rest(tmp_path):
    text = "measure,low,high,passed,failed\ngpa,2.00,2.99,10,40\ngpa,3.00,4.00,30,30\n"
    told = measure_said("", step=0.01, low=0, high=4, outcome="passed/failed")
    assert added(tmp_path, text, measure=told).table.of == GPA
    assert added(tmp_path, template("band", own=True), measure="gpa", name="b").table.of == GPA


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"measure": "gpa"}, "measure is 'gpa'"),
        ({"measure": "attemps"}, "did you mean attempts?"),
        ({"measure": Measure("Step 2 CK", step=1)}, "is step2_ck written otherwise"),
        ({"measure": Measure("step2_ck", high=800), **WHO}, "step2_ck with measure_high"),
        ({"measure": GPA, "kind": "count"}, "a count of 'gpa'"),
        ({"measure": replace(GPA, high=3)}, "line 4: low is '3.50'; allowed: a number from 0 to 3"),
        ({"measure": replace(GPA, step=0.5)}, "in steps of 0.5 from 0"),
        ({"measure": replace(GPA, words=OutcomeWords("n", "failed"))}, "outcome 'n'"),
        ({"measure": GPA, "group": "us-mig"}, "group is 'us-mig'"),
        ({"measure": "step2_ck"}, "group is empty; allowed: non-us-img or us-img"),
        ({"measure": ""}, "measure is empty"),
        ({"measure": measure_said("", outcome="passed/failed")}, "measure is empty"),
    ],
)
def test_what_could_be_mistaken_is_refused(tmp_path, said, message):
    text = BANDS if said["measure"] != "" else BANDS.replace("passed,failed", "matched,not_matched")
    with pytest.raises(InputError) as caught:
        added(tmp_path, text, **said)
    assert message in str(caught.value)
    assert kept(tmp_path) == []


@pytest.mark.parametrize("yes", ["not matched", "Unmatched"])
def test_words_that_turn_the_columns_round_are_refused_or_hold(tmp_path, yes):
    measure = replace(GPA, words=OutcomeWords(yes, "matched"))
    with pytest.raises(InputError, match="name the outcome whose rate it is first"):
        added(tmp_path, BANDS.replace("passed,failed", f"{yes},matched"), measure=measure)


def test_the_tables_words_go_before_other_names(tmp_path):
    # Those who failed are counted: `passed` is then the other outcome.
    measure = replace(GPA, words=OutcomeWords("failed", "passed"))
    first = added(tmp_path, measure=measure).table.bands[0]
    assert (first.matched, first.not_matched) == (40, 10)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("n,pass_rate", "is a rate of one outcome or the other"),
        ("n,success rate", "is a rate of one outcome or the other"),
        ("n,share failed (%)", "is a rate in per cent"),
    ],
)
def test_a_rate_of_whom_is_not_guessed(tmp_path, columns, message):
    measure = replace(GPA, words=OutcomeWords("failed", "passed"))
    with pytest.raises(TableError) as caught:
        added(tmp_path, f"low,high,{columns}\n2,3,100,0.4\n", measure=measure)
    assert message in str(caught.value)


def test_a_file_and_options_may_not_contradict_each_other(tmp_path):
    text = template("band", own=True)
    path = written(tmp_path, text)
    with pytest.raises(TableError, match=r"the file says measure_step 0.01; allowed: 0.1"):
        read_table(path, kind="band", measure=measure_said("gpa", step=0.1))
    with pytest.raises(TableError, match="the file says measure 'gpa'; allowed: ielts"):
        read_table(path, kind="band", measure="ielts")
    lines = text.splitlines()
    lines[2] = lines[2].replace("gpa", "other")
    with pytest.raises(TableError, match="line 3: measure is 'other'; allowed: the same in all"):
        read_table(written(tmp_path, "\n".join(lines)), kind="band")


def test_what_is_no_measure_is_refused_by_its_column():
    with pytest.raises(TableError, match="measure_step is 'fine'; allowed: a number"):
        merged("", {"measure": "gpa", "measure_step": "fine"})
    with pytest.raises(TableError, match="measure_is_count is '2'; allowed: true or false"):
        merged("", {"measure": "papers", "measure_is_count": "2"})
    papers = merged("", {"measure": "papers", "measure_is_count": "yes"})
    assert isinstance(papers, Measure)
    assert papers.is_count


def test_negative_values_and_wide_scales_are_read(tmp_path):
    text = "low,high,passed,failed\n-2,-0.01,10,40\n0,2,30,30\n"
    table = read_table(written(tmp_path, text), kind="band", measure=measure_said(
        "z", low=-5, high=5, outcome="passed/failed")).table  # fmt: skip
    assert isinstance(table, BandTable)
    assert table.bands[0].low == -2
    text = "outcome,n,mean,sd\npassed,30,655000,62000\nfailed,20,591000,63000\n"
    wide = read_table(
        written(tmp_path, text), kind="summary", measure=measure_said("x", outcome="passed/failed")
    ).table
    assert isinstance(wide, OutcomeSummary)
    assert wide.matched.sd == 62000


def test_a_rounding_of_quartiles_can_be_told(tmp_path):
    text = "outcome,n,q1,median,q3,quartile_unit\npassed,9,1,2,3,0.5\nfailed,9,1,2,3,0.5\n"
    measure = measure_said("x", outcome="passed/failed")
    table = read_table(written(tmp_path, text), kind="summary", measure=measure).table
    assert isinstance(table, OutcomeSummary)
    assert table.rounding is not None
    assert table.rounding.quartile == 0.5


@pytest.mark.parametrize(("low", "joined"), [("3.00", True), ("3.20", False)])
def test_bands_are_joined_where_they_lie_one_step_apart(tmp_path, low, joined):
    text = f"low,high,passed,failed\n2.00,2.99,<5,40\n{low},3.49,30,30\n"
    if joined:
        (band,) = added(tmp_path, text, join_suppressed=True).table.bands
        assert (band.label, band.n_range) == ("2-3.49", (100, 104))
    else:
        with pytest.raises(TableError, match="has no neighbour"):
            added(tmp_path, text, join_suppressed=True)


@pytest.mark.parametrize(
    "change",
    [
        {"measure": "other"},
        {"about": {}},
        {"about": {"measure": "gpa", "more": 1}},
        {"about": {"measure": "gpa", "measure_step": "x"}},
        {"about": {"measure": "gpa", "measure_step": -1}},
        {"measure": "attempts", "about": {"measure": "attempts"}},
        {"about": 3},
    ],
)
def test_a_changed_certificate_is_refused(tmp_path, change):
    added(tmp_path)
    path = tmp_path / "data" / "own_tables" / "own.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DataChangedError, match="data remove own"):
        OwnTables(tmp_path / "data").all()


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    step=st.sampled_from([None, 0.01, 0.5, 1]),
    high=st.sampled_from([None, 9, 900]),
    words=st.sampled_from([OutcomeWords(), PASSING, OutcomeWords("in", "out", "intake", "pupils")]),
    kind=st.sampled_from(OWN_KINDS),
)
def test_any_measure_comes_back_from_csv_json_and_the_store(
    tmp_path_factory, step, high, words, kind
):
    folder = tmp_path_factory.mktemp("own")
    measure = Measure("own score", low=0, high=high, step=step, words=words)
    text = {
        "band": f"low,high,{words.yes},{words.no}\n1,2,10,40\n3,4,30,<5\n",
        "summary": f"outcome,n,q1,median\n{words.yes},40,3,4\n{words.no},60,2,3\n",
    }[kind]
    kept_one = added(folder, text, kind=kind, measure=measure)
    assert OwnTables(folder / "data").named("own") == kept_one
    table = kept_one.table
    table.to_csv(folder / "tidy.csv")
    assert type(table).from_csv(folder / "tidy.csv") == table
    rows = json.loads(table.to_frame().to_json(orient="records"))
    assert type(table).from_records(rows) == table
