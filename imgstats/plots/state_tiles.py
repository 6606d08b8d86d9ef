"""Tile map of states: the share of a specialty's filled positions that IMGs hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.patches import Circle, Patch, Rectangle

from imgstats.plots.theme import INK, QUIET, theme
from imgstats.wording import counted_percent, listed, of_hundred, percent, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from imgstats.comparison.where.records import StateRow, Where

__all__ = ["GRID", "describe_state_tiles", "state_tiles"]

# Laid out by hand for this project, from west to east and north to south: a tile a state, each
# near its neighbours as far as a grid allows. Alaska, Hawaii and the islands stand at the rim.
_LAYOUT = """
AK .. .. .. .. .. .. .. .. .. ME
.. .. .. .. .. WI .. .. .. VT NH
WA ID MT ND MN IL MI .. NY MA ..
OR NV WY SD IA IN OH PA NJ CT RI
CA UT CO NE MO KY WV VA MD DE ..
.. AZ NM KS AR TN NC SC DC .. ..
.. .. .. OK LA MS AL GA .. .. ..
HI .. .. TX .. .. .. .. FL .. PR
AS GU MP .. .. .. .. .. .. .. VI
"""
GRID = {
    code: (column, row)
    for row, line in enumerate(_LAYOUT.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != ".."
}
_ONLY_IF_NAMED = {"AS", "GU", "MP", "VI"}  # no tile without a row

_FROM = (0, 15, 30, 45, 60)  # least share of each colour, in whole per cent as written
_COLORS = ("#e0eef4", "#b3d4e1", "#7db3c8", "#2c7491", "#0f4257")
_LIGHT_LETTERS_FROM = 3
_NONE = "white"
_EDGE = "#b4bec4"
_WIDTH, _TILE = 4.9, 0.44  # inches
_HALF = 0.465  # of a tile, so that a gap remains
_LEGEND_ROWS = 1.75
_LETTERS, _SMALLER = 10.0, 0.95  # points; the legend's share of them


def state_tiles(where: Where, *, ax: Axes | None = None) -> Axes:
    """Draw a tile a state, the darker the larger the share of filled positions IMGs hold.

    A tile holds the state's two letters and the share as a whole per cent. A round tile has too
    few positions for its share to mean much; a dashed one without a number has none filled.

    Parameters
    ----------
    where : Where
        Rows by state.
    ax : Axes, optional
        Where it is drawn, with smaller letters where its room is small. Default: a new figure's.
    """
    rows = {row.code: row for row in where.rows}
    shown = {code: at for code, at in GRID.items() if code in rows or code not in _ONLY_IF_NAMED}
    across, down = (max(at[i] for at in shown.values()) + 1 for i in (0, 1))
    with theme():
        size = _fitting(ax, across, down + _LEGEND_ROWS) if ax else _LETTERS
        ax = ax or _new_axes(down)
        for code, at in shown.items():
            _tile(ax, code, at, rows.get(code), size)
        ax.set(xlim=(-0.5, across - 0.5), ylim=(down - 0.5, -0.5 - _LEGEND_ROWS), aspect="equal")
        ax.set_axis_off()
        _legend(ax, where, rows, size)
    return ax


def _new_axes(down: int) -> Axes:
    figure = Figure(figsize=(_WIDTH, _TILE * (down + _LEGEND_ROWS)), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02)  # type: ignore[union-attr, call-arg]
    return figure.add_subplot()


def _fitting(ax: Axes, across: float, down: float) -> float:
    """Return the size of letters that fill the tiles of given axes as they do in a new figure."""
    box = ax.get_window_extent()
    tile = min(box.width / across, box.height / down) / ax.figure.dpi
    return _LETTERS * min(1.0, tile / _TILE)


def _step(share: float) -> int:
    """Return the number of the colour of a share, so that colour and written number agree."""
    return sum(of_hundred(share) >= least for least in _FROM) - 1


def _tile(ax: Axes, code: str, at: tuple[int, int], row: StateRow | None, size: float) -> None:
    x, y = at
    if row is None or row.share is None:
        face, ink, number = _NONE, QUIET, ""
    else:
        step = _step(row.share)
        face, ink = _COLORS[step], "white" if step >= _LIGHT_LETTERS_FROM else INK
        number = str(of_hundred(row.share))
    line = {
        "fc": face,
        "ec": _EDGE if face in (_NONE, _COLORS[0]) else face,
        "lw": 0.8,
        "ls": "-" if number else (0, (3, 2)),
        "gid": code,
    }
    if row is None or row.enough or row.share is None:
        ax.add_patch(Rectangle((x - _HALF, y - _HALF), 2 * _HALF, 2 * _HALF, **line))  # type: ignore[arg-type]
    else:
        ax.add_patch(Circle((x, y), _HALF, **line))
    middle = {"ha": "center", "va": "center", "color": ink}
    ax.text(x, y - (0.17 if number else 0), code, fontsize=size, fontweight="bold", **middle)  # type: ignore[arg-type]
    if number:
        ax.text(x, y + 0.21, number, fontsize=size, **middle)  # type: ignore[arg-type]


def _legend(ax: Axes, where: Where, rows: dict[str, StateRow], size: float) -> None:
    """Name the colours above the map, and the round tiles if there are any."""
    ends = [f"to {after - 1} %" for after in _FROM[2:]]
    names = [
        f"under {_FROM[1]} %",
        *(f"{least} {end}" for least, end in zip(_FROM[1:-1], ends, strict=True)),
        f"{_FROM[-1]} % and more",
    ]
    handles = [
        Patch(fc=color, ec=_EDGE, label=name) for color, name in zip(_COLORS, names, strict=True)
    ]
    handles.append(Patch(fc=_NONE, ec=_EDGE, ls=(0, (2, 1.5)), label="none filled"))
    ax.legend(
        handles=handles,
        title="share of filled positions that IMGs hold, in %",
        loc="upper center",
        ncols=3,
        fontsize=_SMALLER * size,
        title_fontsize=size,
        columnspacing=1.2,
        handlelength=1.2,
        handleheight=1.0,
        borderaxespad=0,
    )
    if any(row.share is not None and not row.enough for row in rows.values()):
        ax.text(
            GRID["TX"][0] + 0.65,
            GRID["TX"][1],
            f"round tile: fewer than\n{where.least} positions offered",
            fontsize=_SMALLER * size,
            color=QUIET,
            ha="left",
            va="center",
        )


def describe_state_tiles(where: Where) -> str:
    """Return what the figure shows, in words with its figures."""
    known = [(row.share, row) for row in where.rows if row.share is not None]
    known.sort(key=lambda pair: (-pair[0], pair[1].state))
    parts = [
        f"{row.state} {percent(share)}"
        + ("" if row.enough else f" ({thousands(row.positions_offered)} offered)")
        for share, row in known
    ]
    whole = where.total.share
    empty = [row.state for row in where.rows if row.share is None] + list(where.without)
    return (
        f"Tile map of states, coloured by the share of filled {where.positions} "
        f"that IMGs hold in the {where.match_year} Match"
        + ("" if whole is None else f", {counted_percent(whole)} of all")
        + f". From the largest to the smallest: {', '.join(parts)}."
        + (f" None filled in {listed(empty)}." if empty else "")
    )
