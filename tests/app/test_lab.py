"""JupyterLab as the command starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from imgstats import Applicant, compare
from imgstats.wording import of_hundred
from tests.browsing import visits
from tests.patience import PATIENCE

pytestmark = [pytest.mark.slow]


def _address(lines):
    found = (re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", line) for line in lines)
    return next(filter(None, found)).group()


def _answer(address):
    """Return what stands there; JupyterLab prints its address before it listens."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310  its own
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Return the address that the command printed, and the folder it opened."""
    place = tmp_path_factory.mktemp("lab")
    own = {f"JUPYTER_{each}_DIR": str(place / each) for each in ("CONFIG", "DATA", "RUNTIME")}
    # A container's tests may run as root.
    words = ["lab", str(place / "own"), "--no-browser", "--allow-root"]
    command = subprocess.Popen(
        [sys.executable, "-m", "imgstats", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **own},
        start_new_session=True,
    )
    try:
        assert command.stderr is not None
        yield _address(command.stderr), place / "own"
    finally:
        os.killpg(command.pid, signal.SIGTERM)
        command.communicate(timeout=PATIENCE)


def test_jupyterlab_answers_at_the_address_that_it_prints(lab):
    address, folder = lab
    page = _answer(address)
    assert "<title>JupyterLab</title>" in page
    assert str(folder) in page


@pytest.mark.browser
def test_the_form_works_in_jupyterlab(lab, chromium):
    address, _ = lab
    _answer(address)
    with visits(chromium) as go:
        page = go(address.replace("/lab?", "/lab/tree/explore.ipynb?"), 1440)
        page.set_default_timeout(PATIENCE * 1000)
        page.locator(".jp-CodeCell .cm-content").click()
        page.locator("text=/Python 3.*Idle/").wait_for()
        page.keyboard.press("Shift+Enter")
        page.locator(".imgstats-row").first.wait_for()
        score = page.locator(".imgstats-row").get_by_label("Step 2 CK", exact=True)
        score.fill("24")
        page.locator(".imgstats-message.wrong").wait_for()
        score.fill("251")
        page.locator(".imgstats-result", has_text="251").wait_for()
        wanted = compare(Applicant(group="non_us_img", step2_ck=251)).headline
        assert wanted is not None
        assert wanted.band is not None
        assert page.locator(".hero .big-number").inner_text() == str(of_hundred(wanted.band.rate))
