"""Figures of a cohort."""
