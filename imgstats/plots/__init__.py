"""Figures, one per file: each takes values, draws on axes and says in words what it shows."""

from imgstats.plots.rate_curve import describe_rate_curve, rate_curve
from imgstats.plots.score_distribution import describe_score_distribution, score_distribution
from imgstats.plots.trend import describe_trend, trend_lines

__all__ = [
    "describe_rate_curve",
    "describe_score_distribution",
    "describe_trend",
    "rate_curve",
    "score_distribution",
    "trend_lines",
]
