"""The index of a cohort: its sections, its figures, and the page."""
