"""Bytes and their hashes: a file is compared with its record before anybody parses it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from imgstats.errors import DataChangedError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["likely_cause", "read_bytes", "sha256_of", "verified_bytes"]

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal.

    Examples
    --------
    >>> sha256_of(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(data).hexdigest()


def read_bytes(path: Path, expected: str) -> bytes:
    """Return the bytes of a data file that must be there.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    expected : str
        Which file it is, for the message.

    Returns
    -------
    bytes
        The content.

    Raises
    ------
    DataChangedError
        The file is missing or cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> read_bytes(Path("no-such.csv"), "a file of the register")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    imgstats.errors.DataChangedError: no-such.csv cannot be read...
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataChangedError(
            f"{path} cannot be read ({error.strerror or type(error).__name__})",
            expected,
            "restore it from the project's own copy (git checkout, or install the package again)",
        ) from error


def verified_bytes(path: Path, expected: str, recorded_in: str) -> bytes:
    """Return the bytes of a file after its SHA-256 was compared with the recorded one.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    expected : str
        Recorded SHA-256, hexadecimal.
    recorded_in : str
        Name of the file that holds the record, for the message.

    Returns
    -------
    bytes
        The content.

    Raises
    ------
    DataChangedError
        The file is missing, or its hash is another one.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "empty.csv"
    ...     _ = path.write_bytes(b"")
    ...     verified_bytes(path, sha256_of(b""), "manifest.json")
    b''
    """
    data = read_bytes(path, f"the file that {recorded_in} lists")
    found = sha256_of(data)
    if found != expected:
        raise DataChangedError(
            f"{path} has sha256 {found}",
            f"sha256 {expected}, recorded in {recorded_in}",
            f"likely cause: {likely_cause(data)}; restore the file (git checkout), or, if the "
            f"change is meant, record its reason and new hash in the datapackage.json beside the "
            f"raw file and run `imgstats data build`",
        )
    return data


def likely_cause(data: bytes) -> str:
    r"""Return the likeliest reason why a file's bytes are not the recorded ones.

    Examples
    --------
    >>> likely_cause(b"a,b\r\n1,2\r\n")
    'line ends were converted to CRLF, as an editor or git autocrlf does'
    >>> likely_cause(b"a,b\n1,2\n")
    'a value was edited'
    """
    if not data:
        return "the file was emptied, or its download or copy broke off"
    if data.startswith(BYTE_ORDER_MARK):
        return "a spreadsheet saved it again with a byte order mark"
    if b"\r\n" in data:
        return "line ends were converted to CRLF, as an editor or git autocrlf does"
    if not data.endswith(b"\n"):
        return "the file was cut short, or an editor dropped the last line end"
    return "a value was edited"
