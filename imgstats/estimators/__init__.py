"""Match-rate estimators, one per file, one contract."""

from imgstats.estimators.contract import RateEstimator
from imgstats.estimators.tilt import TiltRate

__all__ = ["RateEstimator", "TiltRate"]
