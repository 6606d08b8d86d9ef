"""Pictures as data URIs: told by their bytes, limited in size, and shown so that nothing runs."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from imgstats.errors import InputError
from imgstats.files.opening import Wanted, named, read_plain
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "KINDS",
    "NotShownError",
    "data_uri",
    "embedded",
    "encoded",
    "logo_uri",
    "picture_kind",
    "read_picture",
]

# Kinds that every browser shows.
PNG, JPEG, GIF, WEBP, SVG = (f"image/{kind}" for kind in ("png", "jpeg", "gif", "webp", "svg+xml"))
KINDS = (SVG, PNG, JPEG, GIF, WEBP)
_MAGIC = ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"GIF87a", GIF), (b"GIF89a", GIF))
_MOST = 10 * 1024**2
_ALLOWED = "a PNG, JPEG, GIF, WebP or SVG file"
_SVG_HEAD = 4096
_LOGO = "a PNG, JPEG or SVG file"
_LOGO_MOST = 1024**2
_XMLNS = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}


class NotShownError(Exception):
    """Something cannot be on the page; the reason is in plain words."""


def picture_kind(data: bytes) -> str | None:
    r"""Return the media type of a picture, told by how its bytes begin, None for anything else.

    Parameters
    ----------
    data : bytes
        The whole file.

    Examples
    --------
    >>> picture_kind(b"\x89PNG\r\n\x1a\n..."), picture_kind(b"<svg/>"), picture_kind(b"%PDF-1.7")
    ('image/png', 'image/svg+xml', None)
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    start = data[:_SVG_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    return SVG if start.startswith(b"<") and re.search(rb"<svg[\s/>]", start) else None


def data_uri(data: bytes) -> str:
    """Return a picture as a URI that holds it.

    An SVG is for an ``img`` element, in which a browser runs no script and fetches nothing.

    Parameters
    ----------
    data : bytes
        The picture.

    Raises
    ------
    NotShownError
        If it is no picture that browsers show, or an SVG that is no XML or needs other files.

    Examples
    --------
    >>> data_uri(b"<svg/>")[:26]
    'data:image/svg+xml;base64,'
    """
    kind = picture_kind(data)
    if kind is None:
        raise NotShownError(f"it is not {_ALLOWED}")
    if kind == SVG:
        data = _whole_svg(data)
    return f"data:{kind};base64,{b64encode(data).decode('ascii')}"


def read_picture(path: Path, *, most: int = _MOST) -> bytes:
    """Return the bytes of a picture's file.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    most : int
        Most bytes it may have.

    Raises
    ------
    InputError
        If it cannot be read or is too large.
    """
    return read_plain(path, Wanted(what=_ALLOWED, most=most))


def logo_uri(path: Path) -> str:
    """Return a logo's file as a URI.

    Parameters
    ----------
    path : pathlib.Path
        A PNG, JPEG or SVG of up to a mebibyte; told by its bytes, not by its name.

    Raises
    ------
    InputError
        If it cannot be read, is too large or of another kind.
    """
    data = read_plain(path, Wanted(what=_LOGO, most=_LOGO_MOST, todo="save it smaller"))
    if picture_kind(data) not in {PNG, JPEG, SVG}:
        raise InputError(f"--logo {named(path)} is of another kind", _LOGO)
    try:
        return data_uri(data)
    except NotShownError as e:
        raise InputError(f"--logo {named(path)}: {e}", _LOGO) from e


def embedded(src: str, folder: Path | None, attachments: Mapping[str, Mapping[str, str]]) -> str:
    """Return the URI that a page can show in place of the address of a picture.

    Parameters
    ----------
    src : str
        The address in a notebook: of an attachment, of a file beside it, or with its own data.
    folder : pathlib.Path or None
        Where the notebook lies; None where no file can be looked for.
    attachments : mapping
        By name, the data of each kind, in base64.

    Raises
    ------
    NotShownError
        If there is no such picture here.
    """
    src = src.strip()
    scheme, _, rest = src.partition(":")
    if scheme == "data":
        if not rest.lower().startswith("image/"):
            raise NotShownError("it is not a picture")
        return src
    if scheme == "attachment":
        return _attached(unquote(rest), attachments)
    parts = urlsplit(src)
    if parts.netloc and parts.scheme != "file":
        raise NotShownError("it is on the network, and the page fetches nothing")
    if folder is None:
        raise NotShownError("this run does not know the notebook's folder")
    try:
        return data_uri(read_picture(_local(src, folder)))
    except InputError as e:
        raise NotShownError(e.found) from e


def _local(src: str, folder: Path) -> Path:
    """Return the file that an address beside the notebook means, as it is or decoded."""
    try:
        if (folder / src).is_file():
            return folder / src
    except (OSError, ValueError):
        pass  # too long for a name, say
    return folder / unquote(urlsplit(src).path)


def _attached(name: str, attachments: Mapping[str, Mapping[str, str]]) -> str:
    if name not in attachments:
        raise NotShownError("the cell has no such attachment")
    found = attachments[name]
    kind = next((each for each in KINDS if each in found), None)
    if kind is None:
        raise NotShownError(f"an attachment of the kind {shown(next(iter(found), 'none'))}")
    return encoded(found[kind])


def encoded(text: str) -> str:
    """Return a picture in base64, or an SVG as it is, as a URI.

    Raises
    ------
    NotShownError
        If it is neither.
    """
    if text.lstrip().startswith("<"):
        return data_uri(text.encode())
    try:
        return data_uri(b64decode("".join(text.split()), validate=True))
    except ValueError as e:
        raise NotShownError("its data are not in base64") from e


def _whole_svg(data: bytes) -> bytes:
    """Return an SVG that is whole as a file, as one inside a page need not be."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    text = data.decode("utf-8-sig", errors="replace")
    head = re.search(r"<svg\b[^>]*", text)
    if head is None:
        raise NotShownError("it is an SVG in a strange encoding")
    needed = [
        f' {name}="{space}"'
        for name, space in _XMLNS.items()
        if f"{name}=" not in head.group() and (name == "xmlns" or "xlink:" in text)
    ]
    text = f"{text[: head.start() + 4]}{''.join(needed)}{text[head.start() + 4 :]}"
    try:
        root = fromstring(text.encode())
    except (ParseError, DefusedXmlException, ValueError) as e:
        raise NotShownError(f"it is an SVG with a mistake ({type(e).__name__})") from e
    for each in root.iter():
        name = str(each.tag).rpartition("}")[2]
        link = next((value for key, value in each.items() if key.endswith("href")), "")
        if name in {"image", "use"} and link and not link.startswith(("#", "data:")):
            raise NotShownError("it is an SVG that needs other files")
    return text.encode()
