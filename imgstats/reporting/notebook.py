"""Running a notebook with given parameters, and refusing what it does not know."""

from __future__ import annotations

import logging
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imgstats.errors import InputError, WorkError, did_you_mean
from imgstats.files.opening import Wanted, read_plain
from imgstats.reporting.notebook_format import without_grammar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nbformat import NotebookNode

__all__ = [
    "check_parameters",
    "checked_notebook",
    "execute",
    "notebook_bytes",
    "notebook_text",
    "parse_notebook",
    "read_notebook",
    "run_notebook",
]

_START_TIMEOUT = 60
_CELL_TIMEOUT = 300
_TAG = "parameters"
_LONGEST = 500
_FILE = Wanted(what="a notebook", most=256 * 1024**2)


def read_notebook(path: Path) -> NotebookNode:
    """Return a notebook from disk.

    Raises
    ------
    InputError
        If the file cannot be read or is no notebook.
    """
    return parse_notebook(notebook_bytes(path), path.name)


def parse_notebook(data: bytes, name: str) -> NotebookNode:
    """Return a notebook from a file's bytes.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for the message.

    Raises
    ------
    InputError
        If it is no notebook.
    """
    with without_grammar():
        import nbformat

    try:
        notebook: NotebookNode = nbformat.reads(data.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    except Exception as e:  # a file of another kind makes nbformat raise all sorts
        raise InputError(f"{name} is no notebook ({type(e).__name__})", "an .ipynb file") from e
    return notebook


def notebook_text(notebook: object) -> str:
    """Return a notebook as the text of its file."""
    with without_grammar():
        import nbformat

    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def notebook_bytes(path: Path) -> bytes:
    """Return the bytes of a notebook's file.

    Raises
    ------
    InputError
        If it is no plain file, cannot be read or is too large.
    """
    return read_plain(path, _FILE)


def check_parameters(path: Path, parameters: Mapping[str, Any]) -> None:
    """Refuse a parameter that the notebook does not have; papermill would only warn.

    Raises
    ------
    InputError
        If the file is no notebook, has no parameters cell, or the cell lacks a given name.
    """
    checked_notebook(path, parameters)


def checked_notebook(path: Path, parameters: Mapping[str, Any]) -> NotebookNode:
    """Return a notebook that has all the parameters; its file is read once.

    Raises
    ------
    InputError
        As `check_parameters`.
    """
    data = notebook_bytes(path)
    known = _known_parameters(path.name, data)
    for given in parameters:
        if given not in known:
            raise InputError(
                f"{path.name}: its parameters cell lacks {given}",
                ", ".join(known) or "no parameter at all",
                did_you_mean(given, known) or f"add a line '{given} = None' to that cell",
            )
    return parse_notebook(data, path.name)


@lru_cache(maxsize=4)
def _known_parameters(name: str, data: bytes) -> tuple[str, ...]:
    """Return the names in a notebook's parameters cell; looked up once for the same bytes."""
    notebook = parse_notebook(data, name)
    if not any(_TAG in cell.get("metadata", {}).get("tags", []) for cell in notebook.cells):
        raise InputError(f"{name} has no parameters cell", "a code cell with the tag 'parameters'")
    kernel = notebook.metadata.get("kernelspec", {})
    if not kernel.get("name") or kernel.get("language", "python") != "python":
        raise InputError(f"{name} is no Python notebook", "a notebook of the Python kernel")
    with without_grammar():
        import papermill

    try:
        return tuple(papermill.inspect_notebook(notebook))
    except FileNotFoundError as e:  # papermill asks for the working folder
        raise WorkError(
            "the working folder is gone, or a file that papermill needs", todo="cd to another"
        ) from e
    except Exception as e:  # as above
        raise InputError(f"{name} is no valid notebook", "an .ipynb file") from e


def run_notebook(
    path: Path,
    parameters: Mapping[str, Any],
    progress: Callable[[int, int], None] | None = None,
) -> NotebookNode:
    """Execute a notebook in a fresh kernel and return it with its outputs.

    Parameters
    ----------
    path : Path
        The notebook; it is not changed.
    parameters : mapping
        Values for its parameters cell.
    progress : callable, optional
        Called with the number of cells done and the number of all code cells.

    Raises
    ------
    InputError
        If the notebook is not readable or lacks a parameter.
    WorkError
        If a cell fails or the kernel does not answer.
    """
    return execute(checked_notebook(path, parameters), path.name, parameters, progress=progress)


def execute(
    notebook: NotebookNode,
    name: str,
    parameters: Mapping[str, Any],
    *,
    warm: bool = False,
    place: Path | None = None,
    seconds: float | None = None,
    folder: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> NotebookNode:
    """Execute a notebook whose parameters were checked.

    Parameters
    ----------
    notebook : NotebookNode
        Without outputs; it is not changed.
    name : str
        Its name, for messages.
    parameters : mapping
        Values for its parameters cell.
    warm : bool
        Whether to fork the kernel from the server of this process, see `kernels`.
    place : path, optional
        Where to make the kernel's folder. Default: the folder of temporary files.
    seconds : float, optional
        After so long the kernel's process group is killed. Default: never.
    folder : path, optional
        The working folder of the kernel, whole; modules in it can be imported. Default: an empty
        folder, and no modules but those that are installed.
    progress : callable, optional
        As in `run_notebook`.

    Raises
    ------
    WorkError
        If a cell fails, the kernel does not answer, the time is over, or the disk of temporary
        files is full.
    """
    from imgstats.comparison.kept import write_kept
    from imgstats.kernels.manager import clean_settings
    from imgstats.kernels.watch import watched
    from imgstats.reporting.files import temporary_files
    from imgstats.reporting.kernel_program import MADE, PROGRAM
    from imgstats.reporting.own.beside import beside
    from imgstats.reporting.warm import WARM

    quiet = warnings.catch_warnings()
    with temporary_files(), clean_settings(place) as own, quiet, watched(seconds) as watch:
        if not warm:  # a fork of this process has it in its memory
            write_kept(own / MADE)
        warnings.simplefilter("ignore")  # of papermill and its dependencies, about themselves
        try:
            # A limit on the whole leaves none on a single cell.
            cell_seconds = _CELL_TIMEOUT if seconds is None else None
            plain = watch.manager(program=PROGRAM, warm=WARM if warm else "")
            with beside(plain, folder) as manager:
                return _execute(notebook, name, parameters, manager, cell_seconds, progress)
        except WorkError as e:
            if watch.is_over:
                raise WorkError(
                    f"{name} took longer than {watch.seconds:g} s",
                    todo="allow more with --timeout, or mend the notebook",
                ) from e
            raise


def _execute(
    notebook: NotebookNode,
    name: str,
    parameters: Mapping[str, Any],
    manager: type,
    cell_seconds: int | None,
    progress: Callable[[int, int], None] | None,
) -> NotebookNode:
    with without_grammar():
        import papermill
        from nbclient.exceptions import CellTimeoutError, DeadKernelError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        executed: NotebookNode = papermill.execute_notebook(
            notebook,
            None,
            parameters=dict(parameters),
            kernel_name="python3",
            kernel_manager_class=manager,
            progress_bar=False,
            start_timeout=_START_TIMEOUT,
            execution_timeout=cell_seconds,
            shutdown_kernel="immediate",
            on_cell_executed=_Counter(progress),
        )
    except papermill.PapermillExecutionError as e:
        raise _failed(name, e.cell_index, e.ename, e.evalue) from e
    except (DeadKernelError, CellTimeoutError, RuntimeError, TimeoutError) as e:
        raise WorkError(f"{name}: the kernel gave up ({e})", todo="try again") from e
    _refuse_errors(executed, name)
    # Papermill names what it was given, here a whole notebook and not its file.
    executed.metadata.papermill["input_path"] = name
    return executed


def _failed(name: str, index: int, error: str, words: str) -> WorkError:
    words = words if len(words) <= _LONGEST else f"{words[:_LONGEST]} ..."
    return WorkError(
        f"{name}: cell {index} failed with {error}: {words}",
        todo="run the notebook in JupyterLab to see the whole traceback",
    )


def _refuse_errors(executed: NotebookNode, name: str) -> None:
    """Refuse a notebook that ended itself: papermill takes ``sys.exit(0)`` for a good end."""
    for index, cell in enumerate(executed.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise _failed(name, index, output.ename, output.evalue)


class _Counter:
    """Counts executed cells for a progress line."""

    def __init__(self, progress: Callable[[int, int], None] | None) -> None:
        self.progress = progress
        self.done = 0

    def __call__(self, **event: Any) -> None:  # noqa: ANN401  nbclient names its own arguments
        """Note one cell."""
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, event.get("cell_index", 0))
