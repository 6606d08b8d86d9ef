"""Write docs/api.md, the reference of what is public, from the docstrings: `make api`."""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"
# A name that several of them export is told where it comes first.
MODULES = (
    "imgstats",
    "imgstats.estimators",
    "imgstats.estimators.consent",
    "imgstats.fitting",
    "imgstats.joint.rates",
    "imgstats.joint.margin",
    "imgstats.measures",
    "imgstats.plots",
    "imgstats.reporting.pictures",
    "imgstats.reporting.showing.analysis",
    "imgstats.own_tables",
    "imgstats.own_tables.tabled",
    "imgstats.curves.borrowed",
    "imgstats.sources",
    "imgstats.errors",
)
_HEAD = """# Reference

Written from the docstrings by `make api`; a test holds it to them. The examples run in the tests.
Start with [for researchers](researchers.md).
"""
_LISTED = {"Parameters", "Attributes", "Returns", "Yields", "Raises", "Warns"}
_WIDE = 88
_RULE = re.compile(r"^-{3,}$")


def reference() -> str:
    """Return the whole page."""
    told: set[int] = set()
    parts, contents = [], []
    for module_name in MODULES:
        module = import_module(module_name)
        names = [name for name in sorted(module.__all__) if _is_new(getattr(module, name), told)]
        contents.append(f"- [{module_name}](#{module_name.replace('.', '')}): {', '.join(names)}")
        parts.append(f"## {module_name}\n\n{_text(module)}")
        parts += [_entry(name, getattr(module, name)) for name in names]
    return "\n\n".join((_HEAD.rstrip(), "\n".join(contents), *parts)) + "\n"


def _is_new(thing: object, told: set[int]) -> bool:
    """Say whether a thing has a docstring of its own and was not told yet."""
    if not (inspect.isclass(thing) or inspect.isfunction(thing)) or id(thing) in told:
        return False
    told.add(id(thing))
    return True


def _entry(name: str, thing: object) -> str:
    """Return a class with its methods, or a function."""
    parts = [f"### {name}", _signature(name, thing), _text(thing)]
    if inspect.isclass(thing):
        parts += [
            f"#### {name}.{each}\n\n{_signature(each, method)}{_text(method)}"
            for each, method in _methods(thing)
        ]
    return "\n\n".join(part.rstrip() for part in parts if part)


def _methods(thing: type) -> Iterator[tuple[str, object]]:
    """Yield public methods and properties that have words, those of the package's bases too."""
    seen: set[str] = set()
    for home in thing.__mro__:
        if not home.__module__.startswith("imgstats"):
            continue
        for name, member in vars(home).items():
            inner = getattr(member, "__func__", member)
            is_told = inspect.isfunction(inner) or isinstance(inner, property)
            if is_told and not name.startswith("_") and inner.__doc__ and name not in seen:
                seen.add(name)
                yield name, inner


def _signature(name: str, thing: object) -> str:
    is_error = inspect.isclass(thing) and issubclass(thing, BaseException)
    if is_error or isinstance(thing, property):
        return ""
    found = inspect.signature(thing)  # type: ignore[arg-type]
    # Types stand below, in words; those of the code differ from one Python to the next.
    plain = [
        each.replace(annotation=each.empty)
        for each in found.parameters.values()
        if each.name not in {"self", "cls"}
    ]
    text = f"{name}{found.replace(parameters=plain, return_annotation=found.empty)}"
    return f"```text\n{textwrap.fill(text, _WIDE, subsequent_indent='    ')}\n```\n\n"


def _text(thing: object | ModuleType) -> str:
    """Return a docstring as Markdown: its sections as bold words, its lists as lists."""
    lines = (inspect.getdoc(thing) or "").splitlines()
    out: list[str] = []
    section = ""
    for at, line in enumerate(lines):
        if at + 1 < len(lines) and _RULE.match(lines[at + 1]):
            section = line
            out += [f"**{line}**", ""]
        elif _RULE.match(line):
            continue
        else:
            out.append(_line(line, section))
    return _fenced("\n".join(out)).strip()


def _line(line: str, section: str) -> str:
    line = re.sub(r"``(.+?)``", r"`\1`", line)
    if section not in _LISTED or not line.strip():
        return line
    if line.startswith(" "):
        return f"  {line.strip()}"
    name, colon, kind = line.partition(" : ")
    return f"- `{name}`{f': {kind}' if colon else ''}  "


def _fenced(text: str) -> str:
    """Put each example between fences: from its prompt to the next empty line."""
    return re.sub(r"(?m)^(>>>(?:.|\n)*?)(?=\n\s*\n|\Z)", r"```pycon\n\1\n```", text)


if __name__ == "__main__":
    sys.stdout.write(f"{PAGE.write_text(reference(), encoding='utf-8'):,} characters\n")
