"""Commands that take each option once, and the help of a command by its name.

A shell's history makes it easy to type an option again, and the one that counts is then a guess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

from imgstats.errors import InputError, did_you_mean
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["StrictCommand", "help_of"]

# How the parser keeps a value, and how it keeps all that were given.
_ALL = {"store": "append", "store_const": "append_const"}


class StrictCommand(TyperCommand):
    """A command that refuses an option which is given twice."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  typer keeps its type to itself
        """Read the words of a command.

        Raises
        ------
        InputError
            If an option that may be given once is given twice; both values are named.
        """
        _refuse_twice(self, ctx, args)
        return super().parse_args(ctx, args)


def _refuse_twice(command: TyperCommand, ctx: Any, args: list[str]) -> None:  # noqa: ANN401  as above
    """Parse once with every value kept, and look at those that were kept twice."""
    if ctx.resilient_parsing:  # completion: whatever is typed so far
        return
    parser: Any = command.make_parser(ctx)
    once = {}
    for name, option in [*parser._short_opt.items(), *parser._long_opt.items()]:  # noqa: SLF001  no other way
        if option.action in _ALL:
            once[option.dest] = name
            option.action = _ALL[option.action]
    given = parser.parse_args(list(args))[0]
    if "help" in given:
        return
    for dest, name in once.items():
        values = given.get(dest)
        if isinstance(values, list) and len(values) > 1:
            raise _twice(name, values)


def _twice(name: str, values: list[Any]) -> InputError:
    """Return an error that names the option and its values; a flag has none to name."""
    flag = all(isinstance(each, bool) for each in values)
    words = "" if flag else f": {' and '.join(shown(each) for each in values)}"
    times = "twice" if len(values) == 2 else f"{len(values)} times"
    return InputError(f"{name} is given {times}{words}", "each option once", "leave one out")


def help_of(program: Any, words: Sequence[str]) -> str:  # noqa: ANN401  as above
    """Return the help of a command.

    Parameters
    ----------
    program : typer.Context
        Of the program.
    words : sequence of str
        The command's words, such as ``data show``; none for the program itself.

    Raises
    ------
    InputError
        If there is no such command; the close ones are named.
    """
    context = program
    for at, word in enumerate(words):
        commands = getattr(context.command, "commands", {})
        if word not in commands:
            raise InputError(
                f"no command {shown(' '.join(words[: at + 1]))}",
                ", ".join(commands) or f"{context.command_path} has no commands of its own",
                did_you_mean(word, commands) or "imgstats --help lists them",
            )
        context = commands[word].make_context(word, [], parent=context, resilient_parsing=True)
    return str(context.get_help())
