"""Tests of `imgstats.fitting`."""
