"""Match-rate estimators fit to published tables, for international medical graduates.

Rates are historical. They say how groups of applicants fared; they predict nobody's result.

The names below load on first use, so that ``import imgstats`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.applicant_file import read_applicant
    from imgstats.comparison import Comparison, compare
    from imgstats.estimators import (
        BandRate,
        IsotonicRate,
        LogisticRate,
        PooledRate,
        RankListRate,
        RateBounds,
        TiltRate,
        TransportedRate,
        TrendRate,
        rate_range,
    )
    from imgstats.tables import (
        Band,
        BandTable,
        Context,
        CountTable,
        OutcomeSummary,
        Rounding,
        Share,
        ShareTable,
        Summary,
    )
    from imgstats.tables.published import PublishedTables

__version__ = "0.1.0"

_HOMES = {
    "TrendRate": "imgstats.estimators",
    "rate_range": "imgstats.estimators",
    "TransportedRate": "imgstats.estimators",
    "RateBounds": "imgstats.estimators",
    "RankListRate": "imgstats.estimators",
    "PooledRate": "imgstats.estimators",
    "LogisticRate": "imgstats.estimators",
    "IsotonicRate": "imgstats.estimators",
    "BandRate": "imgstats.estimators",
    "Applicant": "imgstats.applicant",
    "Band": "imgstats.tables",
    "BandTable": "imgstats.tables",
    "Comparison": "imgstats.comparison",
    "Context": "imgstats.tables",
    "CountTable": "imgstats.tables",
    "OutcomeSummary": "imgstats.tables",
    "PublishedTables": "imgstats.tables.published",
    "Rounding": "imgstats.tables",
    "Share": "imgstats.tables",
    "ShareTable": "imgstats.tables",
    "Summary": "imgstats.tables",
    "TiltRate": "imgstats.estimators",
    "compare": "imgstats.comparison",
    "read_applicant": "imgstats.applicant_file",
}

__all__ = [
    "Applicant",
    "Band",
    "BandRate",
    "BandTable",
    "Comparison",
    "Context",
    "CountTable",
    "IsotonicRate",
    "LogisticRate",
    "OutcomeSummary",
    "PooledRate",
    "PublishedTables",
    "RankListRate",
    "RateBounds",
    "Rounding",
    "Share",
    "ShareTable",
    "Summary",
    "TiltRate",
    "TransportedRate",
    "TrendRate",
    "compare",
    "rate_range",
    "read_applicant",
]


def __getattr__(name: str) -> object:
    """Import a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'imgstats' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*__all__, "__version__"])
