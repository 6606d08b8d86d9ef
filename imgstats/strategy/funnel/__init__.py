"""From applications over interviews and ranks to a match, with the doubt of every step."""

from imgstats.strategy.funnel.entry import funnel
from imgstats.strategy.funnel.records import (
    Assumption,
    Beside,
    FeeStep,
    Funnel,
    FunnelRow,
    OwnList,
    SideFee,
)

__all__ = [
    "Assumption",
    "Beside",
    "FeeStep",
    "Funnel",
    "FunnelRow",
    "OwnList",
    "SideFee",
    "funnel",
]
