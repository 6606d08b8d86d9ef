"""What a comparison holds about attempts, USCE, ranks, scenarios, and numbers taken together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.comparison.score.records import Printed
    from imgstats.evidence import Evidence
    from imgstats.evidence.scenario import ScenarioBand
    from imgstats.joint.rates import JointRange, JointSurface

__all__ = ["Factor", "FactorRate", "FactorRow", "Joint", "WhatIf", "WhatIfRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRate:
    """The historical rate at the applicant's value of a factor, by a table of that factor.

    Attributes
    ----------
    rate, low, high : float
        Rate and its interval, fractions. Where the table hides a count, the rate is the middle of
        the range and stands for nothing more.
    level : float
        Level of the interval.
    n : float or None
        Applicants behind it; None where they are fitted and not counted.
    range_low, range_high : float or None
        Lowest and highest rate of the curves tried that count, or that a hidden count allows; None
        where none were fitted and none is hidden.
    estimator : str
        Class name.
    sentence : str
        The rate in words.
    sources : tuple of str
        Keys of `Comparison.sources`.
    """

    rate: float
    low: float
    high: float
    level: float
    n: float | None
    range_low: float | None
    range_high: float | None
    estimator: str
    sentence: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRow:
    """The rate at one value or in one band of a factor.

    Attributes
    ----------
    label : str
        Value or band in words.
    rate, low, high : float
        Rate and its interval, fractions.
    n : float or None
        Applicants counted there; None where they are fitted.
    own : bool
        Whether it is the applicant's.
    """

    label: str
    rate: float
    low: float
    high: float
    n: float | None
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """What is known about a factor beside the score.

    Attributes
    ----------
    factor : str
        ``attempts``, ``usce``, ``ranks``, or the name of a scenario.
    value : float or None
        What the applicant gave.
    grade : str
        ``direct`` where a table of this group is at hand, ``direct, fitted`` where a curve answers
        for it, ``assumed`` where there is nothing but a scenario, else ``no rate``.
    sentence : str
        What can be said.
    evidence : tuple of Evidence
        Published observations, strongest grade first.
    scenario : ScenarioBand or None
        What the user assumed of it; it moves no rate.
    rate : FactorRate or None
        The rate at the applicant's value.
    rows : tuple of FactorRow
        The rates at other values.
    printed : tuple of Printed
        Digits of a table about the factor, where there is one.
    sources : tuple of str
        Keys of `Comparison.sources`.
    """

    factor: str
    value: float | None
    grade: str
    sentence: str
    evidence: tuple[Evidence, ...]
    scenario: ScenarioBand | None
    rate: FactorRate | None
    rows: tuple[FactorRow, ...]
    printed: tuple[Printed, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """The score and another number together: a range over a stated dependence.

    Attributes
    ----------
    factor : str
        The other number.
    value : float
        The applicant's value of it.
    low, high : float
        Lowest and highest rate over the region, fractions.
    independent : float
        The rate where both correlations are 0: the product of the margins.
    region : ((float, float), (float, float))
        Where the correlations among the matched and among the not matched may lie.
    alone_low, alone_high : float
        What the two tables allow with nothing said of the correlations (Fréchet bounds).
    sentence : str
        The range in words.
    sources : tuple of str
        Keys of `Comparison.sources`.
    answer, surface : JointRange, JointSurface
        The range with its grid, and the rate over all correlations, for drawing.
    """

    factor: str
    value: float
    low: float
    high: float
    independent: float
    region: tuple[tuple[float, float], tuple[float, float]]
    alone_low: float
    alone_high: float
    sentence: str
    sources: tuple[str, ...]
    answer: JointRange
    surface: JointSurface


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfRow:
    """The historical rate of the band or value that a changed number falls into.

    Attributes
    ----------
    changed : str
        Which number: ``step2_ck``, ``ranks``, or a scenario's name.
    label : str
        The changed number in words.
    rate, low, high : float
        Rate and its interval; of a scenario, the ends of its band instead.
    grade : str
        A rate's words as `imgstats.grades` has them, such as ``direct, fitted`` or ``assumed``.
    own : bool
        Whether it is the applicant as given.
    sources : tuple of str
        Keys of `Comparison.sources`.
    """

    changed: str
    label: str
    rate: float | None
    low: float
    high: float
    grade: str
    own: bool
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The same applicant with other numbers, as the rates of other people."""

    rows: tuple[WhatIfRow, ...]
    sentence: str
