"""The served form in a real browser, and what its server refuses."""

from __future__ import annotations

import asyncio
import os
import socket
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import urlsplit

import psutil
import pytest

from imgstats import Applicant, compare
from imgstats.app import serving as serving_module
from imgstats.app.serving import HEADERS
from imgstats.applicant import all_problems
from imgstats.cli.main import _run
from imgstats.own_tables.folder import DATA_DIR_VARIABLE
from tests.app.conftest import serving
from tests.browsing import violations, width_of
from tests.patience import PATIENCE
from tests.reporting.processes import descendants
from tests.waiting import until

pytestmark = [pytest.mark.slow]


def _field(page, label):
    return page.locator(".imgstats-row").get_by_label(label, exact=True)


def _result(page, words):
    found = page.locator(".imgstats-result", has_text=words)
    found.wait_for()
    return found.inner_text().replace("\u00a0", " ")


def _answer(address, path, headers=()):
    request = urllib.request.Request(  # noqa: S310  the served address
        f"{address.partition('/?')[0]}{path}", headers=dict(headers)
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310  as above
            return answer.status, answer.headers
    except urllib.error.HTTPError as e:
        return e.code, e.headers


def _env(process):
    with suppress(psutil.Error):
        return process.environ().get(DATA_DIR_VARIABLE)


@pytest.mark.browser
class TestInABrowser:
    """What a visitor does."""

    def test_a_wrong_score_gets_its_message_and_a_right_one_its_result(self, visit):
        page = visit()
        _field(page, "Step 2 CK").fill("24")
        message = page.locator(".imgstats-message.wrong")
        message.wait_for()
        said = all_problems({"group": "non_us_img", "step2_ck": "24"})["step2_ck"]
        assert message.inner_text() == str(said)
        assert page.get_by_role("button", name="Make the full report").is_disabled()
        _field(page, "Step 2 CK").fill("251")
        wanted = compare(Applicant(group="non_us_img", step2_ck=251))
        _result(page, "Step 2 CK 251, non-US IMG")
        assert page.locator(".imgstats-message.wrong").count() == 0
        shown = page.locator(".sentence").inner_text().replace("\u00a0", " ")
        assert wanted.headline is not None
        assert wanted.headline.sentence in shown

    def test_the_report_is_saved_and_opens(self, visit, chromium, tmp_path):
        page = visit()
        _field(page, "Name on the report").fill("<b>A & B</b>")
        _field(page, "Step 2 CK").fill("233")
        _result(page, "Step 2 CK 233")
        page.get_by_role("button", name="Make the full report").click()
        with page.expect_download(timeout=PATIENCE * 1000) as caught:
            page.locator("a.imgstats-download").click()
        place = tmp_path / caught.value.suggested_filename
        caught.value.save_as(place)
        opened = chromium.new_page()
        opened.goto(place.as_uri())
        assert opened.inner_text("p.label") == "<b>A & B</b>"
        assert "233" in opened.title()
        opened.close()

    def test_two_visitors_never_see_each_others_values(self, visit):
        one, two = visit(), visit()
        _field(one, "Step 2 CK").fill("222")
        _field(two, "Step 2 CK").fill("277")
        _field(one, "Name on the report").fill("first")
        assert "Step 2 CK 222" in _result(one, "Step 2 CK 222")
        assert "Step 2 CK 277" in _result(two, "Step 2 CK 277")
        assert _field(two, "Name on the report").input_value() == ""
        assert _field(one, "Step 2 CK").input_value() == "222"
        kernels = [
            {url.partition("/api/kernels/")[2][:36] for url in page.asked if "/channels" in url}
            for page in (one, two)
        ]
        assert all(len(each) == 1 for each in kernels)
        assert kernels[0] != kernels[1]

    def test_no_request_leaves_the_machine_and_nothing_goes_wrong(self, visit, served):
        page = visit()
        _field(page, "Step 2 CK").fill("240")
        _result(page, "Step 2 CK 240")
        here = urlsplit(served).netloc
        elsewhere = [
            url
            for url in page.asked
            if not url.startswith(("data:", "blob:")) and urlsplit(url).netloc != here
        ]
        assert len(page.asked) > 10
        assert elsewhere == []
        assert page.said == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_axe_finds_nothing_and_the_whole_page_has_one_look(self, visit, scheme):
        page = visit(360, scheme)
        for width in (360, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page) == []
            assert width_of(page) <= width
            self._has_one_look(page)

    def _has_one_look(self, page):
        page_look, form_look = page.evaluate(
            "() => [document.querySelector('#rendered_cells'), [...document.querySelectorAll('*')]"
            ".find((each) => each.shadowRoot)].map((it) => getComputedStyle(it).backgroundColor)"
        )
        assert page_look == form_look

    def test_no_source_of_a_cell_is_on_the_page(self, visit):
        assert "explore_form" not in visit().content()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 403),
        ("/?token=wrong", 403),
        ("/login", 404),
        ("/explore.ipynb", 404),
        ("/applicant_report.ipynb", 404),
        ("/voila/files/explore.ipynb", 404),
        ("/voila/files/../explore.ipynb", 404),
        ("/voila/render/explore.ipynb", 404),
        ("/voila/tree", 404),
        ("/voila/templates/imgstats/static/..%2findex.html.j2", 404),
        ("/voila/templates/lab/static/index.css", 404),
        ("/voila/static/..%2f..%2f..%2flab%2findex.html.j2", 403),
        ("/api/contents", 404),
        ("/api/kernels", 404),
        ("/%2e%2e/%2e%2e/etc/passwd", 404),
    ],
)
def test_strangers_and_other_files_are_refused(served, path, status):
    found, headers = _answer(served, path)
    assert found == status
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert headers["Server"] is None


def test_another_name_of_this_machine_is_refused_even_with_the_token(served):
    token = urlsplit(served).query
    assert _answer(served, f"/?{token}", {"Host": "elsewhere.example"}.items())[0] == 403


def test_only_this_machine_is_listened_to(served):
    assert urlsplit(served).hostname == "127.0.0.1"


def test_whoever_may_come_from_elsewhere_needs_the_token_sees_no_table_of_ours_and_finds_room(
    monkeypatch, tmp_path
):
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    few = (
        "import imgstats.app.serving as s\n"
        "from imgstats.cli.main import main\n"
        "s._MOST_VISITORS, s._CULL_SECONDS, s._CULL_EVERY_SECONDS = 2, 6, 1\n"
        "main(['app', '--ip', '0.0.0.0', '--port', '0'])\n"
    )
    with serving("-c", few, address="http://") as address:
        here = f"http://127.0.0.1:{urlsplit(address).port}/?{urlsplit(address).query}"
        page = f"/?{urlsplit(here).query}"
        elsewhere = {"Host": "elsewhere.example"}.items()
        assert _answer(here, "/", elsewhere)[0] == 403
        # Nobody of them opens a line to the kernel: for the server they have left.
        assert _answer(here, page, elsewhere)[0] == 200
        ours = [each for each in descendants(os.getpid()) if _env(each) == str(tmp_path)]
        assert [few in each.cmdline() for each in ours] == [True]  # and no kernel of it
        assert _answer(here, page)[0] == 200
        # At once, but where the machine is so busy that the first has been taken for gone.
        until(lambda: _answer(here, page)[0] == 503)
        (app,) = ours
        assert len(app.children(recursive=True)) - len(app.children()) <= 2  # the server's forks
        until(lambda: _answer(here, page)[0] == 200)


@pytest.mark.parametrize(
    ("step", "before"),
    [
        ("launch_kernel", "pass"),
        ("launch_kernel", "await usual(self, *a, **o)"),
        ("shutdown_requested", "pass"),
    ],
    ids=["before its fork", "after its fork", "at its end"],
)
def test_ctrl_c_while_a_kernel_starts_or_ends_is_no_traceback_and_leaves_none(
    step, before, monkeypatch, tmp_path
):
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    slow = (
        "import asyncio, pathlib, sys\n"
        "import imgstats.app.serving as s\n"
        "from imgstats.kernels.provisioner import WarmProvisioner\n"
        f"usual = WarmProvisioner.{step}\n"
        "async def stuck(self, *a, **o):\n"
        f"    {before}\n"
        "    pathlib.Path(sys.argv[1]).touch()\n"
        "    await asyncio.sleep(1000)\n"
        f"WarmProvisioner.{step} = stuck\n"
        "s._CULL_SECONDS, s._CULL_EVERY_SECONDS = 1, 1\n"
        "s.serve(port=0, say=lambda address: print(address, flush=True))\n"
    )
    there = tmp_path / "there"
    with serving("-c", slow, str(there)) as address:
        place = urlsplit(address)
        with socket.create_connection((place.hostname, place.port), timeout=PATIENCE) as line:
            asked = f"GET /?{place.query} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n"
            line.sendall(asked.encode())
            until(there.exists)
    until(lambda: [each for each in psutil.process_iter() if _env(each) == str(tmp_path)] == [])


def test_a_task_that_passes_over_its_end_is_ended_once_more(monkeypatch):
    monkeypatch.setattr(serving_module, "_AGAIN_SECONDS", 0.01)

    async def deaf():
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(1000)
        await asyncio.sleep(1000)

    async def dropped():
        task = asyncio.ensure_future(deaf())
        await asyncio.sleep(0)
        await serving_module._drop_tasks()
        return task.cancelled()

    # A thread of its own: the browser's may have a loop that runs.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(dropped())).result(timeout=PATIENCE)


def test_a_port_that_is_taken_is_one_line(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert _run(["app", "--port", str(taken.getsockname()[1])]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "--port" in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("ip", ["localhost; ls", "example.org", ""])
def test_a_name_is_no_address(ip, capsys):
    assert _run(["app", "--ip", ip]) == 2
    assert capsys.readouterr().err.count("\n") == 1
