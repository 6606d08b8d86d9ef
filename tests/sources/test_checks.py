"""Results are frozen, and the error names the first failures."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from imgstats.errors import DataChangedError, TableError
from imgstats.sources import require_ok
from imgstats.sources.results import failed, passed


def test_nothing_failed_raises_nothing() -> None:
    assert passed("table", "row_count", "1").ok
    require_ok([passed("table", "row_count", "1")])


@pytest.mark.parametrize("name", ["schema", "row_count", "column_sum matched"])
def test_a_content_failure_is_a_table_error(name: str) -> None:
    failure = failed("table", name, expected="1", found="2")
    with pytest.raises(TableError, match=f"1 of 1 checks.*table: {name}: expected 1, found 2"):
        require_ok([failure])


@pytest.mark.parametrize("name", ["sha256", "manifest", "provenance words", "inputs of x.csv"])
def test_a_record_failure_is_a_data_changed_error(name: str) -> None:
    content = failed("table", "schema", expected="1", found="2")
    record = failed("table", name, expected="1", found="2")
    with pytest.raises(DataChangedError, match=f"2 of 2 checks.*{name}"):
        require_ok([content, record])


def test_a_changed_file_is_shown_before_what_follows_from_it() -> None:
    later = [failed(f"t{number}", "schema", expected="1", found="2") for number in range(5)]
    cause = failed("raw/x/datapackage.json", "manifest", expected="ab", found="cd")
    with pytest.raises(DataChangedError, match=r"failed: raw/x/datapackage\.json: manifest"):
        require_ok([*later, cause])


def test_many_failures_are_counted() -> None:
    failures = [failed(f"t{number}", "schema", expected="1", found="2") for number in range(5)]
    with pytest.raises(TableError, match=r"t0: .*t2: .* \| and 2 more; .*imgstats data check"):
        require_ok(failures)


def test_a_result_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        passed("table", "row_count", "1").ok = False  # type: ignore[misc]


def test_the_import_is_light() -> None:
    heavy = ["numpy", "pandas", "pandera", "papermill", "seaborn", "sklearn", "statsmodels"]
    code = f"import sys, imgstats.sources; print(sorted(set({heavy}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
