"""New input files with made-up values and a comment on each, to be changed by their user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.files.starting import start_file
from imgstats.sources.locations import example_path

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NEW_FILES", "new_file"]

_APPLICANT = """\
# One applicant, made up: put your own values in. Only the first two lines are needed; take away
# what you do not know.
group: non-us-img          # us-img: a US citizen who studied abroad; non-us-img: any other graduate
step2_ck: 242              # Step 2 CK score, 100 to 300
step2_ck_date: 2025-08-14  # day of the exam; decides which passing score applied
attempts: 1                # largest number of attempts at any one Step; 1 is passed at the first
usce_months: 3             # months of US clinical experience
ranks: 5                   # programs of the specialty ranked in a row, not interviews
specialty: Internal Medicine
label: Example applicant   # a name for the page, plain text
"""
# A spreadsheet has no comments, so the labels say what each row shows.
_COHORT = """\
id,group,step2_ck,step2_ck_date,attempts,usce_months,ranks,specialty,label
A-01,non-us-img,242,2025-08-14,1,3,5,Internal Medicine,Made up: put your own rows here
A-02,us-img,236,,,,,,us-img is a US citizen who studied abroad and non-us-img any other graduate
A-03,non-us-img,228,,,,,Family Medicine,An empty cell was not given; id group step2_ck are needed
A-04,non-us-img,251,,2,6,8,,attempts: the most at any one Step; ranks: programs ranked in a row
"""
# By kind: the endings its name may have, the first if none is given, and the content; without one
# that of the project's example of this name.
NEW_FILES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "applicant": ((".yml", ".yaml"), _APPLICANT),
    "cohort": ((".csv",), _COHORT),
    "plan": ((".yml", ".yaml"), None),
    "practice": ((".csv",), None),
}


def new_file(kind: str, out: str | Path | None = None) -> Path:
    """Write an example file that its user changes; nothing is written over.

    Parameters
    ----------
    kind : {"applicant", "cohort", "plan", "practice"}
        What the file holds.
    out : path, optional
        Its name, or a folder that is there. Default: the kind with its ending, such as
        ``applicant.yml``, in the working folder.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    InputError
        If something stands there already, the name ends otherwise, or no file can be written there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     new_file("cohort", folder).name
    'cohort.csv'
    """
    endings, text = NEW_FILES[kind]
    usual = f"{kind}{endings[0]}"
    content = example_path(usual).read_bytes() if text is None else text.encode("utf-8")
    return start_file(out, content, usual=usual, endings=endings)
