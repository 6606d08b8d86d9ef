"""The grammar that nobody needs is loaded by no process, and is there for whoever asks."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import imgstats
from imgstats.reporting.notebook_format import without_grammar

pytestmark = pytest.mark.slow

PACKAGE = Path(imgstats.__file__).parent
GRAMMAR = {"lark", "rfc3987_syntax"}
FORMAT = {"nbclient", "nbconvert", "nbformat", "papermill"}


def modules_after(code, *arguments):
    program = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_grammar_would_be_loaded():
    pytest.importorskip("rfc3987_syntax")
    assert modules_after("import nbformat") > GRAMMAR


def test_hidden_is_hidden_for_the_block_only():
    pytest.importorskip("rfc3987_syntax")
    code = (
        "from imgstats.reporting.notebook_format import without_grammar\n"
        "with without_grammar():\n    import nbformat\n"
    )
    assert not modules_after(code) & GRAMMAR
    assert modules_after(f"{code}import rfc3987_syntax") > GRAMMAR


def test_what_is_there_already_stays(monkeypatch):
    module = type(sys)("rfc3987_syntax")
    monkeypatch.setitem(sys.modules, "rfc3987_syntax", module)
    with without_grammar():
        assert sys.modules["rfc3987_syntax"] is module
    assert sys.modules["rfc3987_syntax"] is module


def test_an_error_in_the_block_hides_nothing_after_it(monkeypatch):
    monkeypatch.delitem(sys.modules, "rfc3987_syntax", raising=False)
    with pytest.raises(ZeroDivisionError), without_grammar():
        1 / 0  # noqa: B018
    assert "rfc3987_syntax" not in sys.modules


@pytest.mark.slow
def test_a_report_s_process_does_not_load_it(tmp_path):
    code = (
        "import sys\nfrom imgstats.cli.main import _run\n"
        "assert _run(['report', '--group', 'non-us-img', '--step2-ck', '240',"
        "              '--out', sys.argv[1]]) == 0"
    )
    found = modules_after(code, str(tmp_path / "out"))
    assert found >= FORMAT
    assert not found & GRAMMAR
    assert not found & {"pandas", "seaborn", "sklearn", "statsmodels", "scipy.stats"}


@pytest.mark.slow
def test_a_worker_of_a_batch_does_not_load_it():
    found = modules_after("from imgstats.batch.tasks import warm_up; warm_up()")
    assert found >= FORMAT
    assert not found & GRAMMAR


def _outside(tree):
    """Yield the imports of the notebook's packages that stand in no `without_grammar` block."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.With) and any(
            ast.unparse(each.context_expr) == "without_grammar()" for each in node.items
        ):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        names = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        yield from (each for each in names if each.partition(".")[0] in FORMAT)
        waiting.extend(ast.iter_child_nodes(node))


def test_a_bare_import_is_seen():
    assert list(_outside(ast.parse("def f():\n    from nbconvert.x import y"))) == ["nbconvert.x"]
    assert list(_outside(ast.parse("with without_grammar():\n    import nbformat"))) == []


def test_every_module_imports_the_format_without_it():
    paths = sorted(PACKAGE.rglob("*.py"))
    bare = {path: [*_outside(ast.parse(path.read_text(encoding="utf-8")))] for path in paths}
    assert len(bare) > 100
    assert {path: names for path, names in bare.items() if names} == {}
