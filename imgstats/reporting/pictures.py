"""Figures as pictures with a text alternative, for Jupyter and for the page."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from imgstats.files.figures import kind_of_figure
from imgstats.files.writing import saving, write_whole
from imgstats.plots import (
    assumption_ladder,
    describe_assumption_ladder,
    describe_factor_rates,
    describe_joint_region,
    describe_rate_curve,
    describe_score_distribution,
    describe_state_tiles,
    describe_trend,
    factor_rates,
    joint_region,
    laddered,
    rate_curve,
    score_distribution,
    state_tiles,
    trend_lines,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from imgstats.comparison.records import Comparison
    from imgstats.comparison.trend.records import Trend
    from imgstats.comparison.where.records import Where

__all__ = [
    "Picture",
    "joint_picture",
    "ladder_picture",
    "ranks_picture",
    "rate_picture",
    "score_picture",
    "trend_picture",
    "where_picture",
]

# Sharp at the width that a page prints, and a third of the bytes of an SVG with outlined letters.
_DPI, _COLOURS = 180, 32
# zlib's last level takes more than twice the time of this one, for 1.5 % of the bytes.
_COMPRESS = 8
# Beside text a figure is this wide in a notebook, as on the page; in pixels of the screen.
_WIDTH = 528


class Picture:
    """A figure drawn once as PNG, with the words for those who cannot see it.

    Parameters
    ----------
    ax : Axes
        What was drawn.
    alt : str
        What the figure shows.
    """

    def __init__(self, ax: Axes, alt: str) -> None:
        figure = ax.get_figure(root=True)
        if figure is None:
            raise ValueError("the axes belong to no figure")
        self.png = _png(figure)
        self.alt = alt
        self._figure = figure

    def save(self, path: Path | str, *, creator: str = "") -> Path:
        """Write the figure to a file: PNG as it is shown, SVG or PDF as lines that scale.

        Parameters
        ----------
        path : pathlib.Path or str
            Its ending says the kind: ``.png``, ``.svg`` or ``.pdf``.
        creator : str
            What made it, written into the file with the words of `alt`; by it a command knows its
            own file again. Default: nothing is written.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        InputError
            If the ending is another one.
        WorkError
            If the file cannot be written.
        """
        file = Path(path)
        kind = kind_of_figure(file)
        told = (creator, self.alt) if creator else None
        if kind == "png":
            data = _png(self._figure, told) if told else self.png
        else:
            data = _vector(self._figure, kind, told)
        with saving(file.parent, "a folder that can be written"):
            write_whole(file, data)
        return file

    def __repr__(self) -> str:
        """Return the text alternative."""
        return self.alt

    def _repr_mimebundle_(
        self,
        include: object = None,  # noqa: ARG002  Jupyter's signature
        exclude: object = None,  # noqa: ARG002
    ) -> tuple[dict[str, str], dict[str, dict[str, str | int]]]:
        data = {"image/png": b64encode(self.png).decode("ascii"), "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt, "width": _WIDTH}}


def _png(figure: Figure, told: tuple[str, str] | None = None) -> bytes:
    """Return a figure as PNG of few colours, without a date: the same input, the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    about = PngInfo()
    for name, text in zip(("Software", "Description"), told or (), strict=False):
        about.add_text(name, text)
    figure.set_dpi(_DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    size, drawn = canvas.get_width_height(), canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    whole = Image.frombuffer("RGBA", size, drawn, "raw", "RGBA", 0, 1).convert("RGB")
    few = whole.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    buffer = BytesIO()
    few.save(buffer, format="png", compress_level=_COMPRESS, pnginfo=about)
    return buffer.getvalue()


def _vector(figure: Figure, kind: str, told: tuple[str, str] | None = None) -> bytes:
    """Return a figure as SVG or PDF with letters as letters; the same input, the same bytes."""
    from matplotlib import rc_context

    buffer = BytesIO()
    dates = {"svg": "Date", "pdf": "CreationDate"}
    about: dict[str, str | None] = {dates[kind]: None}
    if told is not None:
        about |= {"Creator": told[0], {"svg": "Description", "pdf": "Subject"}[kind]: told[1]}
    # Letters stay letters: outlined ones could not be edited, nor read by a screen reader.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "imgstats", "pdf.fonttype": 42}):
        figure.savefig(buffer, format=kind, metadata=about)
    return buffer.getvalue()


def rate_picture(comparison: Comparison) -> Picture | None:
    """Return the rate curve, or None where there is no table of this group."""
    if comparison.curve is None or comparison.headline is None:
        return None
    score, headline = comparison.applicant.step2_ck, comparison.headline
    return Picture(
        rate_curve(comparison.curve, score=score, headline=headline),
        describe_rate_curve(comparison.curve, score=score, headline=headline),
    )


def ladder_picture(comparison: Comparison) -> Picture | None:
    """Return what the figures allow at the score without a curve, None where it is not known."""
    headline, score = comparison.headline, comparison.applicant.step2_ck
    if headline is None or headline.ladder is None:
        return None
    rungs = laddered(headline, headline.ladder)
    return Picture(
        assumption_ladder(rungs, band=(score, score), measure="Step 2 CK"),
        describe_assumption_ladder(rungs, band=(score, score), measure="Step 2 CK"),
    )


def ranks_picture(comparison: Comparison) -> Picture | None:
    """Return the rate by contiguous ranks, or None where no table of them is at hand."""
    found = comparison.factor("ranks")
    if not found.rows or comparison.headline is None:
        return None
    name = "contiguous ranks"
    level = comparison.headline.level
    return Picture(
        factor_rates(found, xlabel=name, level=level), describe_factor_rates(found, xlabel=name)
    )


def joint_picture(comparison: Comparison) -> Picture | None:
    """Return how score and ranks together depend on their correlations, if they were given."""
    found = comparison.joint
    if found is None:
        return None
    return Picture(
        joint_region(found.surface, found.answer),
        describe_joint_region(found.surface, found.answer),
    )


def score_picture(comparison: Comparison) -> Picture | None:
    """Return both score distributions, or None where there is no table of this group."""
    if comparison.curve is None or comparison.place is None:
        return None
    score, place = comparison.applicant.step2_ck, comparison.place
    return Picture(
        score_distribution(comparison.curve, score=score, place=place),
        describe_score_distribution(comparison.curve, score=score, place=place),
    )


def trend_picture(comparison: Comparison) -> Picture:
    """Return the yearly rates of both groups."""
    # What is drawn does not depend on the applicant's group.
    return _trend_picture(
        replace(comparison.trend, group="", specialty="", sentence="", sources=())
    )


def where_picture(comparison: Comparison) -> Picture:
    """Return the map of states by the share of filled positions that IMGs hold."""
    return _where_picture(comparison.where)


# These two are the same for all applicants of a specialty, so a process draws them once.
@lru_cache(maxsize=8)
def _trend_picture(trend: Trend) -> Picture:
    return Picture(trend_lines(trend), describe_trend(trend))


@lru_cache(maxsize=8)
def _where_picture(where: Where) -> Picture:
    return Picture(state_tiles(where), describe_state_tiles(where))
