"""Tests of the published tables in their four shapes."""
