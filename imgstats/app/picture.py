"""The explore page's own script in a notebook: one source with two faces."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import anywidget
import traitlets

from imgstats.explore.gather import gather
from imgstats.explore.page import SCRIPTS, person_source, script_source, style_source
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from imgstats.applicant import Applicant

__all__ = ["Picture", "address_of", "picture_data"]

# The form beside it has these fields, a notebook has no address to copy, and the list of sources is
# in the report.
_HIDDEN = ".panel > .fields, .toolbar > .row, .refs { display: none }"
_WIDE = ".panels:not(.two) .panel { grid-template-columns: minmax(0, 1fr) }"


@lru_cache(maxsize=32)
def picture_data(specialty: str) -> dict[str, Any]:
    """Return what the explore page holds of one specialty.

    Parameters
    ----------
    specialty : str
        As the tables print it.

    Raises
    ------
    InputError
        If it is none of the tables'.

    Examples
    --------
    >>> picture_data("Dermatology")["specialties"]
    ['Dermatology']
    """
    return gather(PublishedTables(), [specialty]).data


def address_of(applicant: Applicant) -> str:
    """Return what stands behind the # of the explore page's address for an applicant.

    Examples
    --------
    >>> from imgstats import Applicant
    >>> address_of(Applicant(group="us_img", step2_ck=242, ranks=7))
    'g=us_img&s=Internal+Medicine&c=242&r=7'
    """
    values = {"g": applicant.group, "s": applicant.specialty, "c": applicant.step2_ck}
    ranks = {} if applicant.ranks is None else {"r": applicant.ranks}
    return urlencode(values | ranks)


class Picture(anywidget.AnyWidget):
    """What the explore page shows of one applicant, without its fields.

    Parameters
    ----------
    data : dict
        Of `picture_data`.
    address : str
        Of `address_of`.
    """

    _esm = script_source([*SCRIPTS[:-1], "widget.js"])
    data = traitlets.Dict().tag(sync=True)
    address = traitlets.Unicode().tag(sync=True)
    look = traitlets.Unicode().tag(sync=True)
    person = traitlets.Unicode().tag(sync=True)

    def __init__(self, applicant: Applicant) -> None:
        super().__init__(
            data=picture_data(applicant.specialty),
            address=address_of(applicant),
            look=_shadow_style(),
            person=person_source(),
        )

    def show(self, applicant: Applicant) -> None:
        """Show another applicant."""
        with self.hold_sync():
            self.data = picture_data(applicant.specialty)
            self.address = address_of(applicant)


def _shadow_style() -> str:
    """Return the page's style for a tree of its own, whose root and body are its host.

    A host of class ``light`` stays light: a notebook has a theme of its own.
    """
    light, dark, rest = re.split(
        r"(@media \(prefers-color-scheme:dark\)\{)", style_source(), maxsplit=1
    )
    page = light + dark + rest.replace(":root{", ":host(:not(.light)){", 1)
    page = re.sub(r":root(?=\{)|\bbody(?=\{)", ":host", page)
    return f"{page}\n{_HIDDEN}\n{_WIDE}"
