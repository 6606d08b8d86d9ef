"""What all figures share: a calm look, safe for colour-blind readers, and whose words they use."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator, PercentFormatter

from imgstats.errors import InputError
from imgstats.measures import MEASURES, Measure
from imgstats.wording import number_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from imgstats.estimators.contract import RateEstimator
    from imgstats.tables.measured import Measured

    # What tells a figure its words.
    Told = Measure | Measured | RateEstimator

__all__ = [
    "HALO",
    "INK",
    "MATCHED",
    "NOT_MATCHED",
    "OTHER",
    "QUIET",
    "legend_above",
    "measure_axis",
    "measure_told",
    "new_axes",
    "percent_axis",
    "theme",
]

INK = "#22303a"
QUIET = "#5b6872"
MATCHED = "#1b6a87"
NOT_MATCHED = "#b5622f"
OTHER = "#8a949c"
# Around words on a figure, so that no line strikes them through.
HALO = (withStroke(linewidth=3.5, foreground="white"),)

# What a figure is about where nothing says so, with a name that an axis has room for.
_SCORE = replace(MEASURES["step2_ck"], label="Step 2 CK score")
_LARGE = 10_000
_SIZE = (4.9, 3.4)  # inches; on a phone the letters stay above 9 CSS pixels
# The ground is seaborn's "whitegrid", written out: seaborn takes a second to import.
_RC = {
    "axes.axisbelow": True,
    "axes.facecolor": "white",
    "axes.grid": True,
    "font.family": ["sans-serif"],
    "font.sans-serif": [
        "Arial",
        "DejaVu Sans",
        "Liberation Sans",
        "Bitstream Vera Sans",
        "sans-serif",
    ],
    "grid.linestyle": "-",
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "xtick.bottom": False,
    "xtick.direction": "out",
    "xtick.top": False,
    "ytick.direction": "out",
    "ytick.left": False,
    "ytick.right": False,
    "font.size": 10.5,
    "axes.edgecolor": "#c4ccd1",
    "axes.labelcolor": INK,
    "axes.labelsize": 10.5,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "white",
    "grid.color": "#e6eaec",
    "legend.frameon": False,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
}


@contextmanager
def theme() -> Iterator[None]:
    """Set the look inside a with block and nothing outside it."""
    with rc_context(_RC):  # type: ignore[arg-type]
        yield


def new_axes() -> Axes:
    """Return empty axes on a figure that pyplot does not keep."""
    figure = Figure(figsize=_SIZE, layout="constrained")
    return figure.add_subplot()


def legend_above(ax: Axes, *shown: object, **looks: object) -> None:
    """Put the legend above the axes; inside where the figure makes no room for it.

    In a grid of axes without a layout the legend of one would lie on the label of another.

    Parameters
    ----------
    *shown, **looks
        As of ``ax.legend``.
    """
    figure = ax.get_figure(root=True)
    place: dict[str, object] = {"loc": "best"}
    if figure is not None and figure.get_layout_engine() is not None:
        place = {"loc": "lower center", "bbox_to_anchor": (0.5, 1), "ncols": 2}
    ax.legend(*shown, **{"fontsize": 9.5, **place, **looks})


def measure_axis(ax: Axes, label: str) -> None:
    """Label the x axis; large numbers are few and have separators, as they would touch."""
    ax.set_xlabel(label)
    if max(map(abs, ax.get_xlim())) >= _LARGE:
        ax.xaxis.set_major_locator(MaxNLocator(4))
        ax.xaxis.set_major_formatter(lambda value, _: number_words(value))


def percent_axis(ax: Axes, label: str) -> None:
    """Label the y axis in per cent of a fraction and drop the vertical grid."""
    ax.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0, symbol=" %"))
    ax.set_ylabel(label)
    ax.grid(visible=False, axis="x")


def measure_told(of: Told | None, *drawn: object) -> Measure:
    """Return the measure that a figure is about, with the words for its outcomes.

    Parameters
    ----------
    of : Measure, table or fitted estimator, optional
        What tells it.
    *drawn : object
        What is drawn: the first that knows its measure tells it where `of` does not; else it is
        the score of the reports.

    Raises
    ------
    InputError
        If `of` knows no measure.
    """
    if of is not None and (found := _measure_of(of)) is None:
        raise InputError(f"of is {of!r:.80}", "a Measure, a table of one, or what was fitted to it")
    return next((found for each in (of, *drawn) if (found := _measure_of(each))), _SCORE)


def _measure_of(given: object) -> Measure | None:
    known = (given, getattr(given, "of", None), getattr(getattr(given, "table_", None), "of", None))
    found = next((each for each in known if isinstance(each, Measure)), None)
    return _SCORE if found == MEASURES["step2_ck"] else found
