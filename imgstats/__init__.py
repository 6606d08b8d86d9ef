"""Match-rate estimators fit to published tables, for international medical graduates.

Rates are historical. They say how groups of applicants fared; they predict nobody's result.

The names below load on first use, so that ``import imgstats`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.applicant import Applicant as Applicant
    from imgstats.applicant_file import read_applicant as read_applicant
    from imgstats.comparison import Comparison as Comparison
    from imgstats.comparison import compare as compare
    from imgstats.estimators import BandRate as BandRate
    from imgstats.estimators import IsotonicRate as IsotonicRate
    from imgstats.estimators import LastYearRate as LastYearRate
    from imgstats.estimators import LogisticRate as LogisticRate
    from imgstats.estimators import PooledRate as PooledRate
    from imgstats.estimators import RankListRate as RankListRate
    from imgstats.estimators import RateBounds as RateBounds
    from imgstats.estimators import TiltRate as TiltRate
    from imgstats.estimators import TransportedRate as TransportedRate
    from imgstats.estimators import TrendRate as TrendRate
    from imgstats.estimators import rate_range as rate_range
    from imgstats.tables import Band as Band
    from imgstats.tables import BandTable as BandTable
    from imgstats.tables import Context as Context
    from imgstats.tables import CountTable as CountTable
    from imgstats.tables import OutcomeSummary as OutcomeSummary
    from imgstats.tables import Rounding as Rounding
    from imgstats.tables import Share as Share
    from imgstats.tables import ShareTable as ShareTable
    from imgstats.tables import Summary as Summary
    from imgstats.tables.published import PublishedTables as PublishedTables

__version__ = "0.1.0"

_NAMES = {
    "imgstats.applicant": "Applicant",
    "imgstats.applicant_file": "read_applicant",
    "imgstats.comparison": "Comparison compare",
    "imgstats.estimators": (
        "BandRate IsotonicRate LastYearRate LogisticRate PooledRate RankListRate RateBounds "
        "TiltRate TransportedRate TrendRate rate_range"
    ),
    "imgstats.tables": (
        "Band BandTable Context CountTable OutcomeSummary Rounding Share ShareTable Summary"
    ),
    "imgstats.tables.published": "PublishedTables",
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}
# Rooms that are reached by attribute, each with the packages of an extra that it needs.
_ROOMS: dict[str, tuple[str, ...]] = {
    "errors": (),
    "estimators": (),
    "plots": ("matplotlib", "seaborn"),
    "sources": (),
    "tables": (),
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    """Import a public name or room from its home on first use."""
    if name in _ROOMS:
        if _ROOMS[name]:
            import_module("imgstats.extras").need_packages("reports", *_ROOMS[name])
        return import_module(f"imgstats.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'imgstats' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names and rooms."""
    return sorted([*__all__, *_ROOMS, "__version__"])
