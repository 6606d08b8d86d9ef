"""What a table knows of its measure, and the columns that carry it to a file and back."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from imgstats.errors import TableError
from imgstats.measures import MEASURES, Measure, OutcomeWords, measure_of
from imgstats.tables.tidy import one_of, one_value, values_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imgstats.sources.tabular import Record

__all__ = ["UNSAID", "Measured", "measure_columns", "one_measure"]

# Stands for a measure of which nothing was said.
UNSAID = Measure("unsaid")
# What a tidy frame says of a measure that `MEASURES` does not know.
_OF_MEASURE = ("label", "unit", "low", "high", "step", "mean_unit", "sd_unit", "is_count")
_OF_WORDS = tuple(field.name for field in fields(OutcomeWords))


class Measured:
    """A table of a measure: `measure` is its name, `of` what is known of it."""

    __slots__ = ()
    measure: Any
    of: Measure

    def _take_measure(self) -> None:
        """Take a `Measure` in the place of a name, and look a name up."""
        told: object = self.measure
        if isinstance(told, Measure):
            object.__setattr__(self, "of", told)
            object.__setattr__(self, "measure", told.name)
        elif not isinstance(told, str):
            raise TableError(f"measure is {told!r:.80}", "a name such as gpa, or a Measure")
        elif self.of is UNSAID or self.of.name != told:
            object.__setattr__(self, "of", measure_of(told))

    @property
    def words(self) -> OutcomeWords:
        """What the outcomes are called."""
        return self.of.words


def measure_columns(of: Measure) -> dict[str, object]:
    """Return what a measure says of itself beyond its name as columns; none for a known one."""
    if of == measure_of(of.name):
        return {}
    plain = Measure(of.name)
    own = {
        f"measure_{name}": getattr(of, name)
        for name in _OF_MEASURE
        if getattr(of, name) != getattr(plain, name)
    }
    words = {f"outcome_{name}": getattr(of.words, name) for name in _OF_WORDS}
    return own | (words if of.words != plain.words else {})


def one_measure(rows: Sequence[Record]) -> Measure:
    """Return the measure that all rows are about, with what their columns say of it.

    Raises
    ------
    TableError
        If its columns hold more than one value.
    InputError
        If they contradict each other.
    """
    name = one_value(rows, "measure")
    own = _columns_of(rows, "measure", _OF_MEASURE)
    words = _columns_of(rows, "outcome", _OF_WORDS)
    if not own and not words:
        return measure_of(name)
    if name in MEASURES:
        raise TableError(
            f"{name} with {', '.join(f'measure_{each}' for each in own) or 'words of its own'}",
            f"{name} as it is known",
            "give another measure a name of its own",
        )
    if "is_count" in own:
        own["is_count"] = str(own["is_count"]).lower() in ("true", "yes", "1")
    return Measure(name, words=OutcomeWords(**words), **own)


def _columns_of(rows: Sequence[Record], prefix: str, names: Iterable[str]) -> dict[str, Any]:
    found = {name: values_in(rows, f"{prefix}_{name}") for name in names}
    for name, values in found.items():
        if len(values) > 1:
            one_of(f"{prefix}_{name}", values)
    return {name: values[0] for name, values in found.items() if values}
