"""Build ``data/processed`` from ``data/raw``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.files.writing import SHARED_FILE, write_all
from imgstats.sources.checks import check_raw, require_ok
from imgstats.sources.locations import resolve_root
from imgstats.sources.manifest import MANIFEST
from imgstats.sources.render import make_manifest, make_tables

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["build"]


def build(root: Path | str | None = None) -> list[Path]:
    """Write every processed table and the manifest; the same raw files give the same bytes.

    Use it after a raw file or a descriptor was changed on purpose. The raw files are checked first,
    and nothing is written unless all of them pass.

    Parameters
    ----------
    root : pathlib.Path or str, optional
        Data folder; the default one when None.

    Returns
    -------
    list of pathlib.Path
        The files written, the manifest last.

    Raises
    ------
    InputError
        ``root`` has no folder ``raw/``.
    DataChangedError
        A raw file is missing, unlisted, or not the recorded one.
    TableError
        A raw table breaks its schema or one of its declared checks.

    Examples
    --------
    >>> import shutil, tempfile
    >>> from pathlib import Path
    >>> from imgstats.sources.locations import data_root
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = shutil.copytree(data_root() / "raw", Path(folder) / "raw")
    ...     written = build(folder)
    >>> written[-1].name
    'manifest.json'
    """
    base = resolve_root(root)
    require_ok(check_raw(base))
    # All bytes exist before the first file is written; the manifest goes last, so a build that was
    # cut off between two files shows as a hash that does not fit.
    tables = make_tables(base)
    contents = {**tables, MANIFEST: make_manifest(base, tables).render()}
    folder = base / "processed"
    folder.mkdir(exist_ok=True)
    write_all(folder, contents, rights=SHARED_FILE)
    return [folder / name for name in contents]
