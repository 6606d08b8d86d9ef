"""Declared checks: what a report prints about its own table is compared with the table.

The kinds are written once, here. The figures, the columns, and where a figure is printed stand in
the descriptor beside the file. Sums are exact decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from imgstats.errors import did_you_mean
from imgstats.sources.results import CheckResult, failed, passed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from imgstats.sources.catalogue import Dataset
    from imgstats.sources.tabular import Row

__all__ = ["KINDS", "Finding", "declared_results"]

Spec: TypeAlias = "Mapping[str, Any]"
# Line number in the file, for the message, and the row.
Lines: TypeAlias = "Sequence[tuple[int, Row]]"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a declared check expects and found.

    Parameters
    ----------
    ok : bool
        Whether they agree.
    expected, found : str
        As text.
    """

    ok: bool
    expected: str
    found: str


def declared_results(item: Dataset, rows: Sequence[Row]) -> list[CheckResult]:
    """Return the result of every check that a data set's descriptor declares.

    Parameters
    ----------
    item : Dataset
        The data set's record.
    rows : sequence of dict
        Its cells as printed.

    Returns
    -------
    list of CheckResult
        One for each declared check; a check that cannot be run has failed.

    Examples
    --------
    >>> from imgstats.sources.catalogue import dataset
    >>> from imgstats.sources.reading import raw_rows
    >>> item = dataset("match_by_state_specialty_2026")
    >>> all(result.ok for result in declared_results(item, raw_rows(item)))
    True
    """
    return [_one(item.name, spec, list(enumerate(rows, start=2))) for spec in item.checks]


def _one(name: str, spec: Spec, lines: Lines) -> CheckResult:
    label = _label(spec)
    kind = KINDS.get(spec.get("kind", ""))
    if kind is None:
        hint = did_you_mean(str(spec.get("kind")), KINDS)
        expected = f"one of {', '.join(KINDS)}"
        return failed(name, label, expected=expected, found="an unknown kind of check", hint=hint)
    try:
        finding = kind(_filtered(lines, spec), spec)
    except (KeyError, ArithmeticError, TypeError, ValueError, AttributeError) as error:
        return failed(
            name,
            label,
            expected="a check that fits the table",
            found=f"{type(error).__name__}: {error}",
            hint="correct the check or the column name in datapackage.json",
        )
    if finding.ok:
        return passed(name, label, finding.found)
    printed = f"printed: {spec['printed']}" if "printed" in spec else ""
    return failed(name, label, expected=finding.expected, found=finding.found, hint=printed)


def _label(spec: Spec) -> str:
    """Name a check by its kind and what it looks at."""
    names = [spec[key] for key in ("column", "smaller", "larger", "total", "rate") if key in spec]
    where = [f"{column}={value}" for column, value in spec.get("where", {}).items()]
    return " ".join([str(spec.get("kind")), *names, *spec.get("columns", []), *where])


def _filtered(lines: Lines, spec: Spec) -> Lines:
    where = spec.get("where", {})
    return [
        (number, row)
        for number, row in lines
        if all(row[column] == value for column, value in where.items())
    ]


def _number(cell: str) -> Decimal | None:
    """Return the number in a cell; an empty cell has none and is not zero."""
    return Decimal(cell) if cell else None


def _known(row: Row, columns: Iterable[str]) -> list[Decimal]:
    numbers = [_number(row[column]) for column in columns]
    return [number for number in numbers if number is not None]


def _total(lines: Lines, column: str) -> Decimal:
    empty = [number for number, row in lines if not row[column]]
    if empty:
        raise ArithmeticError(f"{column} is empty in line {empty[0]}: there is no sum to compare")
    return sum((Decimal(row[column]) for _, row in lines), Decimal(0))


def _decimal(value: float | str) -> Decimal:
    # Through text: the 41.48 of the descriptor is meant, not the nearest binary fraction.
    return Decimal(str(value))


def _every_row(expected: str, bad: Sequence[str], n_checked: int) -> Finding:
    found = f"{bad[0]} ({len(bad)} of {n_checked} rows)" if bad else f"{expected} in {n_checked}"
    # A check that looked at nothing has shown nothing.
    return Finding(not bad and n_checked > 0, f"{expected} in every row", found)


def row_count(lines: Lines, spec: Spec) -> Finding:
    """Compare the number of rows with ``expected``."""
    return Finding(len(lines) == spec["expected"], str(spec["expected"]), str(len(lines)))


def column_sum(lines: Lines, spec: Spec) -> Finding:
    """Compare the sum of ``column`` with ``expected``."""
    total = _total(lines, spec["column"])
    return Finding(total == _decimal(spec["expected"]), str(spec["expected"]), str(total))


def mean_rate_pct(lines: Lines, spec: Spec) -> Finding:
    """Compare the unweighted mean of the rows' rates with ``expected`` within ``tolerance``."""
    rates = []
    for _, row in lines:
        matched, not_matched = Decimal(row[spec["matched"]]), Decimal(row[spec["not_matched"]])
        rates.append(100 * matched / (matched + not_matched))
    mean = sum(rates, Decimal(0)) / len(rates)
    ok = abs(mean - _decimal(spec["expected"])) <= _decimal(spec["tolerance"])
    return Finding(ok, f"{spec['expected']} within {spec['tolerance']}", f"{mean:.4f}")


def row_sum(lines: Lines, spec: Spec) -> Finding:
    """Compare the sum of ``columns`` with ``total`` in each row that has all of them."""
    columns, total, bad, n_checked = spec["columns"], spec["total"], [], 0
    for number, row in lines:
        parts, printed = _known(row, columns), _number(row[total])
        if printed is None or len(parts) < len(columns):
            continue
        n_checked += 1
        if sum(parts) != printed:
            bad.append(f"line {number}: {sum(parts)} against {total} {printed}")
    return _every_row(f"the sum of the columns is {total}", bad, n_checked)


def not_greater(lines: Lines, spec: Spec) -> Finding:
    """Require ``smaller <= larger`` in each row that has both."""
    return ordered(lines, {**spec, "columns": [spec["smaller"], spec["larger"]]})


def ordered(lines: Lines, spec: Spec) -> Finding:
    """Require the known cells of ``columns`` not to fall from left to right in each row."""
    columns, bad, n_checked = spec["columns"], [], 0
    for number, row in lines:
        known = _known(row, columns)
        n_checked += len(known) > 1
        if any(left > right for left, right in pairwise(known)):
            bad.append(f"line {number}: {', '.join(map(str, known))}")
    return _every_row(" <= ".join(columns), bad, n_checked)


def rate_pct(lines: Lines, spec: Spec) -> Finding:
    """Compare a printed rate with ``matched`` over ``of`` within ``tolerance`` points."""
    bad, n_checked = [], 0
    for number, row in lines:
        known = _known(row, [spec["matched"], spec["of"], spec["rate"]])
        if len(known) < 3:  # all three cells
            continue
        matched, of, rate = known
        n_checked += 1
        if abs(100 * matched / of - rate) > _decimal(spec["tolerance"]):
            bad.append(f"line {number}: {100 * matched / of:.2f} against the printed {rate}")
    return _every_row(f"{spec['rate']} recomputes within {spec['tolerance']}", bad, n_checked)


def share_sum(lines: Lines, spec: Spec) -> Finding:
    """Require ``column`` to add to ``expected`` within ``tolerance`` in each group of rows."""
    groups: dict[tuple[str, ...], Decimal] = {}
    for _, row in lines:
        key = tuple(row[column] for column in spec["group_by"])
        groups[key] = groups.get(key, Decimal(0)) + Decimal(row[spec["column"]])
    expected, tolerance = _decimal(spec["expected"]), _decimal(spec["tolerance"])
    bad = [
        f"{', '.join(key)}: {total}"
        for key, total in groups.items()
        if abs(total - expected) > tolerance
    ]
    sentence = f"{expected} within {tolerance} in each of the groups"
    found = "; ".join(bad) if bad else f"{sentence} ({len(groups)})"
    return Finding(bool(groups) and not bad, sentence, found)


def mended(lines: Lines, spec: Spec) -> Finding:
    """Require ``value`` in ``column``, where ``was`` stood before the source was read again.

    The record of a correction: ``printed`` says why, and the rows are those of ``where``.
    """
    column, value = spec["column"], spec["value"]
    bad = [f"line {number}: {row[column]!r}" for number, row in lines if row[column] != value]
    return _every_row(f"{column} is {value!r} and no longer {spec['was']!r}", bad, len(lines))


def parts_sum(lines: Lines, spec: Spec) -> Finding:
    """Require the ``column`` of the ``parts`` to add to that of the ``total`` in each group."""
    bad, n_checked = [], 0
    for name, parts, (total,) in _whole_groups(lines, spec, [spec["column"]]):
        n_checked += 1
        found = sum(each for (each,) in parts)
        if found != total:
            bad.append(f"{name}: {found} against the printed {total}")
    return _every_row(f"the parts add to {spec['total']}", bad, n_checked)


def parts_mean(lines: Lines, spec: Spec) -> Finding:
    """Require ``rate`` of the ``total`` to be that of the ``parts``, weighted by ``column``."""
    bad, n_checked = [], 0
    for name, parts, (rate, _) in _whole_groups(lines, spec, [spec["rate"], spec["column"]]):
        n_checked += 1
        weighted = sum((each * n for each, n in parts), Decimal(0))
        mean = weighted / sum((n for _, n in parts), Decimal(0))
        if abs(mean - rate) > _decimal(spec["tolerance"]):
            bad.append(f"{name}: {mean:.2f} against the printed {rate}")
    expected = f"{spec['rate']} of {spec['total']} recomputes within {spec['tolerance']}"
    return _every_row(expected, bad, n_checked)


def _whole_groups(
    lines: Lines, spec: Spec, columns: Sequence[str]
) -> Iterator[tuple[str, list[list[Decimal]], list[Decimal]]]:
    """Yield name, cells of the parts and of the total of each group that has all of them."""
    groups: dict[tuple[str, ...], dict[str, list[Decimal]]] = {}
    for _, row in lines:
        key = tuple(row[column] for column in spec["group_by"])
        groups.setdefault(key, {})[row[spec["by"]]] = _known(row, columns)
    for key, found in groups.items():
        cells = [found.get(name, []) for name in (*spec["parts"], spec["total"])]
        if all(len(each) == len(columns) for each in cells):
            yield ", ".join(key), cells[:-1], cells[-1]


def unique(lines: Lines, spec: Spec) -> Finding:
    """Require the cells of ``columns``, empty ones included, to tell all rows apart."""
    seen: dict[tuple[str, ...], int] = {}
    bad = []
    for number, row in lines:
        key = tuple(row[column] for column in spec["columns"])
        if key in seen:
            bad.append(f"line {number} repeats line {seen[key]}: {', '.join(key)}")
        seen.setdefault(key, number)
    return _every_row("no two rows are alike", bad, len(lines))


KINDS: dict[str, Callable[[Lines, Spec], Finding]] = {
    kind.__name__: kind
    for kind in (
        column_sum,
        mean_rate_pct,
        mended,
        not_greater,
        ordered,
        parts_mean,
        parts_sum,
        rate_pct,
        row_count,
        row_sum,
        share_sum,
        unique,
    )
}
