"""Reports for a whole cohort: planned, made by workers, and kept track of in a ledger."""
