"""Sections and a logo without a notebook of one's own, and the notebook to begin one from."""

from __future__ import annotations

import os
import stat
from base64 import b64encode

import nbformat
import pytest

from imgstats import Applicant
from imgstats.errors import InputError
from imgstats.reporting import sections
from imgstats.reporting.notebook import read_notebook
from imgstats.reporting.own.chosen import chosen_sections, keep_sections, section_names
from imgstats.reporting.own.copying import copy_notebook
from imgstats.reporting.page import render_page
from imgstats.reporting.report import write_report
from imgstats.reporting.showing.images import logo_uri
from imgstats.sources import notebook_path
from tests.reporting.page_text import soup

APPLICANT = Applicant(group="us_img", step2_ck=230)
PNG, JPEG = b"\x89PNG\r\n\x1a\n...", b"\xff\xd8\xff..."
SVG = b"<svg><script>alert(1)</script></svg>"


@pytest.fixture
def shipped():
    return read_notebook(notebook_path())


@pytest.fixture
def no_kernel(monkeypatch):
    def execute(*_, **__):
        raise AssertionError("a kernel would be started")

    monkeypatch.setattr("imgstats.reporting.notebook.execute", execute)


def headings(notebook):
    return [cell.source for cell in notebook.cells if cell.source.startswith("## ")]


# --- sections


def test_every_heading_of_the_shipped_notebook_begins_a_section(shipped):
    names = section_names(shipped)
    assert len(names) == len(set(names)) == len(headings(shipped))
    code = "\n".join(cell.source for cell in shipped.cells if cell.cell_type == "code")
    drawn = {name for name in sections.__all__ if f"sections.{name}(" in code}
    assert drawn == set(sections.__all__)


@pytest.mark.parametrize(
    "order", [("history", "ranks"), ("ranks", "history"), ("ranks", "sources")]
)
def test_the_chosen_sections_stay_in_the_notebooks_order_with_head_and_sources(shipped, order):
    before = len(shipped.cells)
    chosen = keep_sections(shipped, order, "own.ipynb")
    known = section_names(shipped)
    assert section_names(chosen) == tuple(n for n in known if n in {*order, "sources", "words"})
    assert chosen.cells[:3] == shipped.cells[:3]
    assert any('sections.factor(comparison, "ranks")' in cell.source for cell in chosen.cells)
    assert not any("trend" in cell.source for cell in chosen.cells)
    assert len(shipped.cells) == before


def test_all_sections_are_the_whole_notebook(shipped):
    assert keep_sections(shipped, section_names(shipped), "x").cells == shipped.cells


@pytest.mark.parametrize("name", ["rank", "Ranks", "header", "n" * 5000, ""])
def test_an_unknown_section_is_refused_with_the_list(shipped, name):
    with pytest.raises(InputError) as refused:
        keep_sections(shipped, ["history", name], "own.ipynb")
    text = str(refused.value)
    assert "allowed: history, rate, place" in text
    assert len(text) < 400


def test_a_notebook_without_sections_has_none_to_choose(shipped):
    for cell in shipped.cells:
        cell.metadata.pop("tags", None)
    with pytest.raises(InputError, match=r"own\.ipynb has no sections to choose from"):
        keep_sections(shipped, ["history"], "own.ipynb")


@pytest.mark.parametrize("text", ["", " ", ",", " , ,"])
def test_a_list_without_names_is_refused(text):
    with pytest.raises(InputError, match="--sections is"):
        chosen_sections(text)


def test_a_name_may_stand_twice_and_with_spaces():
    assert chosen_sections(" ranks,history , ranks,") == ("ranks", "history")


@pytest.mark.slow
def test_a_short_page_has_what_was_asked_for_and_no_dead_link(made, tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_bytes(SVG)
    files = made("short", APPLICANT, sections=("history", "trend"), logo=logo)
    html = files.page.read_text(encoding="utf-8")
    page = soup(html)
    assert [each.get_text().rstrip("¶") for each in page.select("h2")] == [
        "What history shows",
        "How the Match has moved",
        "Sources",
        "Words",
    ]
    ids = {tag["id"] for tag in page.select("[id]")}
    assert {link["href"].removeprefix("#") for link in page.select("a[href]:not(.outside)")} <= ids
    assert "<script" not in html
    (image,) = page.select("p.logo img")
    assert image["src"].startswith("data:image/svg+xml;base64,")
    assert image["alt"]
    assert files.lost == ()


@pytest.mark.usefixtures("no_kernel")
def test_an_unknown_section_stops_a_report_before_it_starts(tmp_path):
    with pytest.raises(InputError, match="no section is called 'luck'"):
        write_report(APPLICANT, tmp_path / "out", sections=["luck"])
    assert list(tmp_path.iterdir()) == []


# --- a logo


@pytest.mark.parametrize("data", [PNG, JPEG, SVG])
def test_a_logo_is_told_by_its_bytes(tmp_path, data):
    path = tmp_path / "logo.txt"
    path.write_bytes(data)
    assert logo_uri(path).startswith("data:image/")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is of another kind"),
        (b"GIF89a...", "is of another kind"),
        (b"%PDF-1.7", "is of another kind"),
        (b"<html></html>", "is of another kind"),
        (b"<svg><g></svg>", "mistake"),
        (PNG + bytes(1024**2), "is larger than 1,048,576 bytes"),
    ],
)
@pytest.mark.usefixtures("no_kernel")
def test_what_is_no_logo_stops_a_report_before_it_starts(tmp_path, data, words):
    path = tmp_path / "logo.png"
    path.write_bytes(data)
    with pytest.raises(InputError, match=f"{words}.* allowed: "):
        write_report(APPLICANT, tmp_path / "out", logo=path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("make_it", [os.mkfifo, os.mkdir])
def test_a_logo_is_a_plain_file(tmp_path, make_it):
    make_it(tmp_path / "logo.png")
    with pytest.raises(InputError, match="allowed: a PNG, JPEG or SVG file"):
        logo_uri(tmp_path / "logo.png")
    with pytest.raises(InputError, match="No such file"):
        logo_uri(tmp_path / "none.png")


def test_a_page_without_a_logo_has_no_place_for_one():
    def rendered(logo):
        empty = nbformat.v4.new_notebook()
        return render_page(empty, title="t", made_on="d", version="0", logo=logo)

    assert 'class="logo"' not in rendered("")
    uri = f"data:image/png;base64,{b64encode(PNG).decode()}"
    assert f'src="{uri}"' in rendered(uri)


@pytest.mark.usefixtures("no_kernel")
def test_the_logo_is_not_written_over(tmp_path):
    path = tmp_path / "index.html"
    path.write_bytes(PNG)
    with pytest.raises(InputError, match="is the very file that was given"):
        write_report(APPLICANT, tmp_path, logo=path)
    assert path.read_bytes() == PNG


# --- the notebook to begin from


@pytest.mark.parametrize("target", ["", "mine.ipynb"])
def test_the_copy_is_the_shipped_notebook_for_its_owner(tmp_path, target):
    copy = copy_notebook(tmp_path / target)
    assert copy.read_bytes() == notebook_path().read_bytes()
    assert copy.name == (target or "applicant_report.ipynb")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_it_goes_into_the_working_folder_if_nothing_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert copy_notebook().resolve() == tmp_path / "applicant_report.ipynb"


@pytest.mark.parametrize("standing", ["", "mine", None])
def test_a_copy_replaces_nothing(tmp_path, standing):
    path = tmp_path / "mine.ipynb"
    if standing is None:
        path.symlink_to(tmp_path / "nowhere.ipynb")
    else:
        path.write_text(standing, encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.ipynb is there already; allowed: a new file"):
        copy_notebook(path)
    assert not (tmp_path / "nowhere.ipynb").exists()
    assert standing is None or path.read_text(encoding="utf-8") == standing


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mine.txt", "a name ending in"),
        ("none/mine.ipynb", "No such file"),
        ("n" * 300 + ".ipynb", "File name too long"),
        ("a\0b.ipynb", "null"),
    ],
)
def test_a_place_that_cannot_be_is_one_short_line(tmp_path, name, words):
    with pytest.raises(InputError, match=words) as refused:
        copy_notebook(tmp_path / name)
    assert len(str(refused.value)) < 500
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_no_part(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        copy_notebook(tmp_path / "mine.ipynb")
    assert list(tmp_path.iterdir()) == []
