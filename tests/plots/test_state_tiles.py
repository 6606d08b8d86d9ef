"""Tile map of states: what was drawn, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import matplotlib.pyplot as plt
import pytest
from matplotlib import rcParams
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from imgstats.comparison.where.positions import where
from imgstats.comparison.where.states import STATES
from imgstats.plots.state_tiles import GRID, describe_state_tiles, state_tiles
from imgstats.wording import counted_percent, of_hundred, percent

PHONE = 326  # CSS pixels of a figure on a phone 360 wide
LEAST_CONTRAST = 4.5


@pytest.fixture(scope="module")
def found(tables):
    return where(tables)


@pytest.fixture(scope="module")
def ax(found):
    return state_tiles(found)


@pytest.fixture(scope="module")
def tiles(ax):
    return {patch.get_gid(): patch for patch in ax.patches if patch.get_gid()}


def _luminance(color):
    parts = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in to_rgb(color)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def _contrast(one, other):
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _written(ax, code):
    """Return the texts that stand in a tile."""
    x, y = GRID[code]
    places = [(text, *text.get_position()) for text in ax.texts]
    return [text for text, u, v in places if u == x and abs(v - y) < 0.5]


def test_the_grid_has_every_state_once():
    assert set(STATES.values()) | {"PR"} <= set(GRID)
    assert len(set(GRID.values())) == len(GRID)


@pytest.mark.parametrize(
    ("one", "where_", "other"),
    [
        ("WA", "north", "OR"),
        ("NY", "west", "MA"),
        ("FL", "south", "GA"),
        ("CA", "west", "NV"),
        ("ME", "north", "NH"),
        ("TX", "south", "OK"),
        ("DC", "south", "MD"),
        ("IL", "west", "MI"),
    ],
)
def test_states_lie_as_they_do_on_a_map(one, where_, other):
    (x, y), (u, v) = GRID[one], GRID[other]
    assert {"north": y < v, "south": y > v, "west": x < u}[where_]


def test_every_state_dc_and_puerto_rico_have_a_tile(tiles):
    assert set(tiles) == set(STATES.values()) | {"PR"}


def test_a_tile_stands_where_the_grid_says(tiles):
    for code, patch in tiles.items():
        center = patch.get_center()
        assert tuple(center) == pytest.approx(GRID[code])


def test_a_tile_has_its_letters_and_its_share(ax, found, tiles):
    for code in tiles:
        row = found.state(code)
        share = None if row is None else row.share
        wanted = [code] if share is None else [code, str(of_hundred(share))]
        assert [text.get_text() for text in _written(ax, code)] == wanted


def test_a_larger_share_is_darker_or_as_dark(found, tiles):
    rows = sorted((row for row in found.rows if row.share is not None), key=lambda row: row.share)
    shades = [_luminance(tiles[row.code].get_facecolor()) for row in rows]
    assert shades == sorted(shades, reverse=True)
    assert len(set(shades)) == 5


def test_tiles_with_the_same_number_have_the_same_colour(found, tiles):
    for one, other in combinations([row for row in found.rows if row.share is not None], 2):
        if of_hundred(one.share) == of_hundred(other.share):
            assert tiles[one.code].get_facecolor() == tiles[other.code].get_facecolor()


def test_the_colours_differ_in_brightness_alone(tiles):
    shades = sorted({_luminance(patch.get_facecolor()) for patch in tiles.values()})
    assert all(b / a > 1.15 for a, b in pairwise(shades))


def test_few_positions_are_round_and_no_positions_are_dashed(found, tiles):
    for code, patch in tiles.items():
        row = found.state(code)
        if row is None or row.share is None:
            assert isinstance(patch, Rectangle)
            assert patch.get_linestyle() != "-"
        else:
            assert isinstance(patch, Rectangle if row.enough else Circle)
    assert isinstance(tiles["SD"], Circle)


def test_letters_stand_out_from_their_tile(ax, tiles):
    for code, patch in tiles.items():
        for text in _written(ax, code):
            assert _contrast(text.get_color(), patch.get_facecolor()) > LEAST_CONTRAST


def test_letters_are_large_enough_on_a_phone_and_stay_in_their_tile(ax, tiles):
    figure = ax.get_figure()
    figure.draw_without_rendering()
    scale = PHONE / figure.get_figwidth() / 72
    assert min(text.get_fontsize() for text in ax.texts) * scale >= 8.5
    for code, patch in tiles.items():
        tile = patch.get_window_extent()
        for text in _written(ax, code):
            box = text.get_window_extent()
            assert tile.x0 < box.x0 < box.x1 < tile.x1
            assert tile.y0 < box.y0 < box.y1 < tile.y1


def test_nothing_is_written_over_a_tile_that_is_not_its_own(ax, tiles):
    figure = ax.get_figure()
    figure.draw_without_rendering()
    own = {text for code in tiles for text in _written(ax, code)}
    others = [text.get_window_extent() for text in ax.texts if text not in own]
    others.append(ax.get_legend().get_window_extent())
    assert len(others) == 2
    assert not any(
        box.overlaps(patch.get_window_extent()) for box in others for patch in tiles.values()
    )


def test_the_legend_names_the_colours_and_the_least(ax, found):
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert named[0] == "under 15 %"
    assert named[-2:] == ["60 % and more", "none filled"]
    assert any(f"fewer than\n{found.least} positions" in text.get_text() for text in ax.texts)


def test_a_territory_has_a_tile_only_if_the_table_names_it(found, tiles):
    assert "GU" not in tiles
    guam = replace(found.rows[0], state="Guam", code="GU")
    more = state_tiles(replace(found, rows=(*found.rows, guam)))
    assert "GU" in {patch.get_gid() for patch in more.patches}


def test_it_draws_on_the_axes_it_is_given_and_keeps_nothing(found):
    before, axes = dict(rcParams), Figure().add_subplot()
    assert state_tiles(found, ax=axes) is axes
    assert plt.get_fignums() == []
    assert dict(rcParams) == before


@pytest.mark.parametrize("across", [1, 2, 4])
def test_letters_stay_within_their_tiles_in_a_grid(found, across):
    grid = Figure(figsize=(7, 6), dpi=100)
    axes = grid.add_subplot(across, across, 1)
    state_tiles(found, ax=axes)
    grid.canvas.draw()
    tiles = {patch.get_gid(): patch.get_window_extent() for patch in axes.patches}
    named = [each for each in axes.texts if each.get_text() in tiles]
    assert len(named) == len(tiles)
    for each in named:
        box, tile = each.get_window_extent(), tiles[each.get_text()]
        assert tile.x0 <= box.x0
        assert box.x1 <= tile.x1


@pytest.mark.slow
def test_two_drawings_are_alike_to_the_byte(found, tmp_path):
    for name in ("a.png", "b.png"):
        figure = state_tiles(found).get_figure(root=True)
        assert figure is not None
        figure.savefig(tmp_path / name, metadata={"Software": None})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_words_hold_every_state_from_the_largest_share(found):
    words = describe_state_tiles(found)
    known = [row for row in found.rows if row.share is not None]
    rows = sorted(known, key=lambda row: (-row.share, row.state))
    places = [words.index(f" {row.state} {percent(row.share)}") for row in rows]
    assert places == sorted(places)
    assert f"{counted_percent(found.total.share)} of all" in words
    assert "South Dakota 78 % (9 offered)" in words
    assert words.endswith("None filled in Alaska and Wyoming.")
