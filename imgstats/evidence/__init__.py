"""What was published about factors that no match-rate table holds, each piece with its grade."""

from imgstats.evidence.published import effects
from imgstats.evidence.records import Evidence
from imgstats.evidence.survey import cited_factor, consideration

__all__ = ["Evidence", "cited_factor", "consideration", "effects"]
