"""Cohort files of every kind, read without belief as tables of raw cells."""
