"""What is known of the way from applications over interviews and ranks to a match."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Assumption", "Beside", "FeeStep", "Funnel", "FunnelRow", "OwnList", "SideFee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow:
    """What some number of applications costs, and what the chain says of it.

    Every pair is a range over the assumptions (choice of programs, spread of the applicants). A
    pair is None where no table reaches so far.

    Attributes
    ----------
    applications, cost_usd : int
        Applications in one specialty, and their fees.
    own : bool
        Whether it is the number that was asked about.
    published : bool
        Whether it is a published number of applications.
    expected_low, expected_high : float or None
        Interviews of an average applicant.
    interviews_low, interviews_high : int or None
        Lowest and highest end of the ranges that hold `Funnel.share` of the applicants.
    none_low, none_high : float or None
        Share of applicants without an interview, a fraction.
    rate_low, rate_high : float or None
        Rate at which people with so many ranks matched, averaged over the numbers of ranks, a
        fraction; somebody without an interview does not match.
    interval_low, interval_high : float or None
        The same, from the lowest to the highest end of the sampling interval of the rate by ranks.
    curves_low, curves_high : float or None
        The same, from the lowest to the highest curve that was tried.
    """

    applications: int
    cost_usd: int
    own: bool
    published: bool
    expected_low: float | None = None
    expected_high: float | None = None
    interviews_low: int | None = None
    interviews_high: int | None = None
    none_low: float | None = None
    none_high: float | None = None
    rate_low: float | None = None
    rate_high: float | None = None
    interval_low: float | None = None
    interval_high: float | None = None
    curves_low: float | None = None
    curves_high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnList:
    """What is known of a list of programs with their own interview rates.

    Attributes
    ----------
    applications, cost_usd : int
        Programs on the list, and their fees.
    expected : float
        Interviews of an average applicant.
    interviews_low, interviews_high : int
        Range that holds `Funnel.share` of the applicants, over the spreads.
    none_low, none_high : float
        Share of applicants without an interview, over the spreads.
    rate_low, rate_high, interval_low, interval_high : float or None
        As in `FunnelRow`, over the spreads.
    grade : str
        How far the rates can be trusted.
    sentence : str
        What may be said.
    """

    applications: int
    cost_usd: int
    expected: float
    interviews_low: int
    interviews_high: int
    none_low: float
    none_high: float
    rate_low: float | None = None
    rate_high: float | None = None
    interval_low: float | None = None
    interval_high: float | None = None
    grade: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeStep:
    """A step of the fee schedule.

    Attributes
    ----------
    from_program, to_program : int, int or None
        First and last application that it is for; None where it has no end.
    fee_usd_each : int
        Fee of each.
    """

    from_program: int
    to_program: int | None
    fee_usd_each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SideFee:
    """A fee beside those of the applications.

    Attributes
    ----------
    item, note : str
        What it is for, and what to keep in mind.
    fee_usd : int
        Its amount.
    optional : bool
        Whether somebody may do without.
    within : bool
        Whether it is money for applications, which the rows count themselves.
    grade : str
        Letter of the source.
    """

    item: str
    note: str
    fee_usd: int
    optional: bool
    within: bool
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One link of the chain.

    Attributes
    ----------
    what, value : str
        What is taken for granted, and as what.
    grade : str
        A letter, or ``assumed``.
    otherwise : str
        What changes if it is not so.
    """

    what: str
    value: str
    grade: str
    otherwise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A published figure, and what the chain says of the same.

    Attributes
    ----------
    what : str
        The figure.
    published : float
        As published.
    chain_low, chain_high : float
        The chain's, over its assumptions.
    unit : str
        ``interviews``, ``ranks`` or ``share``.
    factor_low, factor_high : float
        The published figure divided by the chain's highest and lowest.
    grade : str
        Letter of the source.
    sentence : str
        Both, and what speaks against setting them side by side.
    sources : tuple of str
        Keys of the sources.
    """

    what: str
    published: float
    chain_low: float
    chain_high: float
    unit: str
    factor_low: float
    factor_high: float
    grade: str
    sentence: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """From applications over interviews and ranks to a match, with all that is not known.

    Attributes
    ----------
    group, specialty : str
        Whom it is about.
    data_year, match_year, fee_season : str
        Of the interviews, of the rate by ranks, of the fees; empty where there is none.
    programs : int
        Programs whose interview rates are known; 0 where none are.
    level, share : float
        Level of the sampling interval; share of applicants in a range of interviews. Fractions.
    spreads : tuple of float
        Coefficients of variation of the applicants' levels that were tried, the lowest first.
    rows, curve : tuple of FunnelRow
        The few numbers of a table, and the many of a figure.
    unseen_low, unseen_high : int or None
        Number of applications after which nothing can be seen, over the assumptions: the smallest
        from which all further ones together move the rate by less than the sampling interval is
        wide there.
    own : OwnList or None
        A list of programs with rates of their own.
    fees : tuple of FeeStep
        The schedule.
    side_fees : tuple of SideFee
        What else costs money.
    required_usd : int
        Side fees that nobody can do without, applications left out.
    assumptions : tuple of Assumption
        The links of the chain.
    beside : tuple of Beside
        Published figures that it can be compared with; nothing was tuned to them.
    refused : tuple of str
        What the tables cannot say, and why.
    sentences : tuple of str
        What may be said, the most important first, and last what this is not.
    grade, data_grade : str
        Of the chain as a whole, and the weakest letter of its tables.
    sources, row_sources : tuple of str
        Keys of all sources, and of those that `rows` are made of.
    """

    group: str
    specialty: str
    data_year: str
    match_year: str
    fee_season: str
    programs: int
    level: float
    share: float
    spreads: tuple[float, ...]
    rows: tuple[FunnelRow, ...]
    curve: tuple[FunnelRow, ...]
    unseen_low: int | None
    unseen_high: int | None
    own: OwnList | None
    fees: tuple[FeeStep, ...]
    side_fees: tuple[SideFee, ...]
    required_usd: int
    assumptions: tuple[Assumption, ...]
    beside: tuple[Beside, ...]
    refused: tuple[str, ...]
    sentences: tuple[str, ...]
    grade: str
    data_grade: str
    sources: tuple[str, ...]
    row_sources: tuple[str, ...]

    def row(self, applications: int) -> FunnelRow | None:
        """Return the row of a number of applications, or None where there is none."""
        return next((each for each in self.rows if each.applications == applications), None)
