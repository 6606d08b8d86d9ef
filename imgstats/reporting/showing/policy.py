"""How a page's content security policy names what the page itself brings along."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

__all__ = ["source_hash"]


def source_hash(source: str) -> str:
    """Return the hash of a script or style as a content security policy names it.

    Examples
    --------
    >>> source_hash("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return f"sha256-{b64encode(sha256(source.encode()).digest()).decode('ascii')}"
