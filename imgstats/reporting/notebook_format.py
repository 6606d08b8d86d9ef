"""Importing Jupyter's packages without a grammar that they load and never use."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["without_grammar"]

# Packages for checks of formats, such as addresses, durations and uris, which the schema of
# notebooks does not have. The first builds a parser when it is imported, for seconds.
_UNUSED = ("rfc3987_syntax", "rfc3986_validator", "isoduration")


@contextmanager
def without_grammar() -> Iterator[None]:
    """Hide the grammar while nbformat, or what imports it, is imported in the block.

    jsonschema, which nbformat imports, goes without packages that are not installed; that is what
    it finds here, with the grammar and two smaller ones. After the block everybody may import them.

    Examples
    --------
    >>> with without_grammar():
    ...     import nbformat
    >>> nbformat.current_nbformat
    4
    """
    hidden = [name for name in _UNUSED if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # the documented way to say: not here
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
