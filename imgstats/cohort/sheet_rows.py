"""A cohort as an Excel file: its one sheet with content, and that sheet's rows."""

from __future__ import annotations

import re
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from imgstats.cohort.readable import readable
from imgstats.cohort.table_rows import is_empty
from imgstats.errors import InputError
from imgstats.extras import need_packages
from imgstats.own_tables.words import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

__all__ = ["sheet_records"]

_LARGEST = 256 * 1024**2
_MOST_MEMBERS = 10_000
_MOST_ROWS = 1_048_576  # an Excel sheet has no more
_MOST_COLUMNS = 1_024
_CHUNK = 1 << 20
_OVERLAP = 1 << 14
_SAVE = "open it in a spreadsheet program and save it again as .xlsx"
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)")
# A formula without a result; a result that is empty text is one.
_NEVER_COUNTED = re.compile(
    rb'<c(?=[ >])(?![^>]*\bt="str")[^>]*><f\b(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>'
)


@contextmanager
def sheet_records(stream: BinaryIO) -> Iterator[Iterator[tuple[int, tuple[object, ...]]]]:
    """Give row number and cells of each row of an .xlsx file, the header first.

    Parameters
    ----------
    stream : binary file
        The file; one sheet has content.

    Yields
    ------
    iterator of (int, tuple of object)
        Row number as the program shows it, and values: text, numbers, dates, true and false; None
        where nothing is given. Rows may differ in length.

    Raises
    ------
    InputError
        If it is no such file, is far larger inside than outside, holds formulas that were never
        calculated, or more than one sheet has content.
    """
    need_packages("batch", "openpyxl")
    from openpyxl import load_workbook

    _look_inside(stream)
    with _readable():
        book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    try:
        yield _rows(_only_sheet(book))
    finally:
        book.close()


def _readable() -> AbstractContextManager[None]:
    return readable(".xlsx", "an Excel workbook", _SAVE)


def _look_inside(stream: BinaryIO) -> None:
    """Refuse what the zip archive itself says is not to be opened."""
    with _readable(), zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
        # Declared sizes can be believed: reading stops there, and the checksum is then wrong.
        size = sum(each.file_size for each in members)
        if size > _LARGEST or len(members) > _MOST_MEMBERS:
            raise InputError(
                f"the .xlsx unpacks to {size:,} bytes in {len(members):,} parts",
                f"up to {_LARGEST:,} bytes in {_MOST_MEMBERS:,} parts",
                "save the sheet as .csv",
            )
        for each in members:
            if each.filename.endswith(".xml"):
                _scan(archive, each)
    stream.seek(0)


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse a part that declares entities, or a sheet with formulas nobody has calculated."""
    is_sheet = member.filename.startswith("xl/worksheets/")
    with archive.open(member) as part:
        tail = part.read(_CHUNK)
        if _DECLARATION.search(tail):
            raise InputError("the .xlsx declares XML entities", "an Excel workbook", _SAVE)
        while is_sheet and tail:
            if _NEVER_COUNTED.search(tail):
                raise InputError(
                    "the sheet holds formulas that were never calculated",
                    "values, or formulas with their results",
                    _SAVE,
                )
            more = part.read(_CHUNK)
            tail = tail[-_OVERLAP:] + more if more else b""


def _only_sheet(book: Any) -> Any:  # noqa: ANN401  openpyxl has no types
    """Return the sheet that has content; the first where none has."""
    with _readable():
        sheets = book.worksheets
        full = [each for each in sheets if _has_content(each)]
    if len(full) > 1:
        names = ", ".join(shown(each.title) for each in full)
        raise InputError(
            f"{len(full)} sheets have content: {names}",
            "one sheet",
            "save the sheet with the applicants as a file of its own",
        )
    if not full:
        raise InputError(
            "the file has no rows", "a header and at least one row", "give each applicant a row"
        )
    return full[0]


def _has_content(sheet: Any) -> bool:  # noqa: ANN401
    return any(not is_empty(cells) for _, cells in _rows(sheet))


def _rows(sheet: Any) -> Iterator[tuple[int, tuple[object, ...]]]:  # noqa: ANN401
    sheet.reset_dimensions()  # what a file says of its own size is not believed
    found = sheet.iter_rows(values_only=True)
    number = 0
    while True:
        with _readable():
            cells = next(found, None)
        number += 1
        if cells is None:
            return
        if number > _MOST_ROWS or len(cells) > _MOST_COLUMNS:
            raise InputError(
                f"the sheet has a row {number:,} of {len(cells):,} cells",
                f"up to {_MOST_ROWS:,} rows of {_MOST_COLUMNS:,} cells",
                "save the part with the applicants as .csv",
            )
        yield number, cells
