"""Any table of any measure, fitted and told in its own words."""

from imgstats.fitting.answers import fit
from imgstats.fitting.records import Fit

__all__ = ["Fit", "fit"]
