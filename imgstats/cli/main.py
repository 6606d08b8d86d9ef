"""Entry point: commands, and one line with an exit code for whatever goes wrong.

Exit code 0 is success, 2 bad input, 1 failed work. Data go to stdout, messages to stderr. Nothing
heavy is imported here, so that help comes at once.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from imgstats import __version__
from imgstats.cli import (
    batch,
    cite,
    estimate,
    explore,
    new,
    notebook,
    plan,
    readiness,
    report,
    score,
    served,
)
from imgstats.cli.data import fit
from imgstats.cli.data import shipped as data
from imgstats.cli.parts.strict import StrictCommand, help_of
from imgstats.errors import ImgstatsError, InputError
from imgstats.text import shown, visible
from imgstats.workers.settings import own_process
from imgstats.workers.signals import ends_like_ctrl_c

__all__ = ["app", "main"]

_INTERRUPTED = 130
# The first two words of these commands hold one of them.
_WITH_FILES = {
    "explore",
    "report",
    "batch",
    "score",
    "fit",
    "readiness",
    "plan",
    "add",
    "build",
    "new",
    "lab",
}
_HELP = {"-h", "--help"}
_TOO_MANY = {errno.EMFILE, errno.ENFILE}
_UNWRITTEN = "the answer could not be written"
# Of each part of a message: somebody may give a text of any length.
_LONGEST = 1_000

app = typer.Typer(
    name="imgstats",
    help=(
        "Historical match rates for international medical graduates in internal medicine, fitted "
        "to published tables.\n\nExample: imgstats estimate --group non-us-img --step2-ck 242"
    ),
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _command in (
    estimate.estimate,
    explore.explore,
    report.report,
    batch.batch,
    score.score,
    fit.fit,
    readiness.readiness,
    plan.plan,
    cite.cite,
    served.app,
    served.lab,
):
    app.command(cls=StrictCommand)(_command)
for _name, _group in (("data", data.app), ("notebook", notebook.app), ("new", new.app)):
    app.add_typer(_group, name=_name)


@app.command("help")
def help_(
    context: typer.Context,
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND", help="Such as estimate, or data show; all if not given."),
    ] = None,
) -> None:
    """Show the help of a command.

    Example: imgstats help data show
    """
    assert context.parent is not None  # noqa: S101  the program itself
    typer.echo(help_of(context.parent, command or []))


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"imgstats {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Version.")
    ] = False,
) -> None:
    """Read options that stand before a command."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Parameters
    ----------
    arguments : list of str, optional
        Default: those of the process.
    """
    sys.exit(_run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: list[str]) -> int:
    own_process()
    _replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a terminal without a letter shows a question mark
    try:
        _check_working_folder(arguments)
        with ends_like_ctrl_c():
            code = _program().main(arguments, prog_name="imgstats", standalone_mode=False)
            sys.stdout.flush()
        if code == _INTERRUPTED:  # typer makes that of Ctrl-C, and says nothing
            raise KeyboardInterrupt  # noqa: TRY301  it is what it was
    except ImgstatsError as e:
        short = ImgstatsError(*(_cut(each) for each in (e.found, e.allowed, e.todo)))
        return _say(str(short), e.exit_code)
    except typer.TyperException as e:
        return _usage(e)
    except (KeyboardInterrupt, typer.Abort):
        return _say("stopped; nothing was left half-written", _INTERRUPTED)
    except BrokenPipeError:
        _silence_stdout()  # the reader, such as head, has gone
        return 0
    except OSError as e:
        _silence_stdout()
        what = "there are no more files to be had" if e.errno in _TOO_MANY else _UNWRITTEN
        return _say(f"{what}: {e.strerror or e}", 1)
    return code if isinstance(code, int) else 0


@cache
def _program() -> Any:  # noqa: ANN401  a class of typer's own
    """Return what typer makes of the commands, which takes long and is the same each time."""
    return typer.main.get_command(app)


def _check_working_folder(arguments: list[str]) -> None:
    """Refuse commands that read or write files where the working folder was removed.

    Raises
    ------
    InputError
        If so: a path would be searched from nowhere, and Jupyter's packages ask for the folder.
    """
    if not _WITH_FILES & set(arguments[:2]) or _HELP & set(arguments):
        return
    try:
        Path.cwd()
    except OSError as e:
        raise InputError(
            f"the working folder is gone ({e.strerror})",
            "a folder that is there",
            "change to another one with cd and run the command again",
        ) from e


def _replace_closed_streams() -> None:
    """Give those who closed stdout or stderr a place where words go nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123


def _usage(problem: typer.TyperException) -> int:
    """Say what was wrong with the words of the command; a bare command gets its whole help."""
    message = problem.format_message()
    if message.startswith("Usage:"):
        typer.echo(message, err=True)
        return problem.exit_code
    command = getattr(getattr(problem, "ctx", None), "command_path", "imgstats")
    said = _judged(problem) or message.rstrip(".")
    return _say(f"{_cut(said)}; see {command} --help", problem.exit_code)


def _judged(problem: typer.TyperException) -> str:
    """Return what was found and what is allowed of a value that pydantic judged; nothing of others.

    Typer keeps its sentence alone, and that does not say what was typed.
    """
    errors: list[Any] = getattr(problem.__cause__, "errors", list)()
    hint = getattr(getattr(problem, "param", None), "get_error_hint", str)()
    if not errors or not hint:
        return ""
    allowed = errors[0]["msg"].removeprefix("Input should be ").partition(",")[0]
    name, found = hint.replace("'", ""), shown(errors[0]["input"])
    return f"{name} is {found}; allowed: {allowed}"


def _silence_stdout() -> None:
    """Keep Python from writing again, and failing again, when it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _cut(text: str) -> str:
    """Return text that is not too long to be read, its middle left out.

    Examples
    --------
    >>> _cut("a short one"), len(_cut("long" * 1000)) < 1100
    ('a short one', True)
    """
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} ... {text[-half:]}"


def _say(message: str, code: int) -> int:
    with contextlib.suppress(OSError):  # the terminal was closed
        print(f"imgstats: {visible(message)}", file=sys.stderr)  # noqa: T201  stderr is for this
    return code


if __name__ == "__main__":
    main()
