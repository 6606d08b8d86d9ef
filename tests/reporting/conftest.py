"""Reports made once for all tests of this folder."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from imgstats import Applicant
from imgstats.reporting.report import write_report
from tests.common import kernel_server, made_once, run_forked
from tests.reporting.page_text import parsed

EPOCH = "1793491200"  # 1 November 2026, so that pages of two runs can be compared
HOSTILE = "<script>alert(1)</script>\" onmouseover='x' ../../etc\nline"


@pytest.fixture(scope="session")
def forking():
    """Return a block in which the kernels of reports are forked from one server."""
    with kernel_server() as block:
        yield block


@pytest.fixture
def forked(forking):
    """Have the kernels of a test's own reports and plans forked."""
    with forking():
        yield


@pytest.fixture(scope="session")
def made(tmp_path_factory, forking):
    """Return a function that writes a report once a run, with a fixed date."""

    def write(name, applicant, block=forking, **options):
        def make(folder):
            with dated(), block():
                return write_report(applicant, folder / "out", **options)

        return made_once(tmp_path_factory, name, make)

    return write


@contextmanager
def dated():
    """Date what is made in the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        yield


@pytest.fixture(scope="session")
def non_us_files(made, example_applicant):
    """Return a report that an ordinary kernel made."""
    return made("non_us", example_applicant, nullcontext)


@pytest.fixture(scope="session")
def us_files(made):
    return made("us", Applicant(group="us_img", step2_ck=230))


@pytest.fixture(scope="session")
def refused_files(made):
    return made("refused", Applicant(group="us_img", step2_ck=230, specialty="Pediatrics"))


@pytest.fixture(scope="session")
def hostile_files(made):
    applicant = Applicant.parse({"group": "non-us-img", "step2_ck": 205, "label": HOSTILE})
    return made("hostile", applicant)


@pytest.fixture(scope="session")
def changed_files(made, example_applicant, changed_root):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMGSTATS_DATA_ROOT", str(changed_root))
        return made("changed", example_applicant)


@pytest.fixture(params=["non_us", "us"])
def both(request):
    """Return a comparison with its report, for each of the two groups."""
    return (
        request.getfixturevalue(request.param),
        request.getfixturevalue(f"{request.param}_files"),
    )


@pytest.fixture
def page(both):
    return parsed(both[1].page.read_text(encoding="utf-8"))


# One person who plans, in three situations: the guide's own example before the exam and below its
# target, and one whose every text is hostile.
PLANS = {
    "example": (
        {
            "group": "non-us-img",
            "target": "235-245",
            "step1": "passed",
            "exam_date": "2027-06-15",
            "graduated": 2024,
            "usce_months": 2,
            "visa": "J-1",
            "label": "Example plan",
        },
        "practice.csv",
        "programs.csv",
    ),
    "below": (
        {
            "group": "non-us-img",
            "step2_ck": 225,
            "target": "235-245",
            "step1": "passed",
            "attempts": 1,
            "graduated": 2024,
        },
        None,
        None,
    ),
    "hostile": (
        {"group": "us-img", "step2_ck": 231, "specialty": "Pediatrics", "label": HOSTILE},
        None,
        "hostile",
    ),
}
_HOSTILE_PROGRAMS = (
    "program,state,visa,minimum_score\n"
    '"<script>alert(1)</script>",NY,J-1,220\n'
    '"=HYPERLINK(""http://x.invalid"")",TX,,230\n'
    '"{{ 7 * 7 }} & <b>bold</b>",CA,none,240\n'
)


@pytest.fixture(scope="session")
def make_plan_files(forking):
    """Return a function that writes one of `PLANS` into a folder, as of one day."""
    from imgstats.reporting.plan.report import write_plan
    from imgstats.strategy.plan import PlanFiles
    from imgstats.strategy.situation import Situation

    examples = Path(__file__).resolve().parents[2] / "examples"

    def write(name, folder):
        values, practice, programs = PLANS[name]
        folder.mkdir(exist_ok=True)
        place = None if programs is None else examples / programs
        if programs == "hostile":
            place = folder / "programs.csv"
            place.write_text(_HOSTILE_PROGRAMS, encoding="utf-8")
        files = PlanFiles(
            practice=None if practice is None else examples / practice, programs=place
        )
        situation = Situation.parse(values, date(2026, 11, 30))
        with dated(), forking():
            return write_plan(situation, folder / "out", files)

    return write


@pytest.fixture(scope="session")
def made_plan(tmp_path_factory, make_plan_files):
    """Return a function that writes one of `PLANS` once a run."""
    return lambda name: made_once(
        tmp_path_factory, f"plan-{name}", lambda folder: make_plan_files(name, folder)
    )


@pytest.fixture(scope="session")
def plan_files(made_plan):
    return made_plan("example")


@pytest.fixture(scope="session")
def plan_below_files(made_plan):
    return made_plan("below")


@pytest.fixture(scope="session")
def plan_hostile_files(made_plan):
    return made_plan("hostile")


@pytest.fixture(scope="session")
def write_summary():
    """Return a function that writes the summary of rows into a folder."""
    from imgstats.cohort.summary import summary_frame, summary_parquet

    def write(folder, rows):
        path = folder / "summary.parquet"
        path.write_bytes(summary_parquet(summary_frame(rows)))
        return path

    return write


@pytest.fixture(scope="session")
def made_index(tmp_path_factory, forking, write_summary):
    """Return a function that makes the index of a case once a run, as a file too."""
    from imgstats.reporting.cohort.index import index_page
    from tests.reporting.index_cases import CASES, CHANGES, MADE_ON

    def write(name, folder):
        folder.mkdir()
        with forking():
            files = index_page(
                write_summary(folder, CASES[name]()),
                title=f"Cohort <{name}>",
                made_on=MADE_ON,
                changes=CHANGES.get(name),
                run=run_forked,
            )
        path = folder / "index.html"
        path.write_text(files.page, encoding="utf-8")
        return files, path

    return cache(
        lambda name: made_once(
            tmp_path_factory, f"index-{name}", lambda folder: write(name, folder)
        )
    )
