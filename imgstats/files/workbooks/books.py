"""Sheets of a workbook as openpyxl reads them, without what takes most of its time.

openpyxl reads a sheet that does not state its size to its end before the first row is asked for,
and it builds objects for each text that stands in its own cell, as many programs write it.
Where defusedxml is installed its parser is one in Python. None of that is needed here: values are
read row by row, and what that parser guards against was refused before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO
from xml.etree.ElementTree import iterparse

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import INLINE_STRING, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

__all__ = ["Sheet", "open_book"]

_TEXT = f"{{{SHEET_MAIN_NS}}}t"


def open_book(stream: BinaryIO) -> Any:  # noqa: ANN401  openpyxl has no types
    """Return a workbook that is read row by row; its `worksheets` are each a `Sheet`."""
    reader = _Reader(stream, read_only=True, data_only=True, keep_links=False)
    reader.read()
    return reader.wb


class Sheet(ReadOnlyWorksheet):  # type: ignore[misc]  # openpyxl has no types
    """A sheet whose values are read once, from its first row to its last."""

    def _get_size(self) -> None:
        """Believe nothing that a file says of its own size."""

    def records(self) -> Iterator[tuple[int, tuple[object, ...]]]:
        """Yield number and values of each row that is there, in order."""
        book, last = self.parent, 0
        with self._get_source() as source:
            parser = _Parser(
                source,
                self._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,  # noqa: SLF001  as openpyxl's own sheets do
                timedelta_formats=book._timedelta_formats,  # noqa: SLF001
            )
            for number, cells in parser.parse():
                if number > last:
                    last = number
                    yield number, self._get_row(cells, values_only=True)


class _Reader(ExcelReader):  # type: ignore[misc]
    def read_worksheets(self) -> None:
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and "chartsheet" not in relation.Type:
                found = Sheet(self.wb, sheet.name, relation.target, self.shared_strings)
                found.sheet_state = sheet.state
                self.wb._sheets.append(found)  # noqa: SLF001  as openpyxl's own reader does


class _Parser(WorkSheetParser):  # type: ignore[misc]
    def parse(self) -> Iterator[tuple[int, list[dict[str, object]]]]:
        """Yield number and cells of each row."""
        for _, element in iterparse(self.source):  # noqa: S314  see `scan.refuse_dangerous`
            if element.tag == ROW_TAG:
                yield self.parse_row(element)
                element.clear()

    def parse_cell(self, element: Element) -> dict[str, object]:
        """Return a cell; a plain text in it is taken as it stands, all else is openpyxl's."""
        inner = element.find(INLINE_STRING) if element.get("t") == "inlineStr" else None
        place = element.get("r")
        if inner is None or place is None or len(inner) != 1 or inner[0].tag != _TEXT:
            return dict(super().parse_cell(element))
        row, column = coordinate_to_tuple(place)
        self.col_counter = column
        return {"row": row, "column": column, "value": inner[0].text or ""}
