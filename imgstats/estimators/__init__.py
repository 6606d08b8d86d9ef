"""Match-rate estimators, one per file, one contract."""

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
from imgstats.estimators.trend import TrendRate

__all__ = [
    "BandRate",
    "IsotonicRate",
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
