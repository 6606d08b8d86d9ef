"""A build writes the committed bytes, twice the same, or nothing at all."""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from imgstats.errors import DataChangedError, TableError
from imgstats.grades import LETTERS
from imgstats.sources import build, catalogue, check, data_root, dataset, read_processed
from imgstats.sources.recipes import RECIPES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COUNTS = "charting_outcomes_2026_non_us_img_counts"


def _bytes(folder: Path) -> dict[str, bytes]:
    # The tables and their manifest; the curves beside them are another build's.
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.slow
def test_two_builds_and_a_copy_give_the_committed_bytes(root: Path) -> None:
    committed = _bytes(data_root() / "processed")
    shutil.rmtree(root / "processed")
    written = build(root)
    assert _bytes(root / "processed") == committed
    assert build(root) == written
    assert _bytes(root / "processed") == committed
    assert {path.name for path in written} == set(committed)


def test_the_manifest_says_nothing_of_day_or_machine(root: Path) -> None:
    text = (root / "processed" / "manifest.json").read_text(encoding="utf-8")
    content = json.loads(text)
    assert set(content) == {"processed", "raw"}
    hashes = [*content["raw"].values(), *(part["sha256"] for part in content["processed"].values())]
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in hashes)
    assert set(content["raw"]) == {
        path.relative_to(root).as_posix() for path in (root / "raw").rglob("*") if path.is_file()
    }


def test_a_changed_raw_file_stops_the_build_before_it_writes(root: Path) -> None:
    before = _bytes(root / "processed")
    path = dataset(COUNTS, root).path
    path.write_bytes(path.read_bytes().replace(b"3392,3600", b"3393,3600"))
    with pytest.raises(DataChangedError, match=f"{COUNTS}.*sha256"):
        build(root)
    assert _bytes(root / "processed") == before


def test_a_broken_total_stops_the_build_before_it_writes(
    root: Path, remake: Callable[[str, str, str], None]
) -> None:
    before = _bytes(root / "processed")
    remake(COUNTS, "14734,3392,3600", "14734,3393,3600")
    with pytest.raises(TableError, match="column_sum matched: expected 5708, found 5709"):
        build(root)
    assert _bytes(root / "processed") == before


@pytest.mark.slow
def test_a_meant_correction_is_built_and_passes(
    root: Path, remake: Callable[[str, str, str], None]
) -> None:
    remake("usmle_minimum_passing_scores", "2025-07-01,218", "2025-07-01,219")
    build(root)
    assert all(result.ok for result in check(root))
    assert read_processed("passing_scores", root)["minimum_passing_score"].max() == 219


def test_a_failed_write_leaves_the_old_file_and_nothing_half_written(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _bytes(root / "processed")

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        build(root)
    assert _bytes(root / "processed") == before


@pytest.mark.parametrize("name", RECIPES)
def test_columns_are_those_of_the_recipe_and_origin_is_known(name: str) -> None:
    frame = read_processed(name)
    assert list(frame.columns) == list(RECIPES[name].columns)
    assert set(frame["dataset"]) == set(RECIPES[name].inputs)


@pytest.mark.parametrize("name", sorted(set(RECIPES) - {"effects"}))
def test_every_row_names_a_registered_source_and_a_trust_grade(name: str) -> None:
    frame = read_processed(name)
    known = catalogue()
    for row in frame[["dataset", "source", "trust"]].drop_duplicates().itertuples():
        assert row.source in {source.name for source in known[str(row.dataset)].sources}
        # A date that was looked for and not found has no letter.
        assert row.trust in LETTERS or (name == "season_dates" and str(row.trust) == "nan")


def test_digits_are_kept_as_printed() -> None:
    folder = data_root() / "processed"
    summaries = (folder / "summaries.csv").read_text(encoding="utf-8")
    assert "step2_ck,matched,2649,209,240,251,259,284,249,14," in summaries
    assert "contiguous_ranks,not_matched,52,1,1,1.5,2,7,2.2,1.7," in summaries
    assert ",70.0," in (folder / "pgy1_by_year.csv").read_text(encoding="utf-8")


def test_denominators_are_named_and_never_mixed() -> None:
    counts = read_processed("counts")
    pairs = counts.groupby(["outcome", "population"])["dataset"].agg(["nunique", "first"])
    assert pairs["nunique"].tolist() == [1, 1]
    assert set(pairs["first"]) == {COUNTS, "img_pgy1_match_by_year"}
    assert (
        (counts["specialty"] == "All specialties")
        .eq(counts["outcome"] == "matched to any PGY-1 position")
        .all()
    )


def test_a_year_without_active_applicants_is_left_out_of_the_counts() -> None:
    counts = read_processed("counts")
    every = counts[counts["specialty"] == "All specialties"]
    years = set(zip(every["match_year"], every["applicant_group"], strict=True))
    assert (2018, "us_img") not in years
    assert (2018, "non_us_img") in years
    assert len(years) == len(every) == 30
