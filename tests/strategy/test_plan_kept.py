"""A plan that is kept answers the very same question of the very same files, nothing else."""

from __future__ import annotations

import subprocess
import sys
import warnings
from dataclasses import replace
from datetime import date

import pytest

from imgstats import PublishedTables
from imgstats.comparison.kept import Kept, data_words, keeping
from imgstats.errors import ImgstatsWarning
from imgstats.reporting.plan import pictures
from imgstats.reporting.plan import report as module
from imgstats.reporting.plan.report import write_plan
from imgstats.strategy.plan import PlanAsked, PlanFiles, make_plan
from imgstats.strategy.situation import Situation

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 30)
VALUES = {"group": "non-us-img", "step2_ck": 242, "step1": "passed"}
ME = Situation.parse(VALUES, TODAY)


@pytest.fixture
def files(tmp_path):
    path = tmp_path / "programs.csv"
    path.write_text("program,state\nA,NY\nB,TX\n", encoding="utf-8")
    return PlanFiles(programs=path)


def kept_plan(files, **options):
    """Return a plan as `write_plan` keeps it for its kernel."""
    asked = PlanAsked(situation=ME, files=files, **options)
    plan = quiet_plan(ME, files, **options)
    return Kept(words=asked.words, data=data_words(), answer=plan, said=())


def quiet_plan(*given, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)
        return make_plan(*given, **options)


def test_the_same_question_gets_the_same_object(files):
    kept = kept_plan(files)
    again = Situation.parse(ME.values(), date.fromisoformat(TODAY.isoformat()))
    with keeping(kept):
        found = quiet_plan(again, replace(files), applications=None, errors={}, drift=0.0)
    assert found is kept.answer


@pytest.mark.parametrize(
    ("other", "tables", "options"),
    [
        ({"step2_ck": 243}, None, {}),
        ({"visa": "J-1"}, None, {}),
        ({}, PublishedTables(), {}),
        ({}, None, {"applications": 77}),
        ({}, None, {"drift": 1.0}),
    ],
)
def test_another_question_is_computed(files, other, tables, options):
    kept = kept_plan(files)
    with keeping(kept):
        found = quiet_plan(Situation.parse(VALUES | other, TODAY), files, tables, **options)
    assert found is not kept.answer


def test_another_day_or_a_changed_file_is_computed(files):
    kept = kept_plan(files)
    with keeping(kept):
        assert quiet_plan(replace(ME, today=date(2026, 12, 1)), files) is not kept.answer
        files.programs.write_text("program,state\nC,NY\n", encoding="utf-8")
        found = quiet_plan(ME, files)
    assert [each.program.program for each in found.shortlist.entries] == ["C"]


def test_the_kernel_draws_the_plan_that_was_made(files, tmp_path, monkeypatch):
    def marked(*given, **options):
        return replace(quiet_plan(*given, **options), not_known=("the one that was made",))

    monkeypatch.setattr(module, "make_plan", marked)
    written = write_plan(ME, tmp_path / "plan", files)
    assert "the one that was made" in written.page.read_text(encoding="utf-8")


def test_people_of_a_group_share_the_figure_of_the_funnel():
    other = Situation.parse(VALUES | {"step2_ck": 220, "season": 2029, "step1": "failed"}, TODAY)
    first, second = (quiet_plan(each) for each in (ME, other))
    assert first.funnel != second.funnel
    shared = pictures.funnel_picture(first)
    assert shared is pictures.funnel_picture(second)
    own = pictures.funnel_picture(quiet_plan(ME, applications=77))
    assert shared is not None
    assert own is not None
    assert own is not shared
    assert own.png != shared.png


def test_a_plan_is_made_without_a_package_that_takes_a_second_to_import():
    code = (
        "import sys, datetime, imgstats.reporting.plan.report as r\n"
        f"r.make_plan(r.Situation.parse({VALUES!r}, datetime.date(2026, 11, 30)))\n"
        "assert 'scipy.stats' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
