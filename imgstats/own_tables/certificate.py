"""The birth certificate of an own table: what its user said of it, and which bytes it is."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from imgstats.errors import DataChangedError, InputError
from imgstats.meanings import GROUPS
from imgstats.measures import Measure, OutcomeWords
from imgstats.own_tables.about import about_columns, check_own, name_of, words_of
from imgstats.own_tables.cells.marks import HidesCounts
from imgstats.own_tables.kinds import KINDS, OWN_KINDS, OWN_MEASURES, needs_measure
from imgstats.own_tables.meanings import refuse_other_exam
from imgstats.own_tables.said import (
    one_line,
    one_of,
    table_name,
    year_words,
)
from imgstats.tables.context import Context
from imgstats.tables.measured import one_measure

__all__ = ["MOST_CERTIFICATE_BYTES", "OWN", "Certificate", "measure_name", "parse_certificate"]

MOST_CERTIFICATE_BYTES = 64 * 1024
_SAY = "of another measure say the scale with --step, --low, --high, or the words with --outcome"
# Before the name of an own table, where tables of the package may be named too.
OWN = "own:"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TRUST = "user"
_NO_TEXT = {"n_bytes", "suppressed_below", "joined", "about"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Where an own table comes from.

    Attributes
    ----------
    name : str
        Its name.
    kind, measure : str
        What it holds; the measure is empty where the table is about no measure.
    source : str
        Where the numbers stand in print, in the user's words.
    year : str
        Year of the table, or a range such as ``2020-2024``.
    group, specialty : str
        Whom it is about; may be empty with a measure of one's own.
    outcome, population : str
        What counts as matched, and the denominator, in words.
    file_name : str
        Name of the file it was added from, without its folder.
    sha256 : str
        Hash of that file's bytes; of a workbook, of the CSV that its sheet was kept as.
    n_bytes : int
        Number of those bytes.
    added_at : str
        When it was added, ISO 8601 in UTC.
    suppressed_below : int
        Counts under this number are hidden, as its user says; 0 where it was not said.
    joined : bool
        Whether bands that hide a count were joined with a neighbour.
    about : dict
        What is known of a measure of one's own, as `own_tables.about.about_columns` tells it.
    """

    name: str
    kind: str
    measure: str
    source: str
    year: str
    group: str
    specialty: str
    outcome: str
    population: str
    file_name: str
    sha256: str
    n_bytes: int
    added_at: str
    suppressed_below: int = 0
    joined: bool = False
    about: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def of(self) -> Measure | str:
        """What is known of a measure of one's own; the name of one that answers read."""
        return one_measure([self.about]) if self.about else self.measure

    @property
    def words(self) -> OutcomeWords:
        """What the outcomes are called."""
        return words_of(self.of)

    @property
    def context(self) -> Context:
        """Whom the table is about and where it is from."""
        return Context(
            applicant_group=self.group,
            specialty=self.specialty,
            match_year=self.year,
            outcome=self.outcome,
            population=self.population,
            dataset=self.key,
            source=self.key,
            trust=_TRUST,
        )

    @property
    def hides(self) -> HidesCounts:
        """What was said of counts that the table hides."""
        return HidesCounts(below=self.suppressed_below, join=self.joined)

    @property
    def key(self) -> str:
        """The name under which the table is cited, such as ``own:attempts-2026``."""
        return f"{OWN}{self.name}"

    @property
    def added(self) -> str:
        """The day it was added, such as ``2026-11-23``, in UTC."""
        return self.added_at.partition("T")[0]

    @property
    def last_year(self) -> int:
        """The year, or the last one of a range."""
        return int(self.year.rpartition("-")[2])

    def to_json(self) -> bytes:
        """Return the certificate as it is stored."""
        return (json.dumps(asdict(self), indent=2) + "\n").encode("ascii")


def measure_name(kind: str, measure: str | Measure) -> str:
    """Return the name of a table's measure; it may be empty where the kind says enough without.

    A `Measure` that no answer reads is one's own: any name may be given to it.

    Raises
    ------
    InputError
        If it is a name alone and no answer reads it, is missing, or could be mistaken.

    Examples
    --------
    >>> measure_name("band", "attempts")
    'attempts'
    """
    if isinstance(measure, Measure) and measure.name not in OWN_MEASURES:
        check_own(measure, kind)
        return measure.name
    name = name_of(measure)
    if not name and not needs_measure(kind):
        return ""
    refuse_other_exam(name)
    try:
        return one_of(name, "measure", OWN_MEASURES)
    except InputError as e:
        own = kind in OWN_KINDS and bool(name)
        raise InputError(e.found, e.allowed, e.todo or (_SAY if own else "")) from e


def parse_certificate(data: bytes, name: str, label: str) -> Certificate:
    """Return a stored certificate.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Name of the table that it must be about.
    label : str
        The file, for the message.

    Raises
    ------
    DataChangedError
        If `imgstats data add` did not write it so.

    Examples
    --------
    >>> parse_certificate(b"{}", "mine", "mine.json")
    Traceback (most recent call last):
    ...
    imgstats.errors.DataChangedError: mine.json is not the certificate that `imgstats data add` \
wrote; `imgstats data remove mine` and add the table again
    """
    try:
        found = json.loads(data)
        certificate = Certificate(**found)
        _check(certificate, name)
    # The file may hold anything: deep nesting, other types, other names.
    except (ValueError, TypeError, RecursionError, InputError) as e:
        raise DataChangedError(
            f"{label} is not the certificate that `imgstats data add` wrote",
            "",
            f"`imgstats data remove {name}` and add the table again",
        ) from e
    return certificate


def _check(found: Certificate, name: str) -> None:
    """Hold what was read to the same rules as what is said."""
    for text in {each.name for each in fields(found)} - _NO_TEXT:
        one_line(getattr(found, text), text)
    one_of(found.kind, "kind", KINDS)
    if not isinstance(found.about, dict):
        raise TypeError("no columns of a measure")
    measure_name(found.kind, found.of)
    if not found.about or found.group:
        one_of(found.group, "group", tuple(GROUPS))
    if found.about and (
        found.measure in OWN_MEASURES
        or found.about.get("measure") != found.measure
        or about_columns(found.of) != found.about
    ):
        raise ValueError("another measure")
    year_words(found.year)
    found.hides  # noqa: B018  it checks what it is made from
    when = datetime.fromisoformat(found.added_at)
    if (
        table_name(found.name) != name
        or not _SHA256.fullmatch(found.sha256)
        or type(found.n_bytes) is not int
        or when.tzinfo is None
    ):
        raise ValueError("another name, hash, size or time")
