"""What was published about factors that no match-rate table holds, each piece with its grade.

Joint rates (emerging) and scenarios (assumed) stand here too: what a person states, never data.
"""

from imgstats.evidence.pass_rates import pass_rate
from imgstats.evidence.published import effects
from imgstats.evidence.records import Evidence
from imgstats.evidence.scenario import Scenario, ScenarioBand, parse_scenarios, shift
from imgstats.evidence.survey import cited_factor, consideration, score_filters
from imgstats.joint.margin import Margin, margin_from_bands, margin_from_curve
from imgstats.joint.rates import (
    EMERGING,
    FRECHET,
    INDEPENDENT,
    JointRange,
    JointSurface,
    joint_range,
    joint_rate,
    joint_surface,
    margins_alone,
)

__all__ = [
    "EMERGING",
    "FRECHET",
    "INDEPENDENT",
    "Evidence",
    "JointRange",
    "JointSurface",
    "Margin",
    "Scenario",
    "ScenarioBand",
    "cited_factor",
    "consideration",
    "effects",
    "joint_range",
    "joint_rate",
    "joint_surface",
    "margin_from_bands",
    "margin_from_curve",
    "margins_alone",
    "parse_scenarios",
    "pass_rate",
    "score_filters",
    "shift",
]
