"""The days of a plan, counted back from those of a season, and what is not announced of them."""
