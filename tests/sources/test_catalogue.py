"""The catalogue holds what stands on the disk, and refuses descriptors it cannot keep."""

from __future__ import annotations

import csv
import dataclasses
import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from imgstats.errors import DataChangedError, InputError
from imgstats.sources import catalogue, data_root, dataset, sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_every_csv_file_is_in_the_catalogue() -> None:
    files = set((data_root() / "raw").rglob("*.csv"))
    assert {item.path for item in catalogue().values()} == files


def test_it_is_ordered_by_name() -> None:
    assert list(catalogue()) == sorted(catalogue())
    assert list(sources()) == sorted(sources())


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_a_record_describes_its_file(name: str) -> None:
    item = dataset(name)
    with item.path.open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == [field.name for field in item.fields]
    assert item.path.stem == item.name == name
    assert item.row_is.endswith(".")
    assert all(field.description.endswith(".") for field in item.fields)
    assert all(field.unit for field in item.fields if field.type == "number" and field.minimum == 0)
    assert set(item.primary_key) <= {field.name for field in item.fields}
    assert "row_count" in [spec["kind"] for spec in item.checks]
    assert item.sources or name == "sources"


def test_every_descriptor_states_the_rights() -> None:
    for path in (data_root() / "raw").glob("*/datapackage.json"):
        package = json.loads(path.read_text(encoding="utf-8"))
        assert package["rights"]["notice"] == "DATA_NOTICE.md"
        assert package["name"] == path.parent.name
        assert all(part["schema"]["missingValues"] == [""] for part in package["resources"])


def test_a_table_fed_by_several_sources_lists_them_all() -> None:
    names = [source.name for source in dataset("img_pgy1_match_by_year").sources]
    assert len(names) == 4
    assert set(names) <= set(sources())


def test_an_unknown_name_suggests_and_lists() -> None:
    with pytest.raises(InputError, match=r"img_pgy1_mach.*season_dates.*did you mean img_pgy1_mat"):
        dataset("img_pgy1_mach_by_year")


def test_records_are_frozen_and_survive_pickling() -> None:
    item = dataset("season_dates")
    assert pickle.loads(pickle.dumps(item)) == item  # noqa: S301 - our own bytes
    with pytest.raises(dataclasses.FrozenInstanceError):
        item.name = "other"  # type: ignore[misc]


def test_two_data_sets_of_one_name_are_refused(root: Path) -> None:
    (root / "raw" / "season-dates-2026").rename(root / "raw" / "first")
    copy = root / "raw" / "second"
    copy.mkdir()
    for path in (root / "raw" / "first").iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    with pytest.raises(DataChangedError, match="data set season_dates: first and second"):
        catalogue(root)


def _resource(package: dict[str, Any]) -> dict[str, Any]:
    resource: dict[str, Any] = package["resources"][0]
    return resource


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "missingValues": lambda package: _resource(package)["schema"].update(missingValues=["", "0"]),
    "is not a sha256": lambda package: _resource(package).update(hash="md5:ab"),
    "is called": lambda package: _resource(package).update(path="../season_dates.csv"),
    "constraint pattern of season": lambda package: _resource(package)["schema"]["fields"][
        0
    ].update(constraints={"pattern": "x"}),
    "the type of event is text": lambda package: _resource(package)["schema"]["fields"][1].update(
        type="text"
    ),
    "no column day": lambda package: _resource(package)["schema"].update(primaryKey=["day"]),
    "no column origin": lambda package: _resource(package).update(sourceColumn="origin"),
    "KeyError: 'hash'": lambda package: _resource(package).pop("hash"),
}


@pytest.mark.parametrize("sentence", CHANGES)
def test_a_descriptor_that_cannot_be_kept_is_refused(
    root: Path,
    edit_descriptor: Callable[[str, Callable[[dict[str, Any]], object]], None],
    sentence: str,
) -> None:
    edit_descriptor("season-dates-2026", CHANGES[sentence])
    with pytest.raises(DataChangedError, match=f"not a valid descriptor .*{sentence}"):
        catalogue(root)


def test_a_descriptor_that_is_not_json_is_named(root: Path) -> None:
    (root / "raw" / "season-dates-2026" / "datapackage.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataChangedError, match=r"season-dates-2026/datapackage\.json is not a val"):
        catalogue(root)
