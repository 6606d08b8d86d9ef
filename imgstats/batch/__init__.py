"""Reports for a whole cohort: planned, made by workers, and kept track of in a ledger."""

# A worker imports `nbconvert` early, and this has to come before.
import imgstats.reporting  # noqa: F401
