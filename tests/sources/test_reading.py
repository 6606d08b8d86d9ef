"""A table is read only when it, and what it was made from, are the recorded files."""

from __future__ import annotations

import pickle
import re
from typing import TYPE_CHECKING

import pytest

from imgstats.errors import DataChangedError, InputError
from imgstats.sources import catalogue, dataset, read_processed, read_raw
from imgstats.sources.locations import DATA_ROOT_VARIABLE
from imgstats.sources.recipes import RECIPES
from imgstats.sources.render import input_paths
from imgstats.sources.tabular import dtype_of

if TYPE_CHECKING:
    from pathlib import Path


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_raw_columns_have_the_types_of_the_schema(name: str) -> None:
    frame = read_raw(name)
    expected = {field.name: dtype_of(field) for field in dataset(name).fields}
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == expected


def test_known_figures_arrive() -> None:
    counts = read_processed("counts")
    counts = counts[counts["match_year"] == 2026].set_index(["applicant_group", "specialty"])
    assert counts["matched"]["non_us_img", "Internal Medicine"] == 3392
    assert counts["not_matched"]["non_us_img", "Internal Medicine"] == 3600
    assert counts["matched"]["us_img", "All specialties"] == 2949
    assert counts["not_matched"]["us_img", "All specialties"] == 4210 - 2949


def test_a_missing_cell_is_never_zero() -> None:
    years = read_processed("pgy1_by_year").set_index(["match_year", "applicant_group"])
    assert years["active_applicants"].isna()[2020, "us_img"]
    assert years["active_applicants"].min() > 0
    summaries = read_processed("summaries")
    assert summaries.loc[summaries["n"].eq(3), "median"].isna().all()
    older = summaries[summaries["match_year"] < 2026]
    assert older["n"].isna().all()
    assert older["mean"].notna().all()


def test_the_variable_leads_to_another_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _flip(dataset("season_dates", root).path)
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(root))
    with pytest.raises(DataChangedError, match=re.escape(str(root))):
        read_raw("season_dates")


def test_the_error_says_file_expected_found_cause_and_what_to_do(root: Path) -> None:
    item = dataset("season_dates", root)
    _flip(item.path)
    sentence = (
        rf"season_dates\.csv has sha256 [0-9a-f]{{64}}; allowed: sha256 {item.sha256}, recorded in "
        r".*datapackage\.json; likely cause: a value was edited; restore the file"
    )
    with pytest.raises(DataChangedError, match=sentence) as caught:
        read_raw("season_dates", root)
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert (type(again), str(again)) == (DataChangedError, str(caught.value))


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda data: data.replace(b"\n", b"\r\n"), "converted to CRLF"),
        (lambda data: b"\xef\xbb\xbf" + data, "byte order mark"),
        (lambda data: data[:-20], "cut short"),
        (lambda _: b"", "emptied"),
    ],
)
def test_the_likely_cause_is_named(root: Path, change: object, cause: str) -> None:
    assert callable(change)
    path = dataset("season_dates", root).path
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(DataChangedError, match=cause):
        read_raw("season_dates", root)


def test_the_hash_comes_before_parsing(root: Path) -> None:
    dataset("season_dates", root).path.write_bytes(b"\xff not a table at all")
    with pytest.raises(DataChangedError, match="has sha256"):
        read_raw("season_dates", root)


def test_a_missing_file_is_named(root: Path) -> None:
    dataset("season_dates", root).path.unlink()
    with pytest.raises(DataChangedError, match=r"season_dates\.csv cannot be read \(No such file"):
        read_raw("season_dates", root)


@pytest.mark.parametrize("name", RECIPES)
def test_a_changed_raw_byte_stops_the_tables_made_from_it(root: Path, name: str) -> None:
    for raw_path in input_paths(RECIPES[name], catalogue(root), root):
        before = (root / raw_path).read_bytes()
        _flip(root / raw_path)
        with pytest.raises(DataChangedError, match=re.escape(raw_path)):
            read_processed(name, root)
        (root / raw_path).write_bytes(before)
    assert len(read_processed(name, root)) > 0


def test_a_changed_raw_file_leaves_other_tables_readable(root: Path) -> None:
    _flip(dataset("season_dates", root).path)
    assert len(read_processed("counts", root)) == 54


@pytest.mark.parametrize("name", RECIPES)
def test_a_changed_processed_byte_stops_the_table(root: Path, name: str) -> None:
    _flip(root / "processed" / f"{name}.csv")
    with pytest.raises(DataChangedError, match=rf"{name}\.csv has sha256 .*manifest\.json"):
        read_processed(name, root)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"processed": {}, "raw": {}}', b'{"processed": 1, "raw": 2}']
)
def test_a_manifest_that_no_build_wrote_is_refused(root: Path, content: bytes) -> None:
    (root / "processed" / "manifest.json").write_bytes(content)
    with pytest.raises(DataChangedError, match=r"manifest\.json has sha256 .*imgstats data build"):
        read_processed("counts", root)


def test_an_unbuilt_folder_says_so(root: Path) -> None:
    (root / "processed" / "manifest.json").unlink()
    with pytest.raises(DataChangedError, match=r"manifest\.json cannot be read"):
        read_processed("counts", root)


def test_an_unknown_processed_table_suggests() -> None:
    with pytest.raises(InputError, match=r"bands, counts, .*did you mean counts\?"):
        read_processed("count")
