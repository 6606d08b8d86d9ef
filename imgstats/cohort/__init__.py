"""Cohorts: many applicants in one file."""
