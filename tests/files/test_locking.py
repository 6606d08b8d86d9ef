"""One process at a time holds a folder, and a lock ends with its process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from imgstats.files.locking import LOCK, held

HOLD = (
    "import sys\n"
    "from pathlib import Path\n"
    "from imgstats.files.locking import held\n"
    "with held(Path(sys.argv[1])):\n"
    "    print('held', flush=True)\n"
    "    sys.stdin.read()\n"
)


@pytest.fixture
def other(tmp_path):
    """Return another process that holds the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_folder_that_another_process_holds_is_refused(tmp_path, other):
    with pytest.raises(BlockingIOError), held(tmp_path):
        pass
    assert other.poll() is None


def test_a_killed_process_holds_nothing(tmp_path, other):
    other.kill()
    other.wait()
    with held(tmp_path):
        assert (tmp_path / LOCK).exists()


def test_it_is_given_back_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), held(tmp_path):
        raise ZeroDivisionError
    with held(tmp_path):
        pass


def test_the_lock_is_no_link(tmp_path):
    (tmp_path / "mine").write_bytes(b"mine")
    (tmp_path / LOCK).symlink_to(tmp_path / "mine")
    with pytest.raises(OSError, match="symbolic links"), held(tmp_path):
        pass
    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert os.path.lexists(tmp_path / LOCK)
