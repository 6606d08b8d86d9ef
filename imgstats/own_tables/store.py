"""`OwnTables`: add, find, list and remove a user's own tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgstats.errors import DataChangedError, InputError, did_you_mean
from imgstats.files.opening import read_plain
from imgstats.measures import Measure
from imgstats.own_tables.about import name_of
from imgstats.own_tables.cells.marks import HidesCounts
from imgstats.own_tables.certificate import Certificate, measure_name
from imgstats.own_tables.folder import own_folder
from imgstats.own_tables.keeping import (
    certificate_path,
    locked,
    names_in,
    put,
    read_certificate,
    table_path,
)
from imgstats.own_tables.kinds import KINDS, OWN_KINDS, OWN_MEASURES
from imgstats.own_tables.reading import TABLE_FILE, content_of
from imgstats.own_tables.said import (
    group_name,
    name_from_file,
    one_line,
    one_of,
    table_name,
    year_words,
)
from imgstats.own_tables.tabled import measure_in, tabled
from imgstats.own_tables.uses import is_own_measure, refuse_nobody, refuse_unused, settled
from imgstats.sources.hashing import sha256_of
from imgstats.text import printable, shown

if TYPE_CHECKING:
    from imgstats.own_tables.reading import Row
    from imgstats.own_tables.typed import Table

__all__ = ["OwnTable", "OwnTables"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTable:
    """A table that the user added.

    Attributes
    ----------
    name, kind, measure : str
        As in the certificate.
    table : BandTable, OutcomeSummary, CountTable or ShareTable
        The table; its context names ``own:NAME`` as dataset and source, with trust ``user``.
    certificate : Certificate
        Where it comes from.
    said : tuple of str
        What was read by another name, hidden, or joined, a line each.
    rows : tuple of Row
        The rows of the file as text, by the names that their columns have here.
    """

    name: str
    kind: str
    measure: str
    table: Table
    certificate: Certificate
    said: tuple[str, ...] = ()
    rows: tuple[Row, ...] = field(default=(), hash=False)


class OwnTables:
    r"""The tables that a user added on this machine.

    Parameters
    ----------
    folder : pathlib.Path or str, optional
        The user's data folder. Default: the one that ``IMGSTATS_DATA_DIR`` names; without it the
        platform's folder for a user's data. It need not be there.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name, "attempts.csv")
    >>> _ = file.write_text("low,high,matched,not_matched\n1,1,60,40\n2,,10,40\n")
    >>> own = OwnTables(folder.name)
    >>> about = {"measure": "attempts", "group": "us-img", "specialty": "Internal Medicine"}
    >>> added = own.add(file, kind="band", source="an annual report", year=2025, **about)
    >>> own.find(**about) == added, added.table.n
    (True, 150)
    >>> own.remove("attempts")
    >>> own.find(**about) is None
    True
    >>> folder.cleanup()
    """

    def __init__(self, folder: Path | str | None = None) -> None:
        self.folder = own_folder(folder)

    def add(  # noqa: PLR0913  all of them stand in the certificate
        self,
        path: Path | str,
        *,
        kind: str,
        source: str,
        year: str | int,
        group: str = "",
        specialty: str = "",
        measure: str | Measure = "",
        name: str = "",
        outcome: str = "",
        population: str = "",
        replace: bool = False,
        suppressed_below: int = 0,
        join_suppressed: bool = False,
        sheet: str = "",
    ) -> OwnTable:
        """Check a CSV or .xlsx file and keep a copy of it with its certificate.

        Parameters
        ----------
        path : pathlib.Path or str
            The file. Of a workbook, the sheet is kept as CSV; rows have its numbers.
        kind : {"band", "summary", "count", "share"}
            What it holds.
        source : str
            Where the numbers stand in print.
        year : str or int
            Year of the table, or a range such as ``2020-2024``.
        group : {"non_us_img", "us_img"}
            Applicant group; may be left out with a measure of your own.
        specialty : str
            Specialty as the published tables print it, in any case; as the group.
        measure : {"attempts", "usce_months", "step2_ck", "contiguous_ranks"} or Measure
            What the bands or digits are of. May be left out for a count and for shares, and where
            the file says it. A `Measure` of another name is your own: its table is kept, no answer
            for an applicant reads it, and `imgstats.fitting.fit` answers for it.
        name : str
            Name of the table. Default: made from the file's name.
        outcome, population : str
            What counts as matched, and among whom. Default: words that say that the source decides.
        replace : bool
            Whether a table of that name may be replaced.
        suppressed_below : int
            Counts under this number are hidden, where a table marks them by ``*`` alone.
        join_suppressed : bool
            Whether a band that hides a count is joined with its neighbour.
        sheet : str
            Name of the sheet of a workbook. Default: the only one with content.

        Raises
        ------
        InputError
            If a word is not allowed, no answer reads such a table, the file is none, or the name is
            taken. Nothing of the file is then kept.
        WorkError
            If the disk gives up midway; what was there before is there still.
        """
        file = Path(path)
        kind = one_of(kind, "kind", KINDS)
        # A file of bands or digits may say its measure itself.
        told = isinstance(measure, Measure) or measure in OWN_MEASURES or kind not in OWN_KINDS
        if told:
            refuse_unused(kind, measure_name(kind, measure))
        hides = HidesCounts(below=suppressed_below, join=join_suppressed)
        hides.refuse_idle(kind)
        said = {
            "kind": kind,
            "source": one_line(source, "source", needed=True),
            "year": year_words(year),
            "group": group_name(group) if group else "",
            "specialty": one_line(specialty, "specialty"),
            "outcome": one_line(outcome, "outcome"),
            "population": one_line(population, "population"),
            "name": table_name(name) if name else name_from_file(file.name),
        }
        self._refuse_taken(said["name"], replace)
        if told and not is_own_measure(name_of(measure)):
            refuse_nobody(said)
        data = content_of(file, sheet)
        found = measure_in(data, shown(file.name), kind, measure)
        if not isinstance(measure, Measure) or isinstance(found, Measure):
            measure = found
        refuse_unused(kind, measure_name(kind, measure))
        certificate = _certificate(settled(said, kind, measure), hides, file, data)
        added = _typed(certificate, data, shown(file.name))
        self._keep(certificate, data, replace)
        return added

    def _keep(self, certificate: Certificate, data: bytes, replace: bool) -> None:
        with locked(self.folder):
            self._refuse_taken(certificate.name, replace)
            put(self.folder, table_path(self.folder, certificate), data)
            # From here on the table is there: a reader looks for certificates.
            put(self.folder, certificate_path(self.folder, certificate.name), certificate.to_json())

    def certificates(self) -> tuple[Certificate, ...]:
        """Return the certificates of all tables: newest year first, then the newest added.

        Raises
        ------
        DataChangedError
            If a certificate was changed.
        """
        read = [read_certificate(self.folder, name) for name in names_in(self.folder)]
        found = [each for each in read if each is not None]
        return tuple(sorted(found, key=lambda each: (each.last_year, each.added_at), reverse=True))

    def all(self) -> tuple[OwnTable, ...]:
        """Return all tables: newest year first, then the newest added.

        Raises
        ------
        DataChangedError
            If a table or its certificate was changed.
        """
        return tuple(self._read(each) for each in self.certificates())

    def find(
        self, *, measure: str, group: str = "", specialty: str = "", kind: str | None = None
    ) -> OwnTable | None:
        """Return the table of a measure of a group: of the newest year, then the newest added.

        Parameters
        ----------
        measure : str
            Name of a measure; empty for tables of no measure.
        group : {"non_us_img", "us_img"}
            Applicant group; empty for a table that was added without one.
        specialty : str
            Specialty, in any case; as the group.
        kind : str, optional
            Only tables of this kind.

        Returns
        -------
        OwnTable or None
            None where there is no such table.

        Raises
        ------
        InputError
            If there is no such measure, group or kind.
        DataChangedError
            If the table was changed, or any certificate.
        """
        certificates = self.certificates()
        if measure not in {each.measure for each in certificates}:
            measure = measure_name("count", measure)  # here the empty measure is allowed
        group = group_name(group) if group or not is_own_measure(measure) else ""
        kinds = KINDS if kind is None else (one_of(kind, "kind", KINDS),)
        wanted = " ".join(specialty.split()).casefold()
        for each in certificates:
            same = (each.measure, each.group, each.specialty.casefold()) == (measure, group, wanted)
            if same and each.kind in kinds:
                return self._read(each)
        return None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all tables."""
        return tuple(names_in(self.folder))

    def named(self, name: str) -> OwnTable:
        """Return the table of a name.

        Raises
        ------
        InputError
            If there is no table of that name.
        DataChangedError
            If the table or its certificate was changed.
        """
        self._require(name)
        certificate = read_certificate(self.folder, name)
        if certificate is None:  # removed since it was listed
            raise InputError(f"the own table {shown(name)} was removed", "", "run again")
        return self._read(certificate)

    def remove(self, name: str) -> None:
        """Remove a table and its certificate, also where they were changed.

        Raises
        ------
        InputError
            If there is no table of that name.
        """
        self._require(name)
        with locked(self.folder):
            self._require(name)
            # The lock's end sweeps away the table that no certificate names any more.
            certificate_path(self.folder, name).unlink(missing_ok=True)

    def _require(self, name: str) -> None:
        names = names_in(self.folder)
        if name not in names:
            raise InputError(
                f"there is no own table {shown(name)}",
                ", ".join(names) or "none: no table was added",
                did_you_mean(name[:100], names),
            )

    def _refuse_taken(self, name: str, replace: bool) -> None:
        if not replace and name in names_in(self.folder):
            raise InputError(
                f"there is already an own table {name}",
                "a name that is not taken",
                "choose another --name, or --replace to put the new table in its place",
            )

    def _read(self, certificate: Certificate) -> OwnTable:
        try:
            return self._read_once(certificate)
        except DataChangedError:
            # It may have been replaced by one about the same since its certificate was read.
            again = read_certificate(self.folder, certificate.name)
            if again is None or again == certificate or _about(again) != _about(certificate):
                raise
            return self._read_once(again)

    def _read_once(self, certificate: Certificate) -> OwnTable:
        path = table_path(self.folder, certificate)
        try:
            data = read_plain(path, TABLE_FILE, follow=False)
        except InputError as e:
            raise _changed(e.found, certificate) from e
        if sha256_of(data) != certificate.sha256:
            raise _changed(f"{path} has sha256 {sha256_of(data)}", certificate)
        return _typed(certificate, data, certificate.key)


def _about(certificate: Certificate) -> tuple[str, ...]:
    return certificate.kind, certificate.measure, certificate.group, certificate.specialty


def _certificate(said: dict[str, Any], hides: HidesCounts, file: Path, data: bytes) -> Certificate:
    """Return what is said of a table with what its file is."""
    return Certificate(
        **said,
        suppressed_below=hides.below,
        joined=hides.join,
        file_name=_shown_name(file),
        sha256=sha256_of(data),
        n_bytes=len(data),
        added_at=datetime.now(UTC).isoformat(timespec="microseconds"),
    )


def _changed(found: str, certificate: Certificate) -> DataChangedError:
    return DataChangedError(
        found,
        f"sha256 {certificate.sha256}, recorded when {certificate.file_name} was added",
        f"`imgstats data remove {certificate.name}` and add the table again",
    )


def _typed(certificate: Certificate, data: bytes, label: str) -> OwnTable:
    about = certificate.of, certificate.context, certificate.hides
    made = tabled(data, label, certificate.kind, *about)
    return OwnTable(
        name=certificate.name,
        kind=certificate.kind,
        measure=certificate.measure,
        table=made.table,
        certificate=certificate,
        said=made.said,
        rows=made.rows,
    )


def _shown_name(file: Path) -> str:
    """Return a file's name as the certificate holds it; some systems allow any byte in one."""
    return "".join(each if printable(each) else "?" for each in file.name)[:255]
