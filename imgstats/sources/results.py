"""What one check of the data found."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CheckResult", "compared", "failed", "passed"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of one data set or file.

    Parameters
    ----------
    dataset : str
        Name of the data set, or path of the file below the data folder.
    check : str
        Which check, for example ``sha256`` or ``column_sum matched``.
    ok : bool
        Whether it passed.
    expected, found : str
        What is expected and what was found, as text.
    message : str
        One sentence that names the data set or file, what was found and what is expected.

    Examples
    --------
    >>> passed("counts", "row_count", "24").ok
    True
    """

    dataset: str
    check: str
    ok: bool
    expected: str
    found: str
    message: str


def passed(dataset: str, check: str, found: str) -> CheckResult:
    """Return the result of a check that passed; what was found is what is expected.

    Examples
    --------
    >>> passed("counts", "row_count", "24").message
    'counts: row_count: 24, as expected'
    """
    message = f"{dataset}: {check}: {found}, as expected"
    return CheckResult(dataset, check, True, found, found, message)


def failed(dataset: str, check: str, *, expected: str, found: str, hint: str = "") -> CheckResult:
    """Return the result of a check that failed.

    Examples
    --------
    >>> failed("counts", "row_count", expected="24", found="23").message
    'counts: row_count: expected 24, found 23'
    """
    message = f"{dataset}: {check}: expected {expected}, found {found}"
    return CheckResult(
        dataset, check, False, expected, found, f"{message}; {hint}" if hint else message
    )


def compared(dataset: str, check: str, expected: str, found: str, hint: str = "") -> CheckResult:
    """Return the result of a check that passes where what was found is what is expected."""
    if expected == found:
        return passed(dataset, check, found)
    return failed(dataset, check, expected=expected, found=found, hint=hint)
