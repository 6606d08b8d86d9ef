"""The grammar of web addresses, built when somebody checks one and not before.

`nbformat` imports `jsonschema`, and that imports `rfc3987_syntax` wherever it is installed, which
JupyterLab sees to. Its import builds a grammar for seconds; no notebook needs it.
"""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

__all__ = ["postpone_grammar"]

_NAME = "rfc3987_syntax"


class _Late(ModuleType):
    """Stands for the module until more than its one function is asked for."""

    @staticmethod
    def is_valid_syntax(term: str, value: str) -> bool:
        """Say whether a value is what the grammar calls by a term."""
        return bool(_real().is_valid_syntax(term, value))

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # what the import system asks every module for
            raise AttributeError(name)
        return getattr(_real(), name)


def _real() -> ModuleType:
    if isinstance(sys.modules.get(_NAME), _Late):
        del sys.modules[_NAME]
    return importlib.import_module(_NAME)


def postpone_grammar() -> None:
    """Let `jsonschema` be imported without the grammar, and build it at its first use.

    Nothing changes where the grammar is not installed or was imported already.
    """
    if _NAME in sys.modules:
        return
    spec = importlib.util.find_spec(_NAME)
    if spec is None:
        return
    late = _Late(_NAME)
    late.__spec__, late.__file__ = spec, spec.origin
    late.__path__ = list(spec.submodule_search_locations or ())
    sys.modules[_NAME] = late
