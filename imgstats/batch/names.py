"""File names of reports: a salted hash of the id, or the id itself where that is asked for."""

from __future__ import annotations

import hmac
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from imgstats.cohort.judging import same_id
from imgstats.cohort.rows import BadRow, Problem
from imgstats.errors import InputError, did_you_mean
from imgstats.text import shown

if TYPE_CHECKING:
    from imgstats.cohort.rows import Cohort

__all__ = ["HASH", "ID", "check_names", "file_name", "id_problem", "with_file_names"]

HASH, ID = "hash", "id"
_LETTERS = 20
# Letters that mean nothing to a file system or shell; no name of dots, none that Windows keeps.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_KEPT = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def check_names(names: str) -> str:
    """Return how files are named.

    Raises
    ------
    InputError
        If it is neither ``hash`` nor ``id``.

    Examples
    --------
    >>> check_names("id")
    'id'
    """
    if names not in (HASH, ID):
        raise InputError(
            f"names come from {names!r}", "hash or id", did_you_mean(names, (HASH, ID))
        )
    return names


def file_name(identity: str, salt: str, names: str = HASH) -> str:
    """Return a report's file name without its ending.

    Parameters
    ----------
    identity : str
        The applicant's id.
    salt : str
        Random text of this batch; without it nobody can tell by trying which id a name stands for.
    names : {"hash", "id"}
        What the name is made from; an id must have passed `id_problem`.

    Examples
    --------
    >>> file_name("../../etc/x", "salt") == file_name("../../etc/x", "salt")
    True
    >>> file_name("A-01", "salt", "id")
    'A-01'
    """
    if names == ID:
        return identity
    return hmac.new(salt.encode(), same_id(identity).encode(), "sha256").hexdigest()[:_LETTERS]


def id_problem(identity: str) -> str:
    """Return why an id can be no file name; empty if it can.

    Examples
    --------
    >>> id_problem("A-01")
    ''
    >>> id_problem("con")
    'Windows keeps this name for itself; rename it'
    """
    if not _PLAIN.fullmatch(identity):
        return (
            "allowed with --names-from id: letters of a to z, digits, '_' and '-', the first a "
            "letter or a digit, up to 100; rename it"
        )
    return "Windows keeps this name for itself; rename it" if _KEPT.fullmatch(identity) else ""


def with_file_names(cohort: Cohort, names: str) -> Cohort:
    """Return the cohort with those rows bad whose id is wanted as a file name and can be none.

    Parameters
    ----------
    cohort : Cohort
        As read.
    names : {"hash", "id"}
        What names are made from; any id will do for a hash.
    """
    if names != ID:
        return cohort
    good, bad, lines = [], list(cohort.bad), dict[str, int]()
    for row in cohort.rows:
        # Some file systems take A-1 and a-1 for one file.
        first = lines.setdefault(row.id.casefold(), row.line)
        reason = id_problem(row.id)
        if not reason and first != row.line:
            reason = f"line {first} has the same name in other letters; rename one"
        if reason:
            problem = Problem(column="id", value=shown(row.id), reason=reason)
            bad.append(BadRow(line=row.line, id=row.id, problems=(problem,)))
        else:
            good.append(row)
    bad.sort(key=lambda each: each.line)
    return replace(cohort, rows=tuple(good), bad=tuple(bad))
