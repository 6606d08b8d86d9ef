"""Records as plain values for JSON."""

from __future__ import annotations

from dataclasses import asdict, fields, is_dataclass
from datetime import date
from typing import Any

from imgstats.comparison.trend.years import outlook

__all__ = ["plain", "plain_comparison"]

# Finer than any sentence rounds, coarser than arithmetic may differ between machines.
_DECIMALS = 6
# Grids of some thousand numbers, for a figure.
_DRAWN = ("answer", "surface")
_YEAR = "match_year"


def plain_comparison(comparison: Any, *, curve: bool = False) -> dict[str, object]:  # noqa: ANN401  `Comparison` stands above this
    """Return a comparison as nested dicts and lists of str, int, float and None."""
    values = {name: getattr(comparison, name) for name in comparison.__dataclass_fields__}
    result: dict[str, object] = {
        "applicant": values.pop("applicant").model_dump(mode="json"),
    }
    if not curve:
        values.pop("curve")
        if values["joint"] is not None:
            values["joint"] = asdict(values["joint"])
            for name in _DRAWN:
                values["joint"].pop(name)
    for name, value in values.items():
        result[name] = plain(value)
    if curve:
        drawn = {"outlook": plain(outlook(comparison.trend))}
        result["trend"] = {**plain(comparison.trend), **drawn}
    return result


def _year(value: str) -> int | str:
    """Return a single year as a number, a span of years as it is."""
    return int(value) if value.isdigit() else value


def plain(value: Any) -> Any:  # noqa: ANN401  nested records of any kind
    """Return a record of any kind as nested dicts and lists of str, int, float and None.

    Examples
    --------
    >>> plain((0.12345678, date(2027, 6, 15)))
    [0.123457, '2027-06-15']
    """
    if value is None or isinstance(value, (str, int)):  # most of them, so asked first
        return value
    if isinstance(value, float):
        return round(value, _DECIMALS)
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _year(each) if name == _YEAR else plain(each) for name, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return plain({each.name: getattr(value, each.name) for each in fields(value)})
    return value.isoformat() if isinstance(value, date) else value
