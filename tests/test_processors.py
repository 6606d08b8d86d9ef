"""As many processes as the system lets this one use."""

from __future__ import annotations

import os
from importlib import import_module

import pytest

from imgstats import processors
from imgstats.processors import default_workers


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system binds no process")
def test_only_processors_that_the_process_may_use_count(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5, 7})
    assert default_workers() == 3


@pytest.mark.parametrize(("count", "expected"), [(6, 6), (None, 1)])
def test_elsewhere_all_count_and_there_is_one_at_least(monkeypatch, count, expected):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    assert default_workers() == expected


@pytest.mark.parametrize("name", ["batch.run", "curves.build"])
def test_whoever_starts_processes_asks_here(name):
    module = import_module(f"imgstats.{name}")
    assert module.default_workers is processors.default_workers
