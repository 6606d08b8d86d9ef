"""Kills, full disks, hostile files and mixed-up people, in small: `make chaos` has more."""

from __future__ import annotations

import sys

import pytest

from tests.chaos.fills import filled
from tests.chaos.inputs import borne
from tests.chaos.kills import survived
from tests.chaos.persons import mixed_up

SEED = 1


@pytest.mark.slow
def test_a_batch_outlives_a_kill(tmp_path):
    assert len(survived(tmp_path, 1, 4, SEED)) == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="mounts a small tmpfs")
def test_full_disks_leave_nothing_half_written(tmp_path):
    assert len(filled(tmp_path, 2, SEED)) == 2


@pytest.mark.slow
def test_hostile_inputs_end_in_an_exit_code(tmp_path):
    assert borne(tmp_path, 30, SEED).total() == 30


@pytest.mark.slow
def test_nobody_gets_a_page_of_somebody_else(tmp_path):
    assert mixed_up(tmp_path, 40, SEED) == 0
