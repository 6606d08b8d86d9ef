"""What a build writes, as bytes in memory: nothing here touches ``data/processed``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.sources.catalogue import DESCRIPTOR, catalogue
from imgstats.sources.hashing import sha256_of
from imgstats.sources.manifest import Entry, Manifest, raw_hashes
from imgstats.sources.reading import raw_rows
from imgstats.sources.recipes import RECIPES
from imgstats.sources.tabular import render_rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imgstats.sources.catalogue import Dataset
    from imgstats.sources.recipes import Recipe

__all__ = ["input_paths", "make_manifest", "make_tables", "render_table"]


def input_paths(recipe: Recipe, known: Mapping[str, Dataset], base: Path) -> list[str]:
    """Return the raw files a processed file is made from: each table and its descriptor.

    Examples
    --------
    >>> from imgstats.sources.locations import data_root
    >>> input_paths(RECIPES["effects"], catalogue(), data_root())[0]
    'raw/published-effects/datapackage.json'
    """
    items = [known[name] for name in recipe.inputs]
    paths = {item.path for item in items} | {item.folder / DESCRIPTOR for item in items}
    return sorted(path.relative_to(base).as_posix() for path in paths)


def render_table(recipe: Recipe, known: Mapping[str, Dataset]) -> bytes:
    """Return the bytes of one processed file, made from verified raw tables.

    Raises
    ------
    DataChangedError
        A raw file is missing or its hash is not the recorded one.

    Examples
    --------
    >>> render_table(RECIPES["passing_scores"], catalogue()).splitlines()[0]
    b'exam,effective_from,minimum_passing_score,trust,dataset,source'
    """
    tables = {name: (known[name], raw_rows(known[name])) for name in recipe.inputs}
    return render_rows(list(recipe.columns), recipe.make(tables))


def make_tables(base: Path) -> dict[str, bytes]:
    """Return the bytes of every processed file by file name.

    Raises
    ------
    DataChangedError
        A raw file is missing or its hash is not the recorded one.

    Examples
    --------
    >>> from imgstats.sources.locations import data_root
    >>> "counts.csv" in make_tables(data_root())
    True
    """
    known = catalogue(base)
    return {recipe.file_name: render_table(recipe, known) for recipe in RECIPES.values()}


def make_manifest(base: Path, tables: Mapping[str, bytes]) -> Manifest:
    """Return the manifest of some processed files and of the raw files as they are now.

    Examples
    --------
    >>> from imgstats.sources.locations import data_root
    >>> base = data_root()
    >>> made = make_manifest(base, make_tables(base))
    >>> made.entry("effects.csv").inputs == {
    ...     path: made.raw[path] for path in made.raw if "published-effects" in path
    ... }
    True
    """
    raw = raw_hashes(base)
    known = catalogue(base)
    processed = {
        recipe.file_name: Entry(
            sha256_of(tables[recipe.file_name]),
            {path: raw[path] for path in input_paths(recipe, known, base)},
        )
        for recipe in RECIPES.values()
    }
    return Manifest(processed, raw)
