"""Every figure leads back to a source, and comes from the data and not from the code."""

from __future__ import annotations

import re

import pytest

from imgstats import Applicant, PublishedTables
from imgstats.errors import DataChangedError
from imgstats.sources import dataset, sources

APPLICANT = Applicant(group="non_us_img", step2_ck=242)


def _keys(value, name=""):
    """Yield all source keys below a plain value, but the list of sources itself."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key == "source" and each:
                yield each
            elif key == "sources":
                yield from (one for one in each if isinstance(one, str))
            else:
                yield from _keys(each, key)
    elif isinstance(value, list) and name != "sources":
        for each in value:
            yield from _keys(each, name)


@pytest.mark.parametrize("name", ["non_us", "us"])
def test_every_source_key_is_in_the_list_of_sources(request, name):
    comparison = request.getfixturevalue(name)
    used = set(_keys(comparison.to_dict(curve=True)))
    assert used <= {each.key for each in comparison.sources}
    assert len(used) > 3


@pytest.mark.parametrize("name", ["non_us", "us"])
def test_every_listed_source_is_used(request, name):
    comparison = request.getfixturevalue(name)
    used = set(_keys(comparison.to_dict(curve=True)))
    assert {each.key for each in comparison.sources} <= used


@pytest.mark.parametrize("name", ["non_us", "us"])
def test_no_source_is_listed_twice(request, name):
    keys = [each.key for each in request.getfixturevalue(name).sources]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", ["non_us", "us"])
def test_every_source_names_its_files_with_their_hash(request, name):
    for source in request.getfixturevalue(name).sources:
        assert source.files
        for file, sha in source.files:
            assert re.fullmatch("[0-9a-f]{64}", sha)
            assert dataset(file).sha256 == sha


@pytest.mark.parametrize("name", ["non_us", "us"])
def test_every_source_says_what_it_is_and_how_far_to_trust_it(request, name):
    for source in request.getfixturevalue(name).sources:
        assert source.title or "title" in source.not_seen
        assert source.publisher
        assert source.how_obtained
        assert source.trust in {"A", "B", "C"}


@pytest.mark.parametrize("name", ["non_us", "us"])
def test_every_line_of_evidence_has_its_own_source_with_what_is_known_of_it(request, name):
    comparison = request.getfixturevalue(name)
    cited = {each.key: each for each in comparison.sources}
    register = sources()
    lines = [each for factor in comparison.factors for each in factor.evidence]
    assert lines
    for line in lines:
        source, known = cited[line.source], register[line.source]
        assert line.dataset in [file for file, _ in source.files]
        for part in ("title", "authors", "publisher", "year", "url", "doi", "kind", "caveats"):
            assert getattr(source, part) == getattr(known, part)
        for part in filter(None, (source.title, source.publisher, source.year)):
            assert part in source.reference
        assert all(each.strip() in source.reference for each in source.authors.split(";"))
        assert all(each in source.reference for each in (*source.not_seen, ""))


def test_what_was_not_seen_is_said_in_the_reference(compared):
    found = compared(Applicant(group="non_us_img", step2_ck=242), scenarios=["applications=2"])
    source = next(each for each in found.sources if each.key == "iovs-2350811")
    assert source.not_seen == ("authors", "title", "year")
    assert source.reference == f"{source.publisher}; authors, title and year not seen."
    assert "not_seen" in found.to_dict()["sources"][0]


def test_the_passing_score_note_brings_its_source(compared):
    comparison = compared(Applicant(group="us_img", step2_ck=205))
    assert "usmle-passing-standards" in {each.key for each in comparison.sources}


@pytest.fixture(scope="module")
def changed(compared, changed_root):
    return compared(APPLICANT, PublishedTables(changed_root))


@pytest.fixture(scope="module")
def shipped(compared):
    return compared(APPLICANT)


@pytest.mark.slow
def test_changed_counts_change_the_headline(changed, shipped):
    assert (changed.headline.group_n, shipped.headline.group_n) == (7092, 6992)
    assert changed.headline.rate != shipped.headline.rate
    assert changed.headline.sentence != shipped.headline.sentence


@pytest.mark.slow
def test_changed_counts_change_the_ways_to_count(changed):
    first = changed.denominators[0]
    assert (first.matched, first.n) == (3392, 7092)
    assert first.rate == pytest.approx(3392 / 7092)


@pytest.mark.slow
def test_changed_counts_change_what_is_assumed(changed):
    said = " ".join(each.sentence for each in changed.assumptions)
    assert "3,392 of 7,092, 47.8 %" in said


@pytest.mark.slow
def test_changed_quartiles_change_the_place_and_the_digits_shown(changed, shipped):
    assert changed.place.printed[0].median == 253
    assert changed.place.matched < shipped.place.matched


@pytest.mark.slow
def test_changed_data_leave_other_figures_alone(changed, shipped):
    assert (changed.trend, changed.where) == (shipped.trend, shipped.where)
    assert changed.factors[:2] == shipped.factors[:2]
    # The rate by ranks has the group's counts in it; the digits it is fitted to are the same.
    assert changed.factor("ranks").printed == shipped.factor("ranks").printed


@pytest.mark.slow
def test_changed_data_have_other_hashes(changed, shipped):
    before, after = (
        {file: sha for each in part.sources for file, sha in each.files}
        for part in (shipped, changed)
    )
    different = {file for file in before if before[file] != after[file]}
    assert different == {
        "charting_outcomes_2026_non_us_img_counts",
        "charting_outcomes_2026_non_us_img_measures",
    }


@pytest.mark.parametrize("group", ["non_us_img", "us_img"])
def test_a_changed_byte_stops_the_comparison(compared, broken_root, group):
    with pytest.raises(DataChangedError, match=r"counts\.csv has sha256"):
        compared(Applicant(group=group, step2_ck=242), PublishedTables(broken_root))
