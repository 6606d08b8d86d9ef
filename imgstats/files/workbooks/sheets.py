"""An Excel file: its one sheet with content, and that sheet's rows."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from imgstats.errors import InputError, did_you_mean
from imgstats.extras import need_packages
from imgstats.files.readable import readable
from imgstats.files.workbooks.cells import is_empty
from imgstats.files.workbooks.kinds import refuse_other_kinds, transitional
from imgstats.files.workbooks.scan import SAVE, refuse_dangerous
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

__all__ = ["sheet_records"]

_MOST_ROWS = 1_048_576  # an Excel sheet has no more
_MOST_COLUMNS = 1_024
_MOST_GUESSED = 60


@contextmanager
def sheet_records(
    stream: BinaryIO, sheet: str = ""
) -> Iterator[Iterator[tuple[int, tuple[object, ...]]]]:
    """Give row number and cells of each row of an .xlsx file, the header first.

    Parameters
    ----------
    stream : binary file
        The file.
    sheet : str
        Name of the sheet. Default: the only one with content that is not hidden.

    Yields
    ------
    iterator of (int, tuple of object)
        Row number as the program shows it, and values: text, numbers, dates, true and false; None
        where nothing is given. Rows may differ in length.

    Raises
    ------
    InputError
        If it is no such file, would fill the memory, declares XML entities, holds formulas that
        were never calculated, has no sheet of that name, or more than one sheet has content.
    """
    need_packages("score", "openpyxl")
    from imgstats.files.workbooks.books import open_book

    refuse_other_kinds(stream)
    with _readable():
        refuse_dangerous(stream)
        book = open_book(transitional(stream))
    try:
        yield _rows(_named_sheet(book, sheet) if sheet else _only_sheet(book))
    finally:
        book.close()


def _readable() -> AbstractContextManager[None]:
    return readable(".xlsx", "an Excel workbook", SAVE)


def _named_sheet(book: Any, name: str) -> Any:  # noqa: ANN401  openpyxl has no types
    for each in book.worksheets:
        if each.title.strip().casefold() == name.strip().casefold():
            return each
    names = [each.title for each in book.worksheets]
    raise InputError(
        f"no sheet is named {shown(name)}",
        ", ".join(shown(each) for each in names),
        did_you_mean(name[:_MOST_GUESSED], names),
    )


def _only_sheet(book: Any) -> Any:  # noqa: ANN401  openpyxl has no types
    """Return the sheet that has content and is not hidden; the first where none has."""
    with _readable():
        sheets = [each for each in book.worksheets if each.sheet_state == "visible"]
        full = [each for each in sheets if _has_content(each)]
    if len(full) > 1:
        names = ", ".join(shown(each.title) for each in full)
        raise InputError(
            f"{len(full)} sheets have content: {names}",
            "one sheet",
            f"say which with --sheet {shown(full[0].title)}",
        )
    if not full:
        raise InputError(
            "the file has no rows",
            "a header and at least one row",
            "fill in a row below the header",
        )
    return full[0]


def _has_content(sheet: Any) -> bool:  # noqa: ANN401
    return any(not is_empty(cells) for _, cells in _rows(sheet))


def _rows(sheet: Any) -> Iterator[tuple[int, tuple[object, ...]]]:  # noqa: ANN401
    found = sheet.records()
    while True:
        with _readable():
            record = next(found, None)
        if record is None:
            return
        number, cells = record
        if number > _MOST_ROWS or len(cells) > _MOST_COLUMNS:
            raise InputError(
                f"the sheet has a row {number:,} of {len(cells):,} cells",
                f"up to {_MOST_ROWS:,} rows of {_MOST_COLUMNS:,} cells",
                "save the part that is meant as .csv",
            )
        yield number, cells
