"""A cohort's summary: a row for each applicant of the cohort file, as a table, CSV and Parquet."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imgstats
from imgstats.cohort.columns import kinds_of
from imgstats.cohort.files.excel_out import sheet_bytes
from imgstats.comparison.score.rate import ScoreRate
from imgstats.errors import InputError
from imgstats.factors import words_of
from imgstats.text import harmless
from imgstats.wording import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from imgstats.applicant import Applicant
    from imgstats.comparison.score.records import Combined

__all__ = [
    "COLUMNS",
    "DATA_NOTE",
    "STATES",
    "SummaryRow",
    "read_summary",
    "summary_csv",
    "summary_frame",
    "summary_parquet",
    "summary_row",
    "summary_xlsx",
]

STATES = ("made", "failed", "bad", "waiting")
DATA_NOTE = (
    "Historical rates of groups, from published tables; no statement about a person. "
    "Rates are fractions."
)
_KINDS = {int: "Int64", float: "Float64", bool: "boolean", str: "string"}
_WANTED = "the summary.parquet that `imgstats batch` writes"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One applicant of a cohort file; what is not known is None, or empty text.

    Attributes
    ----------
    id : str
        As in the cohort file; may be empty in a bad row.
    line : int
        Line of the cohort file, the header being 1.
    state : {"made", "failed", "bad", "waiting"}
        Whether the report was made, could not be made, the row could not be read, or the report
        was not tried yet.
    group, specialty : str
        As `Applicant` holds them.
    step2_ck : int or None
        Score.
    band_low, band_high : int or None
        Ends of the score band, both included.
    rate, rate_low, rate_high : float or None
        Historical rate at the exact score with its interval, fractions.
    band_rate, band_rate_low, band_rate_high : float or None
        The same of the band, by score alone.
    combined_with : str
        Factors of which the user added a table that the report takes together with the score.
    combined_low, combined_high : float or None
        The range over score and factor that then leads the report, sampling included; None where
        there are several factors, since no rate of all together is given.
    matched_below, not_matched_below : float or None
        Fraction of the matched and of the not matched who scored lower.
    grade : str
        ``direct``, ``direct, fitted`` (a curve answers for the table) or ``borrowed``, with
        ``, carried over`` where the band lies outside the record; empty where there is no rate.
    in_record : bool or None
        Whether the band touches the printed scores.
    match_year : str
        Year of the Match that the rate is of.
    report : str
        Relative path of the report, with ``/``; empty where there is none.
    pdf : str
        The same of its PDF.
    plan, calendar : str
        The same of the plan beside it, and of that plan's calendar file.
    reason : str
        Why the report failed, the row is bad, or there is no rate.
    label : str
        What the applicant is called; empty where the file does not say.

    Raises
    ------
    InputError
        If the state is none of those.
    """

    id: str
    line: int
    state: str
    group: str = ""
    specialty: str = ""
    step2_ck: int | None = None
    band_low: int | None = None
    band_high: int | None = None
    rate: float | None = None
    rate_low: float | None = None
    rate_high: float | None = None
    band_rate: float | None = None
    band_rate_low: float | None = None
    band_rate_high: float | None = None
    matched_below: float | None = None
    not_matched_below: float | None = None
    combined_with: str = ""
    combined_low: float | None = None
    combined_high: float | None = None
    grade: str = ""
    in_record: bool | None = None
    match_year: str = ""
    report: str = ""
    pdf: str = ""
    plan: str = ""
    calendar: str = ""
    reason: str = ""
    label: str = ""

    def __post_init__(self) -> None:
        """Refuse a state that no page has words for."""
        if self.state not in STATES:
            raise InputError(f"state is {self.state!r}", ", ".join(STATES))


COLUMNS: dict[str, str] = {name: _KINDS[kind] for name, kind in kinds_of(SummaryRow).items()}
_FROM_RATE = tuple(each.name for each in fields(ScoreRate) if each.name in COLUMNS)
_TEXT = tuple(name for name, kind in COLUMNS.items() if kind == "string")


def summary_row(  # noqa: PLR0913  the columns, by their names
    applicant: Applicant,
    rate: ScoreRate,
    combined: Sequence[Combined] = (),
    *,
    id: str,  # noqa: A002  the column's name
    line: int,
    state: str = "made",
    report: str = "",
    pdf: str = "",
    plan: str = "",
    calendar: str = "",
    reason: str = "",
) -> SummaryRow:
    """Return the row of an applicant.

    Parameters
    ----------
    applicant : Applicant
        Whom it is about.
    rate : ScoreRate
        What the tables say of the score.
    combined : sequence of Combined
        Score and other factors together.
    id, line, state, report, pdf, plan, calendar, reason
        As in `SummaryRow`; without a reason, that of a refused rate.

    Examples
    --------
    >>> from imgstats import Applicant
    >>> from imgstats.comparison.many import Rates
    >>> who = Applicant(group="non_us_img", step2_ck=242)
    >>> row = summary_row(who, Rates().of(who), id="A-01", line=2, report="reports/A-01.html")
    >>> row.band_low, round(row.band_rate, 2), row.grade
    (240, 0.45, 'direct, fitted')
    """
    numbers: dict[str, Any] = {name: getattr(rate, name) for name in _FROM_RATE}
    numbers["reason"] = reason or rate.reason
    return SummaryRow(
        id=id,
        line=line,
        state=state,
        report=report,
        pdf=pdf,
        plan=plan,
        calendar=calendar,
        label=applicant.label,
        group=applicant.group,
        specialty=applicant.specialty,
        step2_ck=applicant.step2_ck,
        **numbers,
        **_combined_columns(combined),
    )


def _combined_columns(combined: Sequence[Combined]) -> dict[str, Any]:
    """Return what a row says of factors that are taken together with the score.

    Parameters
    ----------
    combined : sequence of Combined
        Those of a headline.
    """
    if not combined:
        return {}
    one = combined[0] if len(combined) == 1 else None
    return {
        "combined_with": listed([words_of(each.factor) for each in combined]),
        "combined_low": one and one.outer_low,
        "combined_high": one and one.outer_high,
    }


def summary_frame(rows: Sequence[SummaryRow]) -> pd.DataFrame:
    """Return the rows as a table with typed columns, in the order given.

    Parameters
    ----------
    rows : sequence of SummaryRow
        In the order of the cohort file.

    Returns
    -------
    DataFrame
        The fields of `SummaryRow`: whole numbers (Int64), fractions (Float64), truth (boolean) and
        text (string), a missing number as NA and a missing text as empty.

    Examples
    --------
    >>> frame = summary_frame([SummaryRow(id="A-01", line=2, state="bad", reason="no score")])
    >>> str(frame["step2_ck"].dtype), frame["reason"][0]
    ('Int64', 'no score')
    """
    import pandas as pd

    return pd.DataFrame(
        {
            name: pd.Series([getattr(row, name) for row in rows], dtype=kind)
            for name, kind in COLUMNS.items()
        }
    )


class _Lines(list[str]):
    """Collects CSV records; the writer's own line end, which decides the quoting, is taken off."""

    def write(self, text: str) -> None:
        self.append(text.removesuffix("\r\n"))


def summary_csv(frame: pd.DataFrame) -> str:
    r"""Return the summary as CSV with ``\n`` line ends, to be written as UTF-8.

    Parameters
    ----------
    frame : DataFrame
        As `summary_frame` returns it.

    Returns
    -------
    str
        A missing number is an empty cell. Text that a spreadsheet would take for a formula begins
        with an apostrophe. The same rows give the same text.
    """
    lines = _Lines()
    # With this line end a cell that holds either of its characters is quoted.
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    are_text = [name in _TEXT for name in COLUMNS]
    for row in frame[list(COLUMNS)].to_numpy(dtype=object, na_value=""):
        writer.writerow(
            [harmless(cell) if text else cell for cell, text in zip(row, are_text, strict=True)]
        )
    return "".join(f"{line}\n" for line in lines)


def summary_parquet(frame: pd.DataFrame) -> bytes:
    """Return the summary as a Parquet file.

    Parameters
    ----------
    frame : DataFrame
        As `summary_frame` returns it.

    Returns
    -------
    bytes
        Text is as it was given: no spreadsheet runs a Parquet file. The schema's metadata hold the
        package's version and what the figures are. The same rows give the same bytes.
    """
    import pyarrow as pa
    from pyarrow import parquet

    notes = {
        b"imgstats.version": imgstats.__version__.encode(),
        b"imgstats.note": DATA_NOTE.encode(),
    }
    arrow = pa.Table.from_pandas(frame[list(COLUMNS)], schema=_schema(), preserve_index=False)
    buffer = pa.BufferOutputStream()
    parquet.write_table(arrow.replace_schema_metadata(notes), buffer, compression="zstd")
    return bytes(buffer.getvalue())


def summary_xlsx(frame: pd.DataFrame) -> bytes:
    """Return the summary as a workbook with one sheet.

    Parameters
    ----------
    frame : DataFrame
        As `summary_frame` returns it.
    """
    import pandas as pd

    rows = frame[list(COLUMNS)].to_numpy(dtype=object)
    cells = ([None if cell is pd.NA else cell for cell in row] for row in rows)
    return sheet_bytes("summary", list(COLUMNS), cells)


def _schema() -> Any:  # noqa: ANN401  pyarrow has no types
    import pyarrow as pa

    kinds = {
        "Int64": pa.int64(),
        "Float64": pa.float64(),
        "boolean": pa.bool_(),
        "string": pa.string(),
    }
    return pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])


def read_summary(path: str | Path) -> pd.DataFrame:
    """Return a summary as `summary_parquet` wrote it.

    Parameters
    ----------
    path : path
        A ``summary.parquet``.

    Returns
    -------
    DataFrame
        As `summary_frame` returns it.

    Raises
    ------
    InputError
        If the file cannot be read, is no Parquet file, or lacks a column.
    """
    table = _read_table(Path(path))
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise InputError(f"{path} lacks {', '.join(missing)}", _WANTED)
    try:
        frame: pd.DataFrame = table.select(list(COLUMNS)).to_pandas(ignore_metadata=True)
        frame = frame.astype(COLUMNS)
    except (TypeError, ValueError) as e:
        raise InputError(f"{path} holds columns of another kind ({e})", _WANTED) from e
    for name in _TEXT:
        frame[name] = frame[name].fillna("")
    return frame.astype(COLUMNS)


def _read_table(path: Path) -> Any:  # noqa: ANN401  pyarrow has no types
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return parquet.ParquetFile(pa.BufferReader(path.read_bytes())).read()
    except pa.ArrowException as e:
        raise InputError(f"{path} is no Parquet file", _WANTED) from e
    except OSError as e:
        raise InputError(f"{path}: {e.strerror or e}", _WANTED) from e
