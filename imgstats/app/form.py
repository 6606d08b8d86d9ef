"""`explore_form`: fields for one applicant, judged by `Applicant`, with result, picture, report."""

from __future__ import annotations

import os
import warnings
from html import escape
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import ipywidgets

from imgstats.app.download import Download
from imgstats.app.picture import Picture
from imgstats.applicant import GROUPS, Applicant, all_problems
from imgstats.comparison import compare
from imgstats.errors import ImgstatsError, ImgstatsWarning
from imgstats.explore.gather import DEFAULT_SCORE
from imgstats.reporting.report import write_report
from imgstats.specialties import ALL_SPECIALTIES, INTERNAL_MEDICINE
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SERVED", "ExploreForm", "explore_form"]

# Set for kernels whose page is served: whoever fills the form may not be the machine's owner.
SERVED = "IMGSTATS_SERVED"
_FOLDER = "imgstats-report"
_NAME = "imgstats-report.html"
# By field of `Applicant`, what stands before it.
_WORDS = {
    "step2_ck": "Step 2 CK",
    "step2_ck_date": "Day of the exam",
    "attempts": "Attempts",
    "usce_months": "US experience, months",
    "ranks": "Contiguous ranks",
    "label": "Name on the report",
}
_HINTS = {"step2_ck": "three digits", "step2_ck_date": "such as 2025-08-01"}
_WIDE = {"description_width": "10rem"}


def explore_form() -> ExploreForm:
    """Return the form of a notebook.

    Examples
    --------
    >>> form = explore_form()
    >>> form.fields["step2_ck"].value = "24"
    >>> form.message("step2_ck")
    'step2_ck is 24; allowed: a whole number from 100 to 300; this looks like a two-digit score; \
give the three-digit Step 2 CK score'
    """
    return ExploreForm(served=bool(os.environ.get(SERVED)))


class ExploreForm(ipywidgets.VBox):  # type: ignore[misc]  # untyped
    """Fields with messages beside them, the comparison, its picture, and the full report.

    Parameters
    ----------
    served : bool
        Whether others fill it in over a network: then a report is handed over and kept in no
        folder. Otherwise its user names a folder, where it stays.

    Attributes
    ----------
    fields : dict
        Widgets by field of `Applicant`.
    applicant : Applicant or None
        Who is shown; None while a field is wrong.
    """

    def __init__(self, *, served: bool) -> None:
        self.served = served
        self.applicant: Applicant | None = None
        self.fields = _fields()
        self._messages = {name: ipywidgets.HTML() for name in self.fields}
        self._said: dict[str, str] = {}
        self._result = ipywidgets.HTML()
        self._picture = Picture(Applicant.parse(self._values()))
        self._folder = _text("Folder for the report", _FOLDER)
        self._button = ipywidgets.Button(
            description="Make the full report", button_style="primary", icon=""
        )
        self._status = ipywidgets.HTML()
        self._download = Download(name=_NAME, words="Save the report and open it in a browser")
        self._button.on_click(lambda _: self.report())
        for each in self.fields.values():
            each.observe(lambda _: self._judge(), names="value")
        super().__init__(children=self._rows())
        self.add_class("imgstats-form")
        self._judge()

    def message(self, name: str) -> str:
        """Return what is said beside a field; empty where nothing is wrong."""
        return self._said.get(name, "")

    def report(self) -> None:
        """Make the full report of the applicant who is shown, and offer it."""
        if self.applicant is None:
            return
        self._button.disabled = True
        self._download.data = b""
        self._say("The report is being made: this takes some seconds.")
        try:
            page, where = self._made(self.applicant)
        except ImgstatsError as e:
            self._say(str(e), wrong=True)
        else:
            self._download.data = page
            self._say(where)
        finally:
            self._button.disabled = False

    def _made(self, applicant: Applicant) -> tuple[bytes, str]:
        """Return the report's page and where it stands."""
        if not self.served:
            made = write_report(applicant, self._folder.value.strip() or _FOLDER)
            return made.page.read_bytes(), f"The report stands in {made.page.parent.resolve()}."
        with TemporaryDirectory(prefix="imgstats-") as folder:
            page = write_report(applicant, Path(folder, "report")).page.read_bytes()
        return page, "The report is made. Nothing of it is kept here."

    def _values(self) -> dict[str, Any]:
        """Return what is filled in; a field that may be left out and is empty is left out."""
        given = {name: each.value for name, each in self.fields.items()}
        needed = {name for name, each in Applicant.model_fields.items() if each.is_required()}
        return {name: each for name, each in given.items() if name in needed or each.strip()}

    def _judge(self) -> None:
        """Say what is wrong beside each field, or show what the tables say."""
        values = self._values()
        self._said = {name: str(each) for name, each in all_problems(values).items()}
        for name, place in self._messages.items():
            place.value = _message(self._said.get(name, ""))
        self.applicant = None if self._said else Applicant.parse(values)
        self._button.disabled = self.applicant is None
        if self.applicant is not None:
            self._show(self.applicant)

    def _show(self, applicant: Applicant) -> None:
        self._download.data = b""  # it was of the values before
        self._say("")
        try:
            with warnings.catch_warnings():
                # The comparison's notes say it too.
                warnings.simplefilter("ignore", ImgstatsWarning)
                found = compare(applicant)
            self._picture.show(applicant)
        except ImgstatsError as e:
            self._result.value = _message(str(e))
        else:
            self._result.value = found._repr_html_()

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self._status.value = _message(text, wrong=wrong) if text else ""

    def _rows(self) -> list[ipywidgets.Widget]:
        rows = [
            ipywidgets.HBox([each, self._messages[name]]).add_class("imgstats-row")
            for name, each in self.fields.items()
        ]
        folder = [] if self.served else [self._folder]
        made = ipywidgets.HBox([*folder, self._button, self._status, self._download])
        fields = ipywidgets.VBox([*rows, made.add_class("imgstats-row")])
        sides = ipywidgets.HBox([fields.add_class("imgstats-fields"), self._picture])
        style = (files("imgstats.app") / "form.css").read_text(encoding="utf-8")
        return [
            ipywidgets.HTML(f"<style>{style}</style>"),
            sides.add_class("imgstats-sides"),
            self._result.add_class("imgstats-result"),
        ]


def _fields() -> Mapping[str, Any]:
    names = sorted(set(PublishedTables().specialties) - {ALL_SPECIALTIES})
    made: dict[str, Any] = {
        "group": ipywidgets.Dropdown(
            description="Group",
            options=[(label, key) for key, label in GROUPS.items()],
            style=_WIDE,
        ),
        "specialty": ipywidgets.Dropdown(
            description="Preferred specialty", options=names, value=INTERNAL_MEDICINE, style=_WIDE
        ),
    }
    for name, words in _WORDS.items():
        value = str(DEFAULT_SCORE) if name == "step2_ck" else ""
        made[name] = _text(words, value, _HINTS.get(name, "may stay empty"))
    return made


def _text(words: str, value: str, hint: str = "") -> ipywidgets.Text:
    return ipywidgets.Text(description=words, value=value, placeholder=hint, style=_WIDE)


def _message(text: str, *, wrong: bool = True) -> str:
    """Return a message as HTML, escaped; one that readers of screens hear."""
    look = "imgstats-message wrong" if wrong else "imgstats-message"
    return f'<p class="{look}" role="status">{escape(text)}</p>' if text else ""
