"""Kernels that are forked, and ordinary ones; they know nothing of reports."""
