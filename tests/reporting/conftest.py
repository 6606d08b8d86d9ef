"""Reports made once for all tests of this folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from imgstats import Applicant
from imgstats.reporting.report import write_report
from tests.reporting.page_text import soup

EPOCH = "1793491200"  # 1 November 2026, so that pages of two runs can be compared
HOSTILE = "<script>alert(1)</script>\" onmouseover='x' ../../etc\nline"


@pytest.fixture(scope="session")
def make(tmp_path_factory):
    """Return a function that writes a report into a folder of its own, with a fixed date."""

    def write(applicant, **options):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
            return write_report(applicant, tmp_path_factory.mktemp("report") / "out", **options)

    return write


@pytest.fixture(scope="session")
def non_us_files(make, example_applicant):
    return make(example_applicant)


@pytest.fixture(scope="session")
def us_files(make):
    return make(Applicant(group="us_img", step2_ck=230))


@pytest.fixture(scope="session")
def refused_files(make):
    return make(Applicant(group="us_img", step2_ck=230, specialty="Pediatrics"))


@pytest.fixture(scope="session")
def hostile_files(make):
    applicant = Applicant.parse({"group": "non-us-img", "step2_ck": 205, "label": HOSTILE})
    return make(applicant)


@pytest.fixture(scope="session")
def changed_files(make, example_applicant, changed_root):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMGSTATS_DATA_ROOT", str(changed_root))
        return make(example_applicant)


@pytest.fixture(params=["non_us", "us"])
def both(request):
    """Return a comparison with its report, for each of the two groups."""
    return (
        request.getfixturevalue(request.param),
        request.getfixturevalue(f"{request.param}_files"),
    )


@pytest.fixture
def page(both):
    return soup(both[1].page.read_text(encoding="utf-8"))


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
def make_plan_files(tmp_path_factory):
    """Return a function that writes one of `PLANS`, as of one day."""
    from imgstats.reporting.plan.report import write_plan
    from imgstats.strategy.plan import PlanFiles
    from imgstats.strategy.situation import Situation

    examples = Path(__file__).resolve().parents[2] / "examples"

    def write(name):
        values, practice, programs = PLANS[name]
        folder = tmp_path_factory.mktemp("plan")
        place = None if programs is None else examples / programs
        if programs == "hostile":
            place = folder / "programs.csv"
            place.write_text(_HOSTILE_PROGRAMS, encoding="utf-8")
        files = PlanFiles(
            practice=None if practice is None else examples / practice, programs=place
        )
        situation = Situation.parse(values, date(2026, 11, 30))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
            return write_plan(situation, folder / "out", files)

    return write


@pytest.fixture(scope="session")
def plan_files(make_plan_files):
    return make_plan_files("example")


@pytest.fixture(scope="session")
def plan_below_files(make_plan_files):
    return make_plan_files("below")


@pytest.fixture(scope="session")
def plan_hostile_files(make_plan_files):
    return make_plan_files("hostile")
