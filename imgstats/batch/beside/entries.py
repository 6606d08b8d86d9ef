"""What the ledger keeps of files beside a report: a table each, which older ledgers lack."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PLANS", "PRINTS", "TABLES", "PlanEntry", "Print"]

PRINTS, PLANS = "prints", "plans"
TABLES = (
    f"""
CREATE TABLE IF NOT EXISTS {PRINTS} (
  key TEXT PRIMARY KEY,
  paper TEXT NOT NULL,
  page_sha256 TEXT NOT NULL,
  pdf_sha256 TEXT NOT NULL
) STRICT
""",
    f"""
CREATE TABLE IF NOT EXISTS {PLANS} (
  key TEXT PRIMARY KEY,
  inputs_sha256 TEXT NOT NULL,
  page_sha256 TEXT NOT NULL,
  calendar_sha256 TEXT NOT NULL
) STRICT
""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """The PDF of an applicant's page.

    Attributes
    ----------
    key : str
        That of the report.
    paper : str
        What it is printed on.
    page_sha256, pdf_sha256 : str
        Hashes of the page that was printed and of the PDF.
    """

    key: str
    paper: str
    page_sha256: str
    pdf_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """The plan beside an applicant's report.

    Attributes
    ----------
    key : str
        That of the report.
    inputs_sha256 : str
        Hash of what it was made from: values, notebook, package and data. The day is no part of it.
    page_sha256, calendar_sha256 : str
        Hashes of its page and of its calendar file; of the latter empty where no day lay ahead.
    """

    key: str
    inputs_sha256: str
    page_sha256: str
    calendar_sha256: str
