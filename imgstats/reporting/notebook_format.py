"""Importing Jupyter's packages without a grammar that they load and never use."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["without_grammar"]

# Knows internationalized addresses, for one of jsonschema's optional checks of formats: it builds
# a parser as it is imported, for seconds. The schema of notebooks holds no such address.
_GRAMMAR = "rfc3987_syntax"


@contextmanager
def without_grammar() -> Iterator[None]:
    """Hide the grammar while nbformat, or what imports it, is imported in the block.

    jsonschema, which nbformat imports, goes without a package that is not installed; that is what
    it finds here. After the block everybody may import the grammar again.

    Examples
    --------
    >>> with without_grammar():
    ...     import nbformat
    >>> nbformat.current_nbformat
    4
    """
    if _GRAMMAR in sys.modules:
        yield
        return
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]  # the documented way to say: not here
    try:
        yield
    finally:
        sys.modules.pop(_GRAMMAR, None)
