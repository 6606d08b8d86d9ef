"""Match-rate estimators, one per file, one contract.

The names below load on first use: a report needs the mathematics of one of them and no other.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.estimators.band import BandRate
    from imgstats.estimators.bounds import RateBounds
    from imgstats.estimators.contract import RateEstimator
    from imgstats.estimators.isotonic import IsotonicRate
    from imgstats.estimators.logistic import LogisticRate
    from imgstats.estimators.model_range import rate_range
    from imgstats.estimators.pooled import PooledRate
    from imgstats.estimators.rank_list import RankListRate
    from imgstats.estimators.tilt import TiltRate
    from imgstats.estimators.transported import TransportedRate
    from imgstats.estimators.trend import LastYearRate, TrendRate

_HOMES = {
    "BandRate": "imgstats.estimators.band",
    "RateBounds": "imgstats.estimators.bounds",
    "RateEstimator": "imgstats.estimators.contract",
    "IsotonicRate": "imgstats.estimators.isotonic",
    "LogisticRate": "imgstats.estimators.logistic",
    "rate_range": "imgstats.estimators.model_range",
    "PooledRate": "imgstats.estimators.pooled",
    "RankListRate": "imgstats.estimators.rank_list",
    "TiltRate": "imgstats.estimators.tilt",
    "TransportedRate": "imgstats.estimators.transported",
    "LastYearRate": "imgstats.estimators.trend",
    "TrendRate": "imgstats.estimators.trend",
}

__all__ = [
    "BandRate",
    "IsotonicRate",
    "LastYearRate",
    "LogisticRate",
    "PooledRate",
    "RankListRate",
    "RateBounds",
    "RateEstimator",
    "TiltRate",
    "TransportedRate",
    "TrendRate",
    "rate_range",
]


def __getattr__(name: str) -> object:
    """Import a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
