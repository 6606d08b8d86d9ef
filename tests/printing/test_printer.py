"""One browser, many pages: what is printed, what is refused, and what is left of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from imgstats.errors import InputError
from imgstats.printing.browser import BROWSER_VARIABLE
from imgstats.printing.devtools import FOLDER_PREFIX, BrowserGoneError, BrowserHangsError
from imgstats.printing.paper import is_print
from imgstats.printing.printer import Printer
from tests.patience import PATIENCE
from tests.printing.browsers import (
    DIES,
    DIES_AT_FIRST,
    DIES_AT_THE_PAGE,
    HANGS,
    script,
    starts,
    the_browser,
)
from tests.printing.papers import inflated, sheets, size, words
from tests.reporting.processes import all_gone, descendants
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOSTILE = "<img src=x onerror=alert(1)> ) /Creator (imgstats & <b>bold</b>"
TITLE = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
LONG = "".join(f"<h2>Part {i}</h2><p>{'word ' * 300}</p>" for i in range(8))


def page(body=LONG, title=TITLE):
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>@page {{ margin: 12mm 13mm }}</style></head><body>{body}</body></html>"
    ).encode()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return the folder for temporary files."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


@pytest.fixture
def pretend(tmp_path, monkeypatch, folder):
    """Return a function that puts another program in the place of the browser."""

    def put(body):
        monkeypatch.setenv(BROWSER_VARIABLE, str(script(tmp_path, body)))
        return folder

    return put


@pytest.fixture(scope="module")
def printed():
    """Return one page on each paper, as printed by one browser each."""
    the_browser()
    found = {}
    for paper in ("a4", "letter"):
        with Printer(paper) as printer:
            found[paper] = [printer.pdf(page()), printer.pdf(page())]
    return found


@pytest.mark.parametrize(("paper", "points"), [("a4", (596, 842)), ("letter", (612, 792))])
def test_a_page_is_printed_on_the_paper_that_is_asked_for(printed, paper, points):
    assert size(printed[paper][0]) == points
    assert sheets(printed[paper][0]) > 1


def test_a_pdf_is_tagged_with_language_outline_and_the_mark_of_its_maker(printed):
    data = printed["a4"][0]
    assert b"/StructTreeRoot" in data
    assert b"/MarkInfo" in data
    assert b"/Lang (en)" in data
    assert b"/Outlines" in data
    assert is_print(data)


def test_two_prints_of_a_page_show_the_same(printed, tmp_path):
    texts = []
    for i, data in enumerate(printed["a4"]):
        file = tmp_path / f"{i}.pdf"
        file.write_bytes(data)
        texts.append(words(file))
    assert texts[0] == texts[1]
    assert len(printed["a4"][0]) == pytest.approx(len(printed["a4"][1]), rel=0.01)


def test_each_sheet_bears_the_title_as_text_and_its_number(printed, tmp_path):
    file = tmp_path / "a.pdf"
    file.write_bytes(printed["a4"][0])
    found = words(file)
    for number, text in enumerate(found, start=1):
        last = [line.strip() for line in text.splitlines() if line.strip()][-1]
        assert last.startswith(HOSTILE)
        assert last.replace(" ", "").endswith(f"{number}/{len(found)}")


def test_no_path_of_this_machine_is_in_it(printed):
    found = inflated(printed["a4"][0])
    for words_ in (b"file:", b"/tmp", b"report.invalid", b"Chrome", os.fsencode(Path.home())):
        assert words_ not in found


def test_nothing_is_fetched_and_no_script_runs(monkeypatch):
    the_browser()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, address)
        body = (
            f'<img src="{address}/a.png"><img src="file:///etc/hostname"><link rel="stylesheet" '
            f'href="{address}/b.css"><iframe src="{address}"></iframe>'
            f"<script>document.write('<p>scripted</p>'.repeat(900)); fetch('{address}')</script>"
        )
        with Printer("a4") as printer:
            assert sheets(printer.pdf(page(body))) == 1
        with pytest.raises(TimeoutError):
            server.accept()


def test_an_unknown_paper_is_refused():
    with pytest.raises(InputError, match="the paper is 'a5'; allowed: a4 or letter"):
        Printer("a5")


def test_a_browser_that_hangs_is_ended(pretend):
    folder = pretend(HANGS)
    with pytest.raises(BrowserHangsError, match=r"does not answer within 0\.5 s"):
        Printer("a4", seconds=0.5)
    assert list(folder.iterdir()) == []
    assert [each for each in descendants(os.getpid()) if "sleep" in each.name()] == []


def test_a_browser_that_does_not_start_in_two_tries_is_quoted(pretend, tmp_path):
    folder = pretend(DIES)
    with pytest.raises(BrowserGoneError, match=r"ended with code 3 \(no display\)"):
        Printer("a4")
    assert starts(tmp_path) == 2
    assert list(folder.iterdir()) == []


def test_a_browser_that_dies_at_its_start_is_tried_once_more(pretend, tmp_path):
    folder = pretend(DIES_AT_FIRST)
    with Printer("a4"):
        assert starts(tmp_path) == 2
        assert len(list(folder.iterdir())) == 1
    assert list(folder.iterdir()) == []


def test_a_browser_that_dies_at_a_page_is_tried_once_more(pretend, tmp_path):
    folder = pretend(DIES_AT_THE_PAGE)
    with Printer("a4") as printer, pytest.raises(BrowserGoneError, match="ended with code 7"):
        printer.pdf(page())
    assert starts(tmp_path) == 2
    assert list(folder.iterdir()) == []


def test_a_killed_browser_is_replaced(folder):
    the_browser()
    with Printer("a4") as printer:
        assert printer._browser is not None
        printer._browser.kill()
        assert sheets(printer.pdf(page())) > 1
    assert list(folder.iterdir()) == []


def test_another_thread_can_stop_it(folder):
    the_browser()
    with Printer("a4") as printer:
        assert printer._browser is not None
        printer._browser.heard = lambda _: printer.stop()  # in the midst of a page
        with pytest.raises(BrowserGoneError):
            printer.pdf(page())
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("length", [60, 90, 200])
def test_a_folder_for_temporary_files_may_have_a_long_name(tmp_path, monkeypatch, length):
    place = tmp_path / "t".ljust(max(1, length - len(str(tmp_path)) - 1), "t")
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", str(place))
    with Printer() as printer:
        assert is_print(printer.pdf(page()))
    assert not list(place.iterdir())


def test_the_browser_may_be_named_from_the_folder_at_hand(tmp_path, monkeypatch):
    (tmp_path / "mine").symlink_to(the_browser())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(BROWSER_VARIABLE, "./mine")
    with Printer() as printer:
        assert is_print(printer.pdf(page()))


def test_a_killed_process_leaves_neither_browser_nor_folder(tmp_path):
    the_browser()
    program = (
        "import time\nfrom imgstats.printing.printer import Printer\n"
        "with Printer('a4') as printer:\n    print('ready', flush=True)\n    time.sleep(600)\n"
    )
    command = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert command.stdout is not None
    try:
        assert command.stdout.readline() == b"ready\n"
        children = descendants(command.pid)
        assert len(children) > 1
        assert list(tmp_path.glob(f"{FOLDER_PREFIX}*"))
    finally:
        command.send_signal(signal.SIGKILL)
        command.wait(PATIENCE)
        command.stdout.close()
    assert all_gone(children)
    until(lambda: not list(tmp_path.glob(f"{FOLDER_PREFIX}*")))
