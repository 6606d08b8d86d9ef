"""Positions by state: every figure is the table's, and every sentence names the right states."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from imgstats.comparison.citations import citations_of
from imgstats.comparison.where.positions import LEAST_POSITIONS, where
from imgstats.comparison.where.states import STATES, TERRITORIES
from imgstats.errors import TableError
from imgstats.reporting.fragments import text_of
from imgstats.wording import counted_percent, thousands
from tests.reporting.page_text import cells, soup


@pytest.fixture(scope="module")
def found(tables):
    return where(tables)


@pytest.fixture(scope="module")
def printed(tables):
    """Return the published rows by the name of the state as printed."""
    return _of_internal_medicine(tables.frame("positions_by_state")).set_index("state")


@pytest.fixture
def edited(edited_tables):
    """Return a function that reads the table by state after a change."""

    def read(change):
        return where(
            edited_tables("positions_by_state", lambda all_: change(_of_internal_medicine(all_)))
        )

    return read


def _of_internal_medicine(frame):
    return frame[frame["specialty"] == "Internal Medicine (PGY-1)"]


def _renamed(old, new):
    return lambda frame: frame.assign(state=frame["state"].replace(old, new))


def test_every_published_row_is_a_row_with_its_counts(found, printed):
    assert {row.state.upper() for row in found.rows} == set(printed.index)
    for row in found.rows:
        values = printed.loc[row.state.upper()]
        for name in ("positions_offered", "filled", "us_img", "non_us_img"):
            assert getattr(row, name) == values[name]
        assert row.imgs == values["us_img"] + values["non_us_img"]


def test_a_share_is_of_the_filled_positions_and_empty_where_none_is(found):
    for row in found.rows:
        assert row.share == (row.imgs / row.filled if row.filled else None)
        assert row.enough == (row.positions_offered >= LEAST_POSITIONS)
    assert found.state("AK").share is None
    assert found.state("AK").enough is False


def test_the_total_is_the_sum_of_all_rows(found):
    for name in ("positions_offered", "filled", "us_img", "non_us_img", "imgs"):
        assert getattr(found.total, name) == sum(getattr(row, name) for row in found.rows)
    assert found.total.share == found.total.imgs / found.total.filled


def test_the_total_of_a_group_is_that_of_the_ways_to_count(found, non_us):
    positions = non_us.denominators[-1]
    assert (positions.matched, positions.n) == (found.total.non_us_img, found.total.filled)


def test_the_states_with_most_come_first(found):
    counts = [row.imgs for row in found.rows]
    assert counts == sorted(counts, reverse=True)


def test_dc_puerto_rico_and_a_state_without_positions_are_known(found):
    assert found.state("DC").state == "District of Columbia"
    assert found.state("PR").state == "Puerto Rico"
    assert found.state("WY") is None
    assert found.without == ("Wyoming",)


def test_there_are_fifty_states_dc_and_five_territories():
    assert len(set(STATES.values())) == 51
    assert len(set(TERRITORIES.values())) == 5
    assert not set(STATES.values()) & set(TERRITORIES.values())


def test_the_first_sentence_holds_the_totals(found):
    total = found.total
    for number in (total.filled, total.imgs, total.us_img, total.non_us_img):
        assert thousands(number) in found.sentences[0]
    assert counted_percent(total.share) in found.sentences[0]
    assert f"In the {found.match_year} Match" in found.sentences[0]


def test_the_second_names_the_states_with_most(found):
    for row in found.rows[:5]:
        assert f"{row.state} ({thousands(row.imgs)})" in found.sentences[1]
    together = sum(row.imgs for row in found.rows[:5]) / found.total.imgs
    assert counted_percent(together) in found.sentences[1]
    assert found.rows[5].state not in found.sentences[1]


def test_the_third_names_shares_only_of_states_with_enough_positions(found):
    enough = sorted((row for row in found.rows if row.enough), key=lambda row: -row.share)
    sentence = found.sentences[2]
    assert f"the {len(enough)} with {found.least} or more positions" in sentence
    for row in [*enough[:5], *enough[-5:]]:
        assert f"{row.state} ({counted_percent(row.share)})" in sentence
    few = [row for row in found.rows if not row.enough]
    assert max(row.share or 0 for row in few) > enough[0].share  # or this proves nothing
    assert not any(row.state in sentence for row in few)


def test_the_last_says_what_it_is_not(found):
    assert "not match rates of applicants" in found.sentences[-1]
    assert "no share has an interval" in found.sentences[-1]


def test_few_states_with_enough_positions_have_no_sentence_about_shares(edited):
    few = edited(lambda frame: frame.assign(positions_offered=frame["filled"]).iloc[:7])
    assert len(few.sentences) == 3


def test_another_territory_is_a_row_too(edited):
    assert edited(_renamed("ALASKA", "GUAM")).state("GU").state == "Guam"


def test_nobody_by_imgs_is_said_without_a_division(edited):
    none = edited(lambda frame: frame.assign(us_img=0, non_us_img=0))
    assert none.sentences[1] == "IMGs filled none in any state."
    assert none.total.share == 0


def test_an_unknown_state_is_refused_with_a_guess(edited):
    with pytest.raises(TableError, match=r"named 'OHIA'.*did you mean Ohio"):
        edited(_renamed("OHIO", "OHIA"))


def test_a_state_twice_is_refused(edited):
    with pytest.raises(TableError, match="Ohio is there twice"):
        edited(_renamed("IOWA", "OHIO"))


def test_more_filled_than_offered_is_refused(edited):
    with pytest.raises(TableError, match="Alabama: 77 by IMGs of 160 filled of 3 offered"):
        edited(lambda frame: frame.assign(positions_offered=3))


def test_an_empty_table_is_refused(edited):
    with pytest.raises(TableError, match="no state"):
        edited(lambda frame: frame.iloc[:0])


def test_the_source_is_cited(tables):
    found = where(tables)
    (source,) = citations_of(found, None)
    assert found.sources == (source.key,)
    assert found.grade == source.trust
    assert [name for name, _ in source.files] == ["match_by_state_specialty_2026"]


@pytest.fixture(scope="module")
def page(found):
    """Return the section as HTML, with the source numbered."""
    numbers = {key: i for i, key in enumerate(found.sources, start=1)}
    html = text_of(
        "where.html.j2",
        where=found,
        comparison=SimpleNamespace(where=found),
        source_number=numbers.__getitem__,
        sources=(),
    )
    return soup(html)


def test_the_section_has_every_sentence_and_its_source(found, page):
    text = page.get_text(" ")
    assert all(sentence in text for sentence in found.sentences)
    assert {link["href"] for link in page.select("sup.refs a")} == {f"#source-{found.sources[0]}"}


def test_the_sections_table_is_closed_sorted_and_whole(found, page):
    assert "open" not in page.select_one("details").attrs
    expected = [
        [
            row.state,
            *(
                thousands(getattr(row, name))
                for name in ("positions_offered", "filled", "us_img", "non_us_img", "imgs")
            ),
            "–" if row.share is None else counted_percent(row.share),  # noqa: RUF001
        ]
        for row in found.rows
    ]
    assert cells(page.select_one("table.states")) == expected
    foot = [cell.get_text() for cell in page.select("tfoot th, tfoot td")]
    assert foot[0] == "All states"
    assert foot[5] == thousands(found.total.imgs)
    assert "Wyoming" in page.get_text()
