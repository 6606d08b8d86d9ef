"""How curves are written to CSV and read again: one file a measure, bands, fits and pooled rates.

Numbers have a fixed number of decimals, so a curve that is read and written again gives the same
bytes.
"""

from __future__ import annotations

import csv
import io
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from imgstats.curves.record import CandidateCurve, CurveKey, RateCurve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from imgstats.curves.manifest import PooledKey

__all__ = [
    "POOLED",
    "Content",
    "points_file",
    "read_curve",
    "read_pooled",
    "render_curves",
    "render_pooled",
]

BANDS, FITS, POOLED = "bands.csv", "fits.csv", "pooled.csv"
DECIMALS: Final = 7

_KEY = ("match_year", "applicant_group", "specialty", "measure")
# A file of points holds one measure, which is its name.
_POINTS_KEY = _KEY[:3]
_RATES = ("rate", "low", "high")
_PLACES = (
    "matched",
    "matched_low",
    "matched_high",
    "not_matched",
    "not_matched_low",
    "not_matched_high",
    "density_matched",
    "density_not_matched",
)
_BANDS = ("low", "high", "rate", "rate_low", "rate_high", "n")
_FITS = ("position", "name", "words", "p", "reason", "grade", "level")
_POOLED_KEY = ("match_year", "applicant_group")
# p and level too: pandas' own reading of a long number may be off by its last bit.
_TEXT = (*_KEY, "name", "words", "p", "reason", "grade", "level")


class Content:
    """Bytes of a file that are known by their SHA-256, so that parsing can be remembered."""

    __slots__ = ("data", "sha256")

    def __init__(self, data: bytes, sha256: str) -> None:
        self.data, self.sha256 = data, sha256

    def __eq__(self, other: object) -> bool:
        """Two contents of one hash are the same."""
        return isinstance(other, Content) and other.sha256 == self.sha256

    def __hash__(self) -> int:
        """Return the hash of the hash."""
        return hash(self.sha256)


def points_file(measure: str) -> str:
    """Return the name of the file that holds a measure's curves.

    Examples
    --------
    >>> points_file("step2_ck")
    'step2_ck.csv'
    """
    return f"{measure}.csv"


def render_curves(curves: Mapping[CurveKey, RateCurve]) -> dict[str, bytes]:
    """Return the bytes of the files of points, bands and fits by file name."""
    ordered = [curves[key] for key in sorted(curves)]
    measures = sorted({each.key.measure for each in ordered})
    files = {
        points_file(name): _points_bytes([each for each in ordered if each.key.measure == name])
        for name in measures
    }
    return files | {BANDS: _bands_bytes(ordered), FITS: _fits_bytes(ordered)}


def render_pooled(pooled: Mapping[PooledKey, pd.DataFrame]) -> bytes:
    """Return the bytes of the file of pooled rates."""
    columns: tuple[str, ...] = ()
    rows = []
    for key in sorted(pooled):
        columns = tuple(str(name) for name in pooled[key].columns)
        rows += [(key.match_year, key.applicant_group, *row) for row in _tuples(pooled[key])]
    return _csv((*_POOLED_KEY, *columns), rows)


def read_curve(key: CurveKey, content_of: Callable[[str], Content]) -> RateCurve:
    """Return a curve from its files.

    Parameters
    ----------
    key : CurveKey
        Which one; it must be stored.
    content_of : callable
        Returns a file's content by its name.
    """
    fits = _of_key(_frame(content_of(FITS)), key).sort_values("position")
    points = _of_key(_frame(content_of(points_file(key.measure))), key)
    bands = _of_key(_frame(content_of(BANDS)), key)
    default, *others = fits.to_dict("records")
    names = _RATES if default["grade"] == "borrowed" else (*_RATES, *_PLACES)
    return RateCurve(
        key=key,
        grade=str(default["grade"]),
        estimator=str(default["name"]),
        p=_p(default["p"]),
        level=float(default["level"]),
        x=points["x"].to_numpy(dtype="float64"),
        columns=points[list(names)].astype("float64"),
        bands=bands[list(_BANDS)].astype({"low": "int64", "high": "int64"}),
        candidates=tuple(_candidate(row, points, bands) for row in others),
    )


def read_pooled(key: PooledKey, content: Content) -> pd.DataFrame:
    """Return a group's pooled rates from their file's content."""
    frame = _frame(content)
    own = (frame["match_year"] == key.match_year) & (
        frame["applicant_group"] == key.applicant_group
    )
    rates = frame[own].drop(columns=list(_POOLED_KEY)).reset_index(drop=True)
    return rates.astype({"name": "str", "matched": "int64", "n": "int64"})


def _candidate(row: Mapping[Any, Any], points: pd.DataFrame, bands: pd.DataFrame) -> CandidateCurve:
    rate = f"rate_{row['position']}"
    return CandidateCurve(
        name=str(row["name"]),
        words=str(row["words"]),
        p=_p(row["p"]),
        reason=str(row["reason"]),
        rate=points[rate].to_numpy(dtype="float64"),
        band_rate=bands[rate].to_numpy(dtype="float64"),
    )


def _p(cell: str) -> float | None:
    return None if cell == "" else float(cell)


@lru_cache(maxsize=32)
def _frame(content: Content) -> pd.DataFrame:
    return pd.read_csv(
        io.BytesIO(content.data),
        # Plain objects: words of pandas' own kind would bring pyarrow in, which takes longer than
        # reading the file.
        dtype=dict.fromkeys(_TEXT, object),
        keep_default_na=False,
        na_values={name: [""] for name in _header(content.data) if name not in _TEXT},
    )


def _header(data: bytes) -> list[str]:
    return data[: data.index(b"\n")].decode("utf-8").split(",")


def _of_key(frame: pd.DataFrame, key: CurveKey) -> pd.DataFrame:
    wanted = {name: getattr(key, name) for name in _KEY if name in frame}
    # The specialty first: it leaves the fewest rows for the other comparisons.
    for name in sorted(wanted, reverse=True):
        frame = frame[(frame[name] == wanted[name]).to_numpy()]
    return frame.reset_index(drop=True)


def _points_bytes(curves: Sequence[RateCurve]) -> bytes:
    rivals = max(len(each.candidates) for each in curves)
    rows = []
    for curve in curves:
        key = curve.key
        start = (key.match_year, key.applicant_group, key.specialty)
        shown = curve.columns.reindex(columns=[*_RATES, *_PLACES])
        table = shown.assign(**_rival_columns([c.rate for c in curve.candidates], rivals))
        rows += [(*start, f"{x:.0f}", *row) for x, row in zip(curve.x, _tuples(table), strict=True)]
    return _csv((*_POINTS_KEY, "x", *_RATES, *_PLACES, *_rival_names(rivals)), rows)


def _bands_bytes(curves: Sequence[RateCurve]) -> bytes:
    rivals = max((len(each.candidates) for each in curves), default=0)
    rows = []
    for curve in curves:
        table = curve.bands[list(_BANDS)].assign(
            **_rival_columns([each.band_rate for each in curve.candidates], rivals)
        )
        rows += [(*_key_cells(curve.key), *row) for row in _tuples(table)]
    return _csv((*_KEY, *_BANDS, *_rival_names(rivals)), rows)


def _fits_bytes(curves: Sequence[RateCurve]) -> bytes:
    rows = []
    for curve in curves:
        start, end = _key_cells(curve.key), (curve.grade, repr(float(curve.level)))
        rows.append((*start, 0, curve.estimator, "", _p_cell(curve.p), "", *end))
        rows += [
            (*start, position, each.name, each.words, _p_cell(each.p), each.reason, *end)
            for position, each in enumerate(curve.candidates, start=1)
        ]
    return _csv((*_KEY, *_FITS), rows)


def _p_cell(p: float | None) -> str:
    # p decides whether a curve counts, so it keeps all its digits.
    return "" if p is None else repr(float(p))


def _rival_names(rivals: int) -> list[str]:
    return [f"rate_{position}" for position in range(1, rivals + 1)]


def _rival_columns(rates: Sequence[Any], rivals: int) -> dict[str, Any]:
    missing = [math.nan] * (rivals - len(rates))
    return dict(zip(_rival_names(rivals), [*rates, *missing], strict=True))


def _key_cells(key: CurveKey) -> tuple[str, ...]:
    return tuple(getattr(key, name) for name in _KEY)


def _tuples(frame: pd.DataFrame) -> Iterable[tuple[str, ...]]:
    return [tuple(map(_cell, row)) for row in frame.itertuples(index=False, name=None)]


def _cell(value: Any) -> str:  # noqa: ANN401  a cell may hold anything
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return ""
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")
