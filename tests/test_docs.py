"""The documentation is held to the code: its commands run, and nothing public is left out."""

import re
import runpy
import shlex
from contextlib import nullcontext
from pathlib import Path

import pytest

import imgstats.estimators
import imgstats.plots
from imgstats.cli.main import _run, app
from tests.common import kernel_server

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"```sh\n(.*?)```", flags=re.DOTALL)


def commands() -> list[tuple[str, str]]:
    """Return the commands of the documentation; what differs in the file it writes is one."""
    found: dict[tuple[str, ...], tuple[str, str]] = {}
    for page in PAGES:
        for block in FENCE.findall(page.read_text(encoding="utf-8")):
            for line in block.splitlines():
                text = line.partition("#")[0].strip().removeprefix(".venv/bin/")
                if text.startswith("imgstats "):
                    found.setdefault(_elsewhere(text, Path("report")), (page.name, text))
    return [*found.values()]


def _elsewhere(command: str, out: Path) -> tuple[str, ...]:
    """Return the words after the program's name, with another place for what is written."""
    words = shlex.split(command)[1:]
    if "--out" in words:
        at = words.index("--out") + 1
        words[at] = str(out.with_suffix(Path(words[at]).suffix))
    return tuple(words)


@pytest.fixture(scope="module")
def forking():
    with kernel_server() as block:
        yield block


@pytest.mark.slow
@pytest.mark.parametrize(("page", "command"), commands())
def test_every_command_of_the_documentation_runs(
    page, command, tmp_path, monkeypatch, capsys, forking
):
    words = [*_elsewhere(command, tmp_path / "report")]
    words += ["--workers", "1"] if words[0] == "batch" else []
    monkeypatch.chdir(ROOT)
    with forking() if words[0] in {"report", "plan"} else nullcontext():
        assert _run(words) == 0, (page, command, capsys.readouterr().err)


def test_the_documentation_has_commands():
    assert len(commands()) > 5


def test_every_command_line_is_documented():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    names = [
        str(each.name or getattr(each.callback, "__name__", "")) for each in app.registered_commands
    ]
    assert names
    assert [name for name in names if f"imgstats {name}" not in text] == []


def test_every_data_command_is_documented():
    from imgstats.cli.data.shipped import app as data_app

    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    names = [
        str(each.name or getattr(each.callback, "__name__", ""))
        for each in data_app.registered_commands
    ]
    assert [name for name in names if f"imgstats data {name}" not in text] == []


def test_every_estimator_is_documented():
    text = (ROOT / "docs" / "researchers.md").read_text(encoding="utf-8")
    names = [name for name in imgstats.estimators.__all__ if name != "RateEstimator"]
    assert names
    assert [name for name in names if name not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.slow
def test_the_reference_is_that_of_the_docstrings():
    api = runpy.run_path(str(ROOT / "scripts" / "api.py"))
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert text == api["reference"](), "the docstrings changed: run `make api`"
    told = re.findall(r"^### (\w+)$", text, flags=re.MULTILINE)
    assert {*imgstats.__all__, *imgstats.estimators.__all__, *imgstats.plots.__all__} <= {*told}
    assert len(told) == len(set(told))
    assert not re.search(r"0x[0-9a-f]{6}", text)
