"""Fixtures: a data folder of one's own, and edits whose hash is made again."""

from __future__ import annotations

import json
import shutil
from filecmp import dircmp
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from imgstats.sources import checks, dataset, file_checks
from imgstats.sources.catalogue import DESCRIPTOR
from imgstats.sources.hashing import sha256_of, verified_bytes
from imgstats.sources.locations import PACKAGE
from imgstats.sources.render import render_table
from imgstats.sources.results import passed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from imgstats.sources.catalogue import Dataset
    from imgstats.sources.recipes import Recipe

COMMITTED = PACKAGE.parent / "data"


@pytest.fixture(scope="session")
def one_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the one copy of the committed data folder that all tests here change in turn."""
    return shutil.copytree(COMMITTED, tmp_path_factory.mktemp("copy") / "data")


@pytest.fixture
def root(one_copy: Path) -> Iterator[Path]:
    """Return a copy of the committed data folder; what a test changes is put back after it."""
    yield one_copy
    _put_back(dircmp(COMMITTED, one_copy, ignore=[], hide=[]))


def _put_back(pair: dircmp[str]) -> None:
    """Make the copy (right) what is committed (left); a copied file keeps size and time."""
    left, right = COMMITTED / pair.left, COMMITTED / pair.right
    for name in {*pair.right_only, *pair.common_funny, *pair.diff_files, *pair.funny_files}:
        path = right / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in {*pair.left_only, *pair.common_funny, *pair.diff_files, *pair.funny_files}:
        copy = shutil.copytree if (left / name).is_dir() else shutil.copy2
        copy(left / name, right / name)
    for each in pair.subdirs.values():
        _put_back(each)


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
    """Leave out the schemas: the other checks must find the fault, and it is quick.

    What is inside a table, and what is built of it, is worked out once for the bytes recorded.
    """
    monkeypatch.setattr(
        checks, "schema_result", lambda item, rows: passed(item.name, "schema", str(len(rows)))
    )
    content, render = _made_once()
    monkeypatch.setattr(checks, "_content", content)
    monkeypatch.setattr(file_checks, "render_table", render)


@cache
def _made_once() -> tuple[Callable[[Dataset], Any], Callable[[Recipe, Mapping[str, Dataset]], Any]]:
    """Return the two functions that do the same work for the same records once."""
    look_inside = checks._content
    made: dict[str, tuple[list[Dataset], Any]] = {}

    def once(name: str, items: list[Dataset], make: Callable[[], Any]) -> Any:
        for item in items:
            verified_bytes(item.path, item.sha256, str(item.folder / DESCRIPTOR))
        if name not in made or made[name][0] != items:
            made[name] = items, make()
        return made[name][1]

    return (
        lambda item: once(f"raw {item.name}", [item], lambda: look_inside(item)),
        lambda recipe, known: once(
            recipe.file_name,
            [known[name] for name in recipe.inputs],
            lambda: render_table(recipe, known),
        ),
    )
