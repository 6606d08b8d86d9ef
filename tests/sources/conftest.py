"""Fixtures: a data folder of one's own, and edits whose hash is made again."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from imgstats.sources import checks, dataset
from imgstats.sources.hashing import sha256_of
from imgstats.sources.locations import PACKAGE
from imgstats.sources.results import passed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMITTED = PACKAGE.parent / "data"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a copy of the committed data folder."""
    return shutil.copytree(COMMITTED, tmp_path / "data")


@pytest.fixture
def edit_descriptor(root: Path) -> Callable[[str, Callable[[dict[str, Any]], object]], None]:
    """Return a function that changes the descriptor of a folder of `root`."""

    def edit(folder: str, change: Callable[[dict[str, Any]], object]) -> None:
        path = root / "raw" / folder / "datapackage.json"
        package = json.loads(path.read_text(encoding="utf-8"))
        change(package)
        path.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    return edit


@pytest.fixture
def remake(
    root: Path, edit_descriptor: Callable[[str, Callable[[dict[str, Any]], object]], None]
) -> Callable[[str, str, str], None]:
    """Return a function that replaces text in a raw table and records its new hash and size."""

    def edit(name: str, old: str, new: str) -> None:
        item = dataset(name, root)
        text = item.path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        data = text.replace(old, new).encode()
        item.path.write_bytes(data)

        def record(package: dict[str, Any]) -> None:
            resource = next(part for part in package["resources"] if part["name"] == name)
            resource.update(hash=f"sha256:{sha256_of(data)}", bytes=len(data))

        edit_descriptor(item.folder.name, record)

    return edit


@pytest.fixture
def no_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the schemas: the other checks must find the fault, and it is quick."""
    monkeypatch.setattr(
        checks, "schema_result", lambda item, rows: passed(item.name, "schema", str(len(rows)))
    )
