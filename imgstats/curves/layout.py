"""How curves are written and read again: CSV for a measure, bands and fits, JSON for what is told.

Numbers have a fixed number of decimals, so a curve that is read and written again gives the same
bytes.
"""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from imgstats.curves.record import (
    LADDER_COLUMNS,
    CandidateCurve,
    CurveKey,
    GapLimits,
    PooledMember,
    RateCurve,
    TauLimits,
    Transport,
)
from imgstats.tables.context import Context, Step
from imgstats.tables.unsaid.gaps import Spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from imgstats.curves.record import Array

__all__ = [
    "BORROWED",
    "SCREEN",
    "Content",
    "points_file",
    "read_curve",
    "read_member",
    "render_borrowed",
    "render_curves",
]

BANDS, FITS, BORROWED = "bands.csv", "fits.csv", "borrowed.json"
# Shares that stay above a filter; `screen` writes and reads it.
SCREEN = "screen.csv"
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


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes of a file that are known by their SHA-256, so that parsing can be remembered."""

    data: bytes = field(compare=False)
    sha256: str


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


def render_borrowed(
    curves: Mapping[CurveKey, RateCurve], pooled: Iterable[Mapping[str, object]]
) -> bytes:
    """Return the bytes of the file that tells how borrowed rates were worked out.

    Parameters
    ----------
    curves : mapping of CurveKey to RateCurve
        Those that were borrowed are told.
    pooled : iterable of mapping
        match_year, applicant_group, inputs and members of each group whose specialties lean on
        each other.
    """
    told = [
        {
            "key": asdict(key),
            "base_rate": transport.base_rate,
            "tau": transport.tau,
            "spread": None if transport.spread is None else asdict(transport.spread),
            "pairs": [asdict(each) for each in transport.pairs],
            "steps": [asdict(each) for each in transport.steps],
            "against": transport.against,
            "over_tau": [
                {"tau": each.tau, "low": each.low.tolist(), "high": each.high.tolist()}
                for each in transport.over_tau
            ],
            "over_gap": [
                {
                    name: value.tolist() if isinstance(value, np.ndarray) else value
                    for name, value in asdict(each).items()
                }
                for each in transport.over_gap
            ],
        }
        for key in sorted(curves)
        if (transport := curves[key].transport) is not None
    ]
    content = {"transported": told, "pooled": list(pooled)}
    return (json.dumps(content, indent=1, sort_keys=True) + "\n").encode("utf-8")


def read_curve(key: CurveKey, content_of: Callable[[str], Content]) -> RateCurve:
    """Return a curve from its files.

    Parameters
    ----------
    key : CurveKey
        Which one; it must be stored.
    content_of : callable
        Returns a file's content by its name.
    """
    header, rows = _rows_of(content_of(FITS), key)
    fits = sorted((dict(zip(header, row, strict=True)) for row in rows), key=_position)
    points = _columns_of(content_of(points_file(key.measure)), key)
    bands = _columns_of(content_of(BANDS), key)
    default, *others = fits
    names = _RATES if default["grade"] == "borrowed" else (*_RATES, *_PLACES, *_ladder(points))
    return RateCurve(
        key=key,
        grade=default["grade"],
        estimator=default["name"],
        p=_p(default["p"]),
        level=float(default["level"]),
        x=points["x"],
        columns={name: points[name] for name in names},
        bands={name: bands[name] for name in _BANDS},
        candidates=tuple(_candidate(row, points, bands) for row in others),
        transport=_transport(content_of(BORROWED), key) if names is _RATES else None,
    )


def _ladder(columns: Mapping[str, Array]) -> tuple[str, ...]:
    """Return the columns of bounds, if any of them holds a number."""
    found = tuple(name for name in LADDER_COLUMNS if name in columns)
    return found if found and not np.isnan(columns[found[0]]).all() else ()


def read_member(content: Content, key: CurveKey, inputs: str) -> PooledMember | None:
    """Return a specialty's pooled rate, None where none is stored for these inputs.

    Parameters
    ----------
    content : Content
        Of the file of borrowed rates.
    key : CurveKey
        Year, group and specialty.
    inputs : str
        Digest of the counts of all specialties.
    """
    for each in _borrowed(content)["pooled"]:
        if (each["match_year"], each["applicant_group"]) == (key.match_year, key.applicant_group):
            found = {member["specialty"]: member for member in each["members"]}
            if each["inputs"] == inputs and key.specialty in found:
                return PooledMember(**found[key.specialty])
    return None


@lru_cache(maxsize=4)
def _borrowed(content: Content) -> Any:  # noqa: ANN401  whatever JSON holds
    return json.loads(content.data)


def _transport(content: Content, key: CurveKey) -> Transport:
    wanted = asdict(key)
    (found,) = (each for each in _borrowed(content)["transported"] if each["key"] == wanted)
    return Transport(
        base_rate=found["base_rate"],
        tau=found["tau"],
        steps=_steps(found["steps"]),
        pairs=_steps(found["pairs"]),
        against=tuple(found["against"]),
        over_tau=tuple(
            TauLimits(tau=each["tau"], low=np.array(each["low"]), high=np.array(each["high"]))
            for each in found["over_tau"]
        ),
        over_gap=tuple(
            GapLimits(**each | {name: np.array(each[name]) for name in ("rate", "low", "high")})
            for each in found["over_gap"]
        ),
        spread=None if found["spread"] is None else Spread(**found["spread"]),
    )


def _steps(rows: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    return tuple(
        Step(**{**each, "contexts": tuple(Context(**context) for context in each["contexts"])})
        for each in rows
    )


def _position(row: Mapping[str, str]) -> int:
    return int(row["position"])


def _candidate(
    row: Mapping[str, str], points: Mapping[str, Array], bands: Mapping[str, Array]
) -> CandidateCurve:
    rate = f"rate_{row['position']}"
    return CandidateCurve(
        name=row["name"],
        words=row["words"],
        p=_p(row["p"]),
        reason=row["reason"],
        rate=points[rate],
        band_rate=bands[rate],
    )


def _p(cell: str) -> float | None:
    return None if cell == "" else float(cell)


def _rows_of(content: Content, key: CurveKey) -> tuple[list[str], list[list[str]]]:
    """Return the header of a file and its rows of a key, cells as text."""
    lines = _lines(content)
    header = next(csv.reader(lines[:1]))
    # A key stands first in its lines, written as `_csv` writes it; whole lines are compared before
    # any of their cells is read, since one file holds the curves of all tables.
    start = _csv([getattr(key, name) for name in _KEY if name in header], ()).decode()[:-1] + ","
    return header, list(csv.reader(line for line in lines if line.startswith(start)))


@lru_cache(maxsize=32)
def _lines(content: Content) -> list[str]:
    return content.data.decode("utf-8").split("\n")


def _columns_of(content: Content, key: CurveKey) -> dict[str, Array]:
    """Return the numbers of a key by column; an empty cell is NaN."""
    header, rows = _rows_of(content, key)
    return {
        name: np.array([float(row[at] or "nan") for row in rows])
        for at, name in enumerate(header)
        if name not in _KEY
    }


def _points_bytes(curves: Sequence[RateCurve]) -> bytes:
    rivals = max(len(each.candidates) for each in curves)
    laddered = any(LADDER_COLUMNS[0] in each.columns for each in curves)
    names = (*_RATES, *_PLACES, *(LADDER_COLUMNS if laddered else ()))
    rows = []
    for curve in curves:
        key = curve.key
        start = (key.match_year, key.applicant_group, key.specialty)
        missing = np.full(len(curve.x), math.nan)
        shown = [curve.columns.get(name, missing) for name in names]
        rates = _rival_columns([each.rate for each in curve.candidates], rivals, missing)
        cells = _cells([*shown, *rates])
        rows += [(*start, f"{x:.0f}", *row) for x, row in zip(curve.x, cells, strict=True)]
    return _csv((*_POINTS_KEY, "x", *names, *_rival_names(rivals)), rows)


def _bands_bytes(curves: Sequence[RateCurve]) -> bytes:
    rivals = max((len(each.candidates) for each in curves), default=0)
    rows = []
    for curve in curves:
        missing = np.full(len(curve.bands["low"]), math.nan)
        rates = _rival_columns([each.band_rate for each in curve.candidates], rivals, missing)
        cells = _cells([*(curve.bands[name] for name in _BANDS), *rates])
        rows += [(*_key_cells(curve.key), *row) for row in cells]
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


def _rival_columns(rates: Sequence[Array], rivals: int, missing: Array) -> list[Array]:
    return [*rates, *[missing] * (rivals - len(rates))]


def _key_cells(key: CurveKey) -> tuple[str, ...]:
    return tuple(getattr(key, name) for name in _KEY)


def _cells(columns: Sequence[Array]) -> Iterable[tuple[str, ...]]:
    """Return the rows of some columns, each number as it is written."""
    return zip(*(map(_cell, column) for column in columns), strict=True)


def _cell(value: float) -> str:
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
