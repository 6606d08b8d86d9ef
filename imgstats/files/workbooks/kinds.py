"""What an .xlsx file is in truth: protected, of an older kind, or of the strict kind."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from imgstats.errors import InputError

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["refuse_other_kinds", "transitional"]

_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK"
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
# Names of the strict kind of Open XML (ISO/IEC 29500), and what programs mostly write.
_NAMESPACES = (
    (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
_STRICT = b"http://purl.oclc.org/ooxml/"


def refuse_other_kinds(stream: BinaryIO) -> None:
    """Refuse a file that is no zip of Open XML, by what it is.

    Parameters
    ----------
    stream : binary file
        The file; it is put back to its beginning.

    Raises
    ------
    InputError
        If it is protected with a password, an .xls or .ods file, or text.
    """
    data = stream.read(1 << 12)
    try:
        if data.startswith(_OLD_CONTAINER):
            raise _of_old_container(data + stream.read())
        if data.startswith(_ZIP) and _OPEN_DOCUMENT in data:
            raise InputError(
                "the file is an OpenDocument spreadsheet",
                "an .xlsx file",
                "save it as .xlsx",
            )
        if data and not data.startswith(_ZIP) and b"\0" not in data:
            raise InputError(
                "the file is text, and no .xlsx workbook",
                "an .xlsx file, or the text as .csv",
                "rename it to .csv if it is a table with separators, or save it as .xlsx",
            )
    finally:
        stream.seek(0)


def _of_old_container(data: bytes) -> InputError:
    if _ENCRYPTED in data:
        return InputError(
            "the workbook is protected with a password",
            "a workbook that opens without one",
            "save it without its password, or save the sheet as .csv",
        )
    return InputError(
        "the file is an Excel 97-2003 workbook (.xls)", "an .xlsx file", "save it as .xlsx"
    )


def transitional(stream: BinaryIO) -> BinaryIO:
    """Return a workbook whose names are those of the common kind of Open XML.

    Parameters
    ----------
    stream : binary file
        An .xlsx file that `refuse_dangerous` has let through; it is put back to its beginning.

    Returns
    -------
    binary file
        The same where it is of that kind already.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            is_strict = _STRICT in archive.read("xl/workbook.xml")[: 1 << 16]
            if is_strict:
                return _renamed(archive)
    except KeyError:
        pass  # no workbook stands there: the reader says so
    finally:
        stream.seek(0)
    return stream


def _renamed(archive: zipfile.ZipFile) -> BinaryIO:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as other:
        for each in archive.infolist():
            data = archive.read(each)
            if each.filename.endswith((".xml", ".rels")):
                for strict, common in _NAMESPACES:
                    data = data.replace(strict, common)
            other.writestr(each.filename, data)
    found.seek(0)
    return found
