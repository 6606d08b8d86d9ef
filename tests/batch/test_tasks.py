"""One job of a worker: what a notebook does becomes a result, and never an error."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

import psutil
import pytest
from bs4 import BeautifulSoup

from imgstats import Applicant
from imgstats.batch.fingerprint import fingerprint
from imgstats.batch.tasks import Job, Made, Unmade, make_report
from imgstats.kernels.client import shared_server
from imgstats.reporting.warm import WARM
from tests.batch.making import PRINT, write_notebook
from tests.reporting.processes import all_gone


@pytest.fixture(scope="module", autouse=True)
def server():
    """Keep one kernel server for all tests of this file."""
    with shared_server(WARM):
        yield


@pytest.fixture
def job(tmp_path):
    """Return a function that gives a job of a small notebook."""

    def job_of(*cells, **changes):
        applicant = Applicant(group="us_img", step2_ck=230, label="mine")
        whole = Job(
            key="k",
            parameters=applicant.model_dump(mode="json"),
            title="A title",
            made_on="1 November 2026",
            notebook=write_notebook(tmp_path, *cells).read_bytes(),
            notebook_name="own.ipynb",
            made_by=fingerprint(),
            seconds=600,
        )
        return replace(whole, **changes)

    return job_of


@pytest.mark.slow
def test_a_report_is_its_page_and_record_as_bytes(job):
    found = make_report(job(PRINT))
    assert isinstance(found, Made)
    assert found.key == "k"
    assert b"score 230, mine" in found.page
    assert b"<title>A title" in found.page
    assert b"score 230, mine" in found.record
    assert 0 < found.cell_seconds < found.seconds


@pytest.mark.slow
def test_a_page_leads_back_to_the_index_and_its_record_tells_what_it_was_made_from(job):
    asked = job(PRINT)
    found = make_report(asked)
    assert isinstance(found, Made)
    links = BeautifulSoup(found.page, "html.parser").select("nav.back a")
    assert [(each["href"], each.get_text()) for each in links] == [
        ("../index.html", "All applicants of the cohort")
    ]
    metadata = json.loads(found.record)["metadata"]
    assert metadata["papermill"]["parameters"] == asked.parameters
    kept = metadata["imgstats"]
    assert kept["notebook_sha256"] == sha256(asked.notebook).hexdigest()
    assert (kept["code_sha256"], kept["data_sha256"]) == (asked.made_by.code, asked.made_by.data)


@pytest.mark.slow
def test_a_failing_cell_is_a_reason_of_one_short_line(job):
    found = make_report(job("raise ValueError('no \x1b[31m' + 'x' * 900)"))
    assert isinstance(found, Unmade)
    assert "ValueError: no" in found.reason
    assert found.reason.isprintable()
    assert len(found.reason) <= 500
    assert not found.elsewhere
    assert not found.again


@pytest.mark.slow
def test_a_kernel_that_is_killed_may_be_tried_again(job):
    found = make_report(job("import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))
    assert isinstance(found, Unmade)
    assert "the kernel gave up" in found.reason
    assert found.again


@pytest.mark.slow
def test_a_report_past_its_time_is_ended_with_what_it_started(job, tmp_path):
    file = tmp_path / "pid"
    hang = (
        "import pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)\n"
        f"pathlib.Path({str(file)!r}).write_text(str(child.pid))\n"
        "time.sleep(1000)"
    )
    found = make_report(job(hang, seconds=5))
    assert isinstance(found, Unmade)
    assert "took longer than 5 s" in found.reason
    assert not found.again
    # A machine that is too busy may end it before it started anything.
    started = file.read_text() if file.exists() else ""
    if started and psutil.pid_exists(int(started)):
        assert all_gone([psutil.Process(int(started))])


@pytest.mark.parametrize("what", ["version", "code", "data"])
def test_another_package_or_other_data_make_no_report(job, what):
    other = replace(fingerprint(), **{what: "other"})
    found = make_report(job(PRINT, made_by=other))
    assert found == Unmade(
        key="k",
        reason=f"the worker's {what} differ from those the batch began with",
        elsewhere=True,
    )
