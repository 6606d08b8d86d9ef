"""Entry point: commands, and one line with an exit code for whatever goes wrong.

Exit code 0 is success, 2 bad input, 1 failed work. Data go to stdout, messages to stderr. Nothing
heavy is imported here, so that help comes at once.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from imgstats import __version__
from imgstats.cli import batch, data, estimate, notebook, report, score
from imgstats.errors import ImgstatsError
from imgstats.text import visible

__all__ = ["app", "main"]

_INTERRUPTED = 130

app = typer.Typer(
    name="imgstats",
    help=(
        "Historical match rates for international medical graduates in internal medicine, fitted "
        "to published tables.\n\nExample: imgstats estimate --group non-us-img --step2-ck 242"
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(estimate.estimate)
app.command()(report.report)
app.command()(batch.batch)
app.command()(score.score)
app.add_typer(data.app, name="data")
app.add_typer(notebook.app, name="notebook")


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
    _replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a terminal without a letter shows a question mark
    try:
        code = typer.main.get_command(app).main(
            arguments, prog_name="imgstats", standalone_mode=False
        )
        sys.stdout.flush()
    except ImgstatsError as e:
        return _say(str(e), e.exit_code)
    except typer.TyperException as e:
        return _usage(e)
    except (KeyboardInterrupt, typer.Abort):
        return _say("stopped; nothing was left half-written", _INTERRUPTED)
    except BrokenPipeError:
        _silence_stdout()  # the reader, such as head, has gone
        return 0
    except OSError as e:
        _silence_stdout()
        return _say(f"the answer could not be written: {e.strerror or e}", 1)
    return code if isinstance(code, int) else 0


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
    return _say(f"{message.rstrip('.')}; see imgstats --help", problem.exit_code)


def _silence_stdout() -> None:
    """Keep Python from writing again, and failing again, when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str, code: int) -> int:
    print(f"imgstats: {visible(message)}", file=sys.stderr)  # noqa: T201  stderr is for this
    return code


if __name__ == "__main__":
    main()
