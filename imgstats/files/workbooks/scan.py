"""What stands in the parts of an .xlsx file, seen before anything parses them.

A few kilobytes of zip may unpack to gigabytes of XML, and each of its tags takes some hundred bytes
more once it is parsed.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from imgstats.errors import InputError
from imgstats.text import shown

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["SAVE", "refuse_dangerous"]

SAVE = "open it in a spreadsheet program and save it again as .xlsx"
_LARGEST = 256 * 1024**2
_MOST_MEMBERS = 10_000
# Tags ("<") of a part. Of a sheet what is parsed is kept up to the end of a row, and a trace of it
# for longer; of other parts all is kept.
_MOST_IN_SHEET = 24_000_000
_MOST_IN_STRINGS = 5_000_000
_MOST_AT_ONCE = 500_000
_CHUNK = 1 << 20
_OVERLAP = 1 << 14
# In any encoding that a parser takes: letters of UTF-16 have a zero byte between them.
_DECLARATION = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T|E\0?N\0?T\0?I)")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
# Within these a "<row" would be no row.
_NO_ELEMENT = re.compile(rb"<[!?](?!xml )")
# A formula without a result; a result that is empty text is one.
_NEVER_COUNTED = re.compile(
    rb'<c(?=[ >])(?![^<>]*\bt="str")[^<>]*>'
    rb"<f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>"
)


def refuse_dangerous(stream: BinaryIO) -> None:
    """Refuse a workbook that would fill the memory, declares entities, or was never calculated.

    Parameters
    ----------
    stream : binary file
        The .xlsx file; it is read from its beginning and put back there.

    Raises
    ------
    InputError
        If it is one.
    zipfile.BadZipFile
        If it is no zip archive, or says less of a part than there is.
    """
    with zipfile.ZipFile(stream) as archive:
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
            _scan(archive, each)
    stream.seek(0)


def _scan(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    tags, tail = _tags_of(member.filename), b""
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            tags.count(chunk)
            tail = tail[-_OVERLAP:] + chunk
            # A picture is no XML, and one in SVG may declare what it likes.
            if member.filename.endswith((".xml", ".rels")) and _DECLARATION.search(tail):
                raise InputError("the .xlsx declares XML entities", "an Excel workbook", SAVE)
            if _is_sheet(member.filename) and _NEVER_COUNTED.search(tail):
                raise InputError(
                    "the sheet holds formulas that were never calculated",
                    "values, or formulas with their results",
                    SAVE,
                )


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/")


class _Tags:
    """Counts the tags of a part, and those since the last row began."""

    def __init__(self, name: str, most: int, most_at_once: int) -> None:
        self._name, self._most, self._most_at_once = name, most, most_at_once
        self._all = self._waiting = 0
        self._has_rows, self._end = True, b""

    def count(self, chunk: bytes) -> None:
        """Count those of the next bytes.

        Raises
        ------
        InputError
            If there are too many.
        """
        found = chunk.count(b"<")
        self._all += found
        self._has_rows = self._has_rows and not _NO_ELEMENT.search(self._end + chunk)
        self._end = chunk[-1:]
        rows = [each.start() for each in _ROW.finditer(chunk)] if self._has_rows else []
        longest = self._waiting + (chunk.count(b"<", 0, rows[0]) if rows else found)
        self._waiting = chunk.count(b"<", rows[-1]) if rows else longest
        for number, most, where in (
            (self._all, self._most, ""),
            (longest, self._most_at_once, " outside rows, or in one"),
        ):
            if number > most:
                raise InputError(
                    f"{shown(self._name)} in the .xlsx has more than {most:,} tags{where}",
                    "a workbook with nothing but the table",
                    "save the sheet as .csv",
                )


def _tags_of(name: str) -> _Tags:
    if _is_sheet(name):
        return _Tags(name, _MOST_IN_SHEET, _MOST_AT_ONCE)
    most = _MOST_IN_STRINGS if name == "xl/sharedStrings.xml" else _MOST_AT_ONCE
    return _Tags(name, most, most)
