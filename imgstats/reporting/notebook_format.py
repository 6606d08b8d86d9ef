"""Importing Jupyter's packages without a grammar that they load and never use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.extras import hidden

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["without_grammar"]

# Packages for checks of formats, such as addresses, durations and uris, which the schema of
# notebooks does not have. The first builds a parser when it is imported, for seconds.
_UNUSED = ("rfc3987_syntax", "rfc3986_validator", "isoduration")


def without_grammar() -> AbstractContextManager[None]:
    """Hide the grammar while nbformat, or what imports it, is imported in the block.

    jsonschema, which nbformat imports, goes without packages that are not installed; that is what
    it finds here, with the grammar and two smaller ones.

    Examples
    --------
    >>> with without_grammar():
    ...     import nbformat
    >>> nbformat.current_nbformat
    4
    """
    return hidden(*_UNUSED)
