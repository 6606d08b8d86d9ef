"""Rates and positions over the years."""
