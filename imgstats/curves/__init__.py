"""Curves of all published tables: computed once, looked up by estimates and reports."""
