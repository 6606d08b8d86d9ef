"""The data: which tables there are, where each figure comes from, and whether it still stands.

Start-up is light on purpose: pandas is imported by the functions that need it.
"""

from imgstats.sources.build import build
from imgstats.sources.catalogue import Dataset, Source, catalogue, dataset, sources
from imgstats.sources.checks import CheckResult, check, require_ok
from imgstats.sources.locations import data_root, notebook_path
from imgstats.sources.reading import processed_rows, read_processed, read_raw
from imgstats.sources.tabular import Field

__all__ = [
    "CheckResult",
    "Dataset",
    "Field",
    "Source",
    "build",
    "catalogue",
    "check",
    "data_root",
    "dataset",
    "notebook_path",
    "processed_rows",
    "read_processed",
    "read_raw",
    "require_ok",
    "sources",
]
