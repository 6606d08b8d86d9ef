"""Reports made once for all tests of this folder."""

from __future__ import annotations

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
