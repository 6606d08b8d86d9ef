"""The page of a plan: its sections, its figures, and what is written beside it."""
