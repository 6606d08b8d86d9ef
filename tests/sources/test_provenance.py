"""What descriptors and register say about a source must be the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from imgstats.errors import DataChangedError
from imgstats.sources import catalogue, check, dataset, require_ok, sources
from imgstats.sources.checks import check_raw
from imgstats.sources.reading import raw_rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imgstats.sources import CheckResult


pytestmark = pytest.mark.usefixtures("no_schemas")


def _failures(root: Path) -> list[CheckResult]:
    return [
        result
        for result in check_raw(root)
        if result.check.startswith("provenance") and not result.ok
    ]


@pytest.mark.parametrize(
    "key",
    ["title", "publisher", "year", "where", "trust", "caveats", "path", "kind", "authors", "doi"],
)
def test_other_words_in_a_descriptor_are_found(
    root: Path,
    edit_descriptor: Callable[[str, Callable[[dict[str, Any]], object]], None],
    key: str,
) -> None:
    edit_descriptor(
        "eras-fees-2026", lambda package: package["sources"][0].update({key: "something else"})
    )
    (failure,) = _failures(root)
    assert failure.dataset == "eras_application_fees"
    assert "'something else'" in failure.found
    with pytest.raises(DataChangedError, match="eras_application_fees: provenance words"):
        require_ok(check_raw(root))


def test_another_trust_grade_in_the_register_is_found(
    root: Path, remake: Callable[[str, str, str], None]
) -> None:
    remake("sources", "fee table,A,", "fee table,C,")
    (failure,) = _failures(root)
    assert (failure.dataset, failure.expected, failure.found) == (
        "eras_application_fees",
        "trust 'C'",
        "trust 'A'",
    )


def test_sources_left_out_altogether_are_found(
    root: Path, edit_descriptor: Callable[[str, Callable[[dict[str, Any]], object]], None]
) -> None:
    edit_descriptor("eras-fees-2026", lambda package: package.pop("sources"))
    (failure,) = _failures(root)
    assert (failure.expected, failure.found) == ("eras-fees-2026", "(none)")
    edit_descriptor("published-effects", lambda package: package.pop("sources"))
    assert "rebuild" in {result.check for result in check(root) if not result.ok}


def test_a_source_left_out_is_found(
    root: Path, edit_descriptor: Callable[[str, Callable[[dict[str, Any]], object]], None]
) -> None:
    edit_descriptor("img-pgy1-match-by-year", lambda package: package["sources"].pop())
    (failure,) = _failures(root)
    assert failure.check == "provenance sources"
    assert "ecfmg-img-performance" in failure.expected
    assert "ecfmg-img-performance" not in failure.found


def test_a_row_that_names_an_unlisted_source_is_found(
    root: Path, remake: Callable[[str, str, str], None]
) -> None:
    remake(
        "im_categorical_positions_by_year", "1145,3573,nrmp-results-and", "1145,3573,hearsay-and"
    )
    (failure,) = _failures(root)
    assert "hearsay-and-data-2025" in failure.expected


def test_every_published_effect_has_its_paper_in_the_register() -> None:
    named = {row["source"] for row in raw_rows(dataset("published_effects"))}
    papers = {name for name, each in sources().items() if each.kind == "paper"}
    assert named == {each.name for each in dataset("published_effects").sources}
    assert named <= papers


def test_every_paper_in_the_register_is_named_by_a_row_or_a_table() -> None:
    papers = {name for name, each in sources().items() if each.kind == "paper"}
    assert papers <= {each.name for item in catalogue().values() for each in item.sources}


def test_an_address_is_one_address_that_a_page_may_link_to() -> None:
    for each in sources().values():
        assert re.fullmatch(r"(https?://[^\s;\"<>]+)?", each.url), each.name
        assert re.fullmatch(r"(10\.\d{4,}/\S+)?", each.doi), each.name


def test_what_was_not_seen_of_a_paper_is_empty_and_not_filled_in() -> None:
    found = {
        name: [part for part in ("authors", "title", "year") if not getattr(each, part)]
        for name, each in sources().items()
        if each.kind == "paper"
    }
    assert {name: parts for name, parts in found.items() if parts} == {
        "amjmed-2016-application-inflation": ["authors"],
        "cbssa-step1-acad-med": ["authors"],
        "monteiro-2017": ["authors", "title"],
        "pmc-8368818": ["authors"],
        "unlv-2025": ["authors", "title"],
        "im-for-imgs-2009": ["year"],
        "iovs-2350811": ["authors", "title", "year"],
        "medrookie": ["authors", "title", "year"],
        "nrmp-2026-via-nrmp-simulated": ["year"],
        "shm-abstract-step1-pf": ["authors", "year"],
    }


def test_a_report_speaks_for_its_publisher() -> None:
    reports = [each for each in sources().values() if each.kind == "report"]
    assert reports
    assert all(each.title and each.publisher and not each.authors for each in reports)


def test_a_file_the_register_lists_and_nobody_has_is_found(
    root: Path, remake: Callable[[str, str, str], None]
) -> None:
    remake("sources", ",season_dates.csv,", ",season_days.csv,")
    messages = " ".join(failure.message for failure in _failures(root))
    assert "season_dates.csv, season_days.csv on one side only" in messages


def test_a_register_that_cannot_be_read_is_one_failure_and_not_many(
    root: Path, remake: Callable[[str, str, str], None]
) -> None:
    remake("sources", "authors,title,publisher", "authors,heading,publisher")
    (failure,) = _failures(root)
    assert failure.found == "no verified register"


def test_without_a_verified_register_nothing_agrees(root: Path) -> None:
    dataset("sources", root).path.write_bytes(b"")
    (failure,) = _failures(root)
    assert failure.found == "no verified register"
