"""Reading an applicant from a YAML or JSON file, without believing the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from imgstats.applicant import Applicant
from imgstats.errors import InputError
from imgstats.files.opening import Wanted, named, read_plain

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read_applicant", "read_values"]

_WANTED = Wanted(what="a file", most=64 * 1024, size="one applicant's few lines")
# What to write, by the ending of the file.
_EXAMPLE = "write lines such as 'group: non-us-img' and 'step2_ck: 242'"
_TABLES = {".csv", ".xlsx", ".parquet"}
_JSON_EXAMPLE = 'write {"group": "non-us-img", "step2_ck": 242}'


def read_applicant(path: str | Path) -> Applicant:
    r"""Read one applicant from a ``.yml``, ``.yaml`` or ``.json`` file.

    Raises
    ------
    InputError
        If the file cannot be read, is not a mapping of plain values, or a value is not allowed.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name, "applicant.yml")
    >>> _ = file.write_text("group: non-us-img\nstep2_ck: 242\n")
    >>> read_applicant(file).step2_ck
    242
    >>> folder.cleanup()
    """
    return Applicant.parse(read_values(path))


def read_values(path: str | Path) -> dict[str, Any]:
    """Read what a file says of one person, each value as it is written and not judged.

    Raises
    ------
    InputError
        If the file cannot be read or is not a mapping of plain values.
    """
    file = Path(path)
    name = named(Path(file.name or file))
    parsers: dict[str, Callable[[str], Any]] = {
        ".yml": _parse_yaml,
        ".yaml": _parse_yaml,
        ".json": _parse_json,
    }
    parse = parsers.get(file.suffix.lower())
    if parse is None:
        many = file.suffix.lower() in _TABLES
        todo = "of a table of applicants `imgstats batch` makes reports" if many else "rename it"
        raise InputError(f"{name}: unknown kind of file", ".yml, .yaml or .json", todo)
    example = _JSON_EXAMPLE if parse is _parse_json else _EXAMPLE
    text = _read_text(file)
    try:
        content = parse(text)
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, RecursionError) as e:
        problem = str(getattr(e, "problem", None) or e) or type(e).__name__
        raise InputError(
            f"{name}: not readable ({problem})", "a mapping of names to plain values", example
        ) from e
    if not isinstance(content, dict):
        kind = "empty" if content is None else f"a {type(content).__name__}"
        raise InputError(f"{name} is {kind}", "a mapping of names to values", example)
    return content


def _read_text(file: Path) -> str:
    raw = read_plain(file, _WANTED)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise InputError(
            f"{named(Path(file.name))}: byte {e.start} is not UTF-8",
            "UTF-8 text",
            "save it as UTF-8",
        ) from e


class _PlainLoader(yaml.SafeLoader):
    """YAML whose scalars stay as written: 1_000, 3:20 and yes are no numbers."""

    yaml_implicit_resolvers = {  # noqa: RUF012  PyYAML's own name and shape
        first: [pair for pair in pairs if pair[0] == "tag:yaml.org,2002:null"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse aliases: an applicant needs none, and they can grow without bound."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias (*name) is not allowed here")
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


def _unique_mapping(loader: _PlainLoader, node: yaml.MappingNode) -> dict[str, Any]:
    pairs = [
        (str(loader.construct_object(key, deep=True)), loader.construct_object(value, deep=True))
        for key, value in node.value
    ]
    return _without_repeats(pairs)


_TAGS = "tag:yaml.org,2002:"
# Only these: a tag that asks for anything else is refused.
_PlainLoader.yaml_constructors = {
    f"{_TAGS}map": _unique_mapping,
    f"{_TAGS}seq": yaml.SafeLoader.construct_yaml_seq,
    f"{_TAGS}str": yaml.SafeLoader.construct_yaml_str,
    f"{_TAGS}null": yaml.SafeLoader.construct_yaml_null,
    None: yaml.SafeLoader.construct_undefined,
}


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            raise ValueError(f"key {key!r} stands twice")
        content[key] = value
    return content


def _parse_yaml(text: str) -> Any:  # noqa: ANN401  whatever the file holds
    return yaml.load(text, Loader=_PlainLoader)  # noqa: S506  a SafeLoader that knows less


def _parse_json(text: str) -> Any:  # noqa: ANN401  whatever the file holds
    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not a number")

    return json.loads(text, object_pairs_hook=_without_repeats, parse_constant=refuse)
