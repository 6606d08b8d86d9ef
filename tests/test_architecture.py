"""The shape of the package: imports run one way, start-up is light, words are careful."""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import imgstats
from tests.patience import PATIENCE

PACKAGE = Path(imgstats.__file__).parent
PROJECT = PACKAGE.parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def _dotted(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


NAMES = {_dotted(path) for path in MODULES}


@cache
def _text(path):
    return path.read_text(encoding="utf-8")


@cache
def _tree(path):
    return ast.parse(_text(path))


@cache
def _nodes(path):
    return tuple(ast.walk(_tree(path)))


@pytest.fixture(scope="module", autouse=True)
def _trees_go_at_the_end():
    yield
    for each in (_text, _tree, _nodes):
        each.cache_clear()


def _found(look, paths=MODULES):
    """Return what a look finds in each file, by the file's name, where it finds something."""
    return {_name(path): found for path in paths if (found := look(path))}


# Rooms from the ground up; a room may import from those under it and from its own floor mates
# only where the floor lists them together.
FLOORS = [
    {
        "text",
        "errors",
        "extras",
        "processors",
        "wording",
        "meanings",
        "measures",
        "factors",
        "specialties",
        "levels",
        "grades",
    },
    {"files", "kernels", "printing", "workers"},
    {"sources"},
    {"tables", "applicant", "applicant_file"},
    {"own_tables"},
    {"estimators"},
    {"curves"},
    {"joint"},
    {"evidence"},
    {"comparison"},
    {"cohort"},
    {"strategy"},
    {"plots"},
    {"reporting"},
    {"fitting"},
    {"explore"},
    {"app"},
    {"batch"},
    {"cli"},
    {"__main__"},
]
HEAVY = {
    "seaborn",
    "sklearn",
    "statsmodels",
    "papermill",
    "pandas",
    "numpy",
    "matplotlib",
    "nbconvert",
    "pandera",
    "scipy",
}
# The names of methods, such as predict_rate, are no promise.
FORBIDDEN = re.compile(r"predict(?!_)|chance|will raise|will increase|will improve", re.IGNORECASE)
FOOTER = "predict nobody&rsquo;s result"


def _name(path):
    return path.relative_to(PROJECT).as_posix()


def _room(module):
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def _floor(room):
    return next((i for i, rooms in enumerate(FLOORS) if room in rooms), None)


def _imports(nodes):
    """Yield the modules some nodes import, those inside functions and for types alone too."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            modules = {
                name for each in node.names if (name := f"{node.module}.{each.name}") in NAMES
            }
            yield from modules or {node.module}


def _upward(path):
    """Yield the modules of a higher floor that a module imports."""
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if room == "__init__":
        return []  # the public names are looked up here, on first use
    floor = _floor(room)
    assert floor is not None, f"{room} stands on no floor: add it to FLOORS"
    inside = [module for module in _imports(_nodes(path)) if module.startswith("imgstats.")]
    floors = ((module, _floor(_room(module))) for module in inside)
    return [module for module, above in floors if above is not None and above > floor]


@pytest.mark.slow
def test_imports_run_one_way():
    assert _found(_upward) == {}


def _graph(paths):
    """Return which modules each module imports, the package's own public names left out."""
    return {
        _dotted(path): NAMES.intersection(_imports(_nodes(path))) - {"imgstats", _dotted(path)}
        for path in paths
        if path.parent != PACKAGE or path.name != "__init__.py"
    }


def test_no_modules_import_each_other():
    TopologicalSorter(_graph(MODULES)).prepare()  # it names the circle


def test_no_room_has_more_entries_than_the_eye_takes_in():
    rooms = {path.parent for path in MODULES}
    many = {
        path.relative_to(PACKAGE).as_posix()
        for path in rooms
        if sum(each.suffix == ".py" or each in rooms for each in path.iterdir()) > 16
    }
    assert many <= {".", "estimators"}


def test_the_check_of_imports_sees_those_inside_functions():
    tree = ast.parse("def f():\n    from imgstats.cli import main\n")
    assert list(_imports(ast.walk(tree))) == ["imgstats.cli.main"]


def test_the_check_of_imports_sees_what_only_types_need():
    tree = ast.parse("if TYPE_CHECKING:\n    import pandas\nelse:\n    import json\n")
    assert list(_imports(ast.walk(tree))) == ["pandas", "json"]


@pytest.mark.parametrize(
    ("marks", "home"),
    [
        # What only an atomic write, a lock, a bounded open or the showing of a value needs.
        (("fsync", "mkstemp"), "files"),
        (("flock",), "files"),
        (("O_NONBLOCK", "S_ISREG"), "files"),
        (("unicode_escape",), "text.py"),
    ],
)
def test_what_has_a_home_stands_nowhere_else(marks, home):
    found = {
        path.relative_to(PACKAGE).parts[0]
        for path in MODULES
        for node in _nodes(path)
        if (isinstance(node, ast.Attribute) and node.attr in marks)
        or (isinstance(node, ast.Name) and node.id in marks)
        or (isinstance(node, ast.Constant) and node.value in marks)
    }
    assert found == {home}


def test_one_function_shows_a_value_in_a_message():
    homes = [
        path.name
        for path in MODULES
        for node in _nodes(path)
        if isinstance(node, ast.FunctionDef) and node.name in {"shown", "_shown"}
    ]
    assert homes == ["text.py"]


def test_every_room_on_a_floor_is_there():
    there = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in MODULES}
    assert {room for rooms in FLOORS for room in rooms} <= there


def _modules_after(code):
    program = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.slow
@pytest.mark.parametrize(
    "code",
    [
        "import imgstats",
        "from imgstats.cli.main import _run; assert _run(['--help']) == 0",
        "from imgstats.cli.main import _run; assert _run(['report', '--help']) == 0",
        "from imgstats.cli.main import _run; assert _run(['--version']) == 0",
    ],
)
def test_start_up_imports_nothing_heavy(code):
    assert _modules_after(code) & HEAVY == set()


def test_every_public_name_resolves():
    assert [getattr(imgstats, name).__name__ for name in imgstats.__all__] == imgstats.__all__


def test_type_checkers_see_the_public_names_in_the_same_homes():
    tree = _tree(Path(imgstats.__file__))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    lines = [line for line in block.body if isinstance(line, ast.ImportFrom)]
    seen = {(each.name, each.asname): line.module for line in lines for each in line.names}
    assert seen == {(name, name): home for name, home in imgstats._HOMES.items()}


def test_dir_lists_the_public_names():
    assert set(imgstats.__all__) <= set(dir(imgstats))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Oracle'"):
        _ = imgstats.Oracle


def test_every_module_says_what_it_is():
    assert _found(lambda path: not ast.get_docstring(_tree(path))) == {}


def test_no_module_is_longer_than_400_lines():
    assert _found(lambda path: len(_text(path).splitlines()) > 400) == {}


def _missing(path):
    module = importlib.import_module(_dotted(path))
    return [name for name in getattr(module, "__all__", ()) if not hasattr(module, name)]


@pytest.mark.slow
def test_every_name_a_module_exports_is_there():
    assert _found(_missing) == {}


def _strings_for_people(path):
    """Yield the string literals of a module that are no docstrings and no single names."""
    nodes = _nodes(path)
    # A statement that is nothing but an expression is a docstring, or does nothing.
    statements = [node for node in nodes if isinstance(node, ast.Expr)]
    docstrings = {id(each.value) for each in statements}
    for node in nodes:
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) not in docstrings and " " in node.value:
            yield node.value


def _pages():
    templates = [path for path in PACKAGE.rglob("templates/*/*") if path.suffix == ".j2"]
    notebooks = (PROJECT / "notebooks").rglob("*.ipynb")
    return sorted([*templates, *notebooks])


def test_no_page_promises_a_result():
    found = _found(lambda path: FORBIDDEN.findall(_text(path).replace(FOOTER, "")), _pages())
    assert found == {}


def test_no_sentence_promises_a_result():
    found = _found(lambda path: [s for s in _strings_for_people(path) if FORBIDDEN.search(s)])
    assert found == {}
