"""Any table of any measure, fitted and told in its own words."""

from imgstats.fitting.fit import Fit, fit

__all__ = ["Fit", "fit"]
