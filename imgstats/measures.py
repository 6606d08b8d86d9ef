"""The measures that published tables summarise: names, limits and printed units.

One place for what the reports say of a measure as such, so that no estimator, table or page
carries a limit of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from imgstats.errors import InputError, did_you_mean

__all__ = ["MEASURES", "Measure", "band_of", "measure", "ten_point_bands"]

_BAND = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What is known of a measure before any table is read.

    Attributes
    ----------
    name : str
        Column name, such as ``step2_ck``.
    label : str
        Name in a sentence.
    unit : str
        Unit of one step, such as ``point`` or ``rank``.
    lowest, highest : int or None
        Limits of the scale; None where there is no upper limit.
    mean_unit, sd_unit : float
        Rounding unit of means and standard deviations in the 2026 report.
    """

    name: str
    label: str
    unit: str
    lowest: int
    highest: int | None
    mean_unit: float
    sd_unit: float


def _count(name: str, label: str, unit: str, lowest: int = 0) -> Measure:
    return Measure(
        name=name,
        label=label,
        unit=unit,
        lowest=lowest,
        highest=None,
        mean_unit=0.1,
        sd_unit=0.1,
    )


_ALL = (
    # USMLE reports three-digit scores from 1 to 300; NRMP prints Step 2 CK means without decimals.
    Measure(
        name="step2_ck",
        label="USMLE Step 2 CK score",
        unit="point",
        lowest=1,
        highest=300,
        mean_unit=1.0,
        sd_unit=1.0,
    ),
    _count("contiguous_ranks", "number of contiguous ranks", "rank", lowest=1),
    # No published table has these two for IMGs; a user's own table may.
    _count("attempts", "number of exam attempts", "attempt", lowest=1),
    _count("usce_months", "months of US clinical experience", "month"),
    _count("distinct_specialties_ranked", "number of specialties ranked", "specialty", lowest=1),
    _count("publications", "number of publications", "publication"),
    _count("abstracts", "number of abstracts", "abstract"),
    _count("presentations", "number of presentations", "presentation"),
    _count("research_experiences", "number of research experiences", "experience"),
    _count("work_experiences", "number of work experiences", "experience"),
    _count("volunteer_experiences", "number of volunteer experiences", "experience"),
)

MEASURES: dict[str, Measure] = {each.name: each for each in _ALL}


def measure(name: str) -> Measure:
    """Return the measure of that name.

    Raises
    ------
    InputError
        If the name is not one of `MEASURES`.

    Examples
    --------
    >>> measure("step2_ck").highest
    300
    """
    if name not in MEASURES:
        raise InputError(
            f"unknown measure {name!r}", ", ".join(MEASURES), did_you_mean(name, MEASURES)
        )
    return MEASURES[name]


def band_of(value: int, of: Measure) -> tuple[int, int]:
    """Return the 10-point band of a score, both ends included; the last one ends with the scale.

    Examples
    --------
    >>> band_of(242, MEASURES["step2_ck"]), band_of(300, MEASURES["step2_ck"])
    ((240, 249), (290, 300))
    """
    low = value // _BAND * _BAND
    top = of.highest if of.highest is not None else low + _BAND - 1
    if low >= top:
        low = top - _BAND
    high = top if low + _BAND >= top else low + _BAND - 1
    return max(low, of.lowest), high


def ten_point_bands(of: Measure) -> list[tuple[int, int]]:
    """Return the 10-point bands of a scale with both ends; none for a count.

    Examples
    --------
    >>> ten_point_bands(MEASURES["step2_ck"])[0], len(ten_point_bands(MEASURES["step2_ck"]))
    ((1, 9), 30)
    """
    if of.highest is None:
        return []
    return list(dict.fromkeys(band_of(each, of) for each in range(of.lowest, of.highest + 1)))
