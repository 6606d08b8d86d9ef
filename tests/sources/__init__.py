"""Tests of the data and of what reads, checks and builds them."""
