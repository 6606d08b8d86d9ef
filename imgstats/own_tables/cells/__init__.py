"""Cells of a table as values: numbers within their limits, and counts that are hidden."""
