"""Figures, one per file: each takes values, draws on axes and says in words what it shows.

Each takes ``ax : Axes, optional``, where to draw; by default new axes, as high as their rows need.
It returns the axes that were drawn on. What is drawn of a table of your own uses that table's label
and words for the outcomes; ``of : Measure, table or fitted estimator`` tells them where what is
drawn does not.
"""

from imgstats.plots.band_bars import band_bars, describe_band_bars
from imgstats.plots.cohort.bands import cohort_bands, describe_cohort_bands
from imgstats.plots.cohort.rates import RateMark, cohort_rates, describe_cohort_rates
from imgstats.plots.cohort.scores import cohort_scores, describe_cohort_scores
from imgstats.plots.doubt.assumption_ladder import (
    Rung,
    assumption_ladder,
    assumption_rungs,
    describe_assumption_ladder,
    laddered,
)
from imgstats.plots.doubt.consent_band import consent_band, describe_consent_band
from imgstats.plots.estimator_curves import (
    EstimatorCurve,
    curves_of,
    describe_estimator_curves,
    estimator_curves,
)
from imgstats.plots.factor_rates import describe_factor_rates, factor_rates
from imgstats.plots.funnel import describe_funnel, funnel_range
from imgstats.plots.joint_region import describe_joint_region, joint_region
from imgstats.plots.plan_calendar import describe_plan_calendar, plan_calendar
from imgstats.plots.rate_curve import FitCurve, curve_of, describe_rate_curve, rate_curve
from imgstats.plots.readiness import describe_readiness, readiness_distribution
from imgstats.plots.score_distribution import describe_score_distribution, score_distribution
from imgstats.plots.specialty_forest import describe_specialty_forest, specialty_forest
from imgstats.plots.state_tiles import describe_state_tiles, state_tiles
from imgstats.plots.trend import describe_trend, trend_lines

__all__ = [
    "EstimatorCurve",
    "FitCurve",
    "RateMark",
    "Rung",
    "assumption_ladder",
    "assumption_rungs",
    "band_bars",
    "cohort_bands",
    "cohort_rates",
    "cohort_scores",
    "consent_band",
    "curve_of",
    "curves_of",
    "describe_assumption_ladder",
    "describe_band_bars",
    "describe_cohort_bands",
    "describe_cohort_rates",
    "describe_cohort_scores",
    "describe_consent_band",
    "describe_estimator_curves",
    "describe_factor_rates",
    "describe_funnel",
    "describe_joint_region",
    "describe_plan_calendar",
    "describe_rate_curve",
    "describe_readiness",
    "describe_score_distribution",
    "describe_specialty_forest",
    "describe_state_tiles",
    "describe_trend",
    "estimator_curves",
    "factor_rates",
    "funnel_range",
    "joint_region",
    "laddered",
    "plan_calendar",
    "rate_curve",
    "readiness_distribution",
    "score_distribution",
    "specialty_forest",
    "state_tiles",
    "trend_lines",
]
