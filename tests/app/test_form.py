"""The form without a browser, and copies of the notebooks."""

from __future__ import annotations

import pytest

from imgstats import Applicant, compare
from imgstats.app.form import SERVED, explore_form
from imgstats.app.lab import copy_notebooks
from imgstats.applicant import all_problems
from imgstats.cli.main import _run
from imgstats.errors import InputError
from imgstats.sources import notebook_path


@pytest.fixture
def form():
    return explore_form()


@pytest.mark.parametrize(
    ("field", "value"),
    [("step2_ck", ""), ("step2_ck", "24"), ("step2_ck_date", "3/4/2025"), ("attempts", "0")],
)
def test_messages_are_the_applicants_own(form, field, value):
    form.fields[field].value = value
    wanted = all_problems({"group": "non_us_img", "step2_ck": "242", field: value})[field]
    assert form.message(field) == str(wanted)
    assert form.applicant is None
    assert form._button.disabled


def test_a_message_is_text(form):
    form.fields["ranks"].value = "<img src=x>"
    assert "<img" not in form._messages["ranks"].value
    assert "&lt;img" in form._messages["ranks"].value


def test_what_is_shown_is_the_comparison(form):
    form.fields["group"].value = "us_img"
    form.fields["step2_ck"].value = "231"
    applicant = Applicant(group="us_img", step2_ck=231)
    assert form.applicant == applicant
    assert form._result.value == compare(applicant)._repr_html_()
    assert form._picture.address == "g=us_img&s=Internal+Medicine&c=231"


def test_another_specialty_has_its_own_picture(form):
    form.fields["specialty"].value = "Dermatology"
    assert form._picture.data["specialties"] == ["Dermatology"]


@pytest.mark.slow
def test_the_report_stands_in_a_folder_of_the_users(form, tmp_path):
    form._folder.value = str(tmp_path / "mine")
    form.report()
    page = tmp_path / "mine" / "index.html"
    assert form._download.data == page.read_bytes()
    assert str(tmp_path / "mine") in form._status.value


def test_what_is_not_ours_is_not_written_over(form, tmp_path):
    (tmp_path / "index.html").write_text("mine", encoding="utf-8")
    form._folder.value = str(tmp_path)
    form.report()
    assert "was not made by imgstats" in form._status.value
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == "mine"
    assert form._download.data == b""
    assert not form._button.disabled


def test_a_visitor_names_no_folder(monkeypatch):
    monkeypatch.setenv(SERVED, "1")
    assert "Folder for the report" not in _descriptions(explore_form())
    monkeypatch.delenv(SERVED)
    assert "Folder for the report" in _descriptions(explore_form())


def _descriptions(widget):
    own = [getattr(widget, "description", "")]
    return own + [
        each for child in getattr(widget, "children", ()) for each in _descriptions(child)
    ]


def test_copies_stay_as_their_owner_left_them(tmp_path):
    place, copied = copy_notebooks(tmp_path / "own")
    assert copied > 2
    assert place.stat().st_mode & 0o077 == 0
    (place / "explore.ipynb").write_text("mine", encoding="utf-8")
    (place / "cohort_report.ipynb").unlink()
    assert copy_notebooks(place) == (place, 1)
    assert (place / "explore.ipynb").read_text(encoding="utf-8") == "mine"


def test_the_notebooks_that_ship_are_never_opened():
    with pytest.raises(InputError, match="that ship"):
        copy_notebooks(notebook_path("explore.ipynb").parent)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").touch()
    assert _run(["lab", str(tmp_path / "file"), "--no-browser"]) == 2


def test_missing_packages_are_one_line(monkeypatch, capsys):
    import importlib.util

    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "voila" else found(name)
    )
    assert _run(["app"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("imgstats: voila not installed; allowed: the extra 'app'")
    assert said.count("\n") == 1


def test_root_is_told_in_one_line_that_jupyterlab_refuses(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert _run(["lab", str(tmp_path / "own"), "--no-browser"]) == 1
    said = capsys.readouterr().err
    assert "--allow-root" in said
    assert said.count("\n") == 1
