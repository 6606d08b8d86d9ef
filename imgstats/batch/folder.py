"""The folder of a batch: its layout, its lock, and files that appear whole or not at all."""

from __future__ import annotations

import contextlib
from hashlib import sha256
from typing import TYPE_CHECKING

from imgstats.errors import InputError, WorkError
from imgstats.files.locking import LOCK, held
from imgstats.files.writing import OWNER_FOLDER, PROBE, remove_drafts, write_whole
from imgstats.reporting.files import check_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["BatchFolder", "hash_of"]

# What a file browser leaves in any folder it shows.
_SYSTEM_FILES = (".DS_Store", "Thumbs.db", "desktop.ini")
_AGAIN = "free space or make the folder writable, then run the same command with --resume"


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file; empty where it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


class BatchFolder:
    """Where a batch is written.

    Parameters
    ----------
    root : Path
        The folder, made if it is not there. Files are readable by their owner only.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.reports = root / "reports"
        self.records = root / "records"
        self.ledger = root / "ledger.sqlite"
        self.index = root / "index.html"
        self.summaries = tuple(root / f"summary.{kind}" for kind in ("csv", "parquet", "xlsx"))
        self.bad_rows = (root / "bad_rows.csv", root / "bad_rows.xlsx")
        self._lock = root / LOCK

    def page(self, key: str) -> Path:
        """Return where an applicant's page stands."""
        return self.reports / f"{key}.html"

    def pdf(self, key: str) -> Path:
        """Return where the PDF of an applicant's page stands, if one was asked for."""
        return self.reports / f"{key}.pdf"

    def plan(self, key: str) -> Path:
        """Return where the page of an applicant's plan stands, if one was asked for."""
        return self.reports / f"{key}.plan.html"

    def calendar(self, key: str) -> Path:
        """Return where the calendar file of that plan stands, if a day of it lies ahead."""
        return self.reports / f"{key}.plan.ics"

    def record(self, key: str) -> Path:
        """Return where an applicant's executed notebook stands."""
        return self.records / f"{key}.ipynb"

    @property
    def is_begun(self) -> bool:
        """Whether a batch was begun here."""
        return self.ledger.is_file()

    def check(self) -> None:
        """Refuse a folder that cannot be written or holds what no batch made; make nothing.

        Raises
        ------
        InputError
            If so.
        """
        check_folder(self.root)
        ledgers = (
            self.ledger.with_name(f"{self.ledger.name}{end}") for end in ("", "-wal", "-shm")
        )
        for place in (self.reports, self.records, self._lock, *ledgers):
            if place.is_symlink():
                raise InputError(
                    f"{place} is a link", "a folder of its own", "choose another --out"
                )
        if self.root.is_dir() and not self.is_begun and any(self._foreign()):
            raise InputError(
                f"{self.root} holds files that no batch made",
                "an empty or new folder, or one with a batch",
                "choose another --out",
            )

    def _foreign(self) -> Iterator[Path]:
        mine = {self.reports.name, self.records.name, self._lock.name, *_SYSTEM_FILES}
        # What a run left that was killed at its very beginning: a draft, a try to write.
        return (
            each
            for each in self.root.iterdir()
            if each.name not in mine and not each.name.startswith(PROBE)
        )

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folders and keep every other batch out while the block runs.

        Raises
        ------
        InputError
            If another batch works here.
        WorkError
            If the folder cannot be written.
        """
        with contextlib.ExitStack() as stack:
            with self.failing():
                for place in (self.root, self.reports, self.records):
                    place.mkdir(mode=OWNER_FOLDER, parents=place == self.root, exist_ok=True)
                try:
                    stack.enter_context(held(self.root))
                except BlockingIOError as e:
                    raise InputError(
                        f"another batch is at work in {self.root}",
                        "one at a time",
                        "wait for it, or stop it",
                    ) from e
                remove_drafts(self.root, self.reports, self.records)
            yield

    def write(self, path: Path, data: bytes) -> None:
        """Write a file that appears whole or not at all.

        Raises
        ------
        WorkError
            If the disk is full or the folder cannot be written; what stood there stands there.
        """
        with self.failing():
            write_whole(path, data)

    def remove(self, *paths: Path) -> None:
        """Remove files, if they are there.

        Raises
        ------
        WorkError
            If the folder cannot be written.
        """
        with self.failing():
            for path in paths:
                path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def failing(self) -> Iterator[None]:
        """Turn what the system says of the folder into an error that says how to go on."""
        try:
            yield
        except OSError as e:
            raise WorkError(f"{self.root}: {e.strerror or e}", todo=_AGAIN) from e
