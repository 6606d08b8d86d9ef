"""Published tables in their four shapes, validated on construction.

A user's own table goes through the same door as a shipped one.
"""

from imgstats.tables.bands import Band, BandTable
from imgstats.tables.context import Context
from imgstats.tables.counts import CountTable
from imgstats.tables.digits import Rounding, Summary
from imgstats.tables.shares import Share, ShareTable
from imgstats.tables.summary import OutcomeSummary
from imgstats.tables.tidy import TidyTable

__all__ = [
    "Band",
    "BandTable",
    "Context",
    "CountTable",
    "OutcomeSummary",
    "Rounding",
    "Share",
    "ShareTable",
    "Summary",
    "TidyTable",
]
