"""The kernel of a single report: forked from the command, like an ordinary one, gone with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import matplotlib as mpl
import nbformat
import psutil
import pytest

from imgstats import Applicant
from imgstats.comparison.asked import Choices
from imgstats.kernels import forked
from imgstats.kernels.client import can_fork
from imgstats.reporting.warm import WARM
from tests.reporting.conftest import EPOCH
from tests.reporting.processes import all_gone, descendants
from tests.reporting.small_notebooks import notebook_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only"),
]

PROGRAM = str(Path(sys.executable).with_name("imgstats"))
WORDS = ["report", "--group", "us-img", "--step2-ck", "200"]
# Of a forked kernel; a notebook of one's own is forked only where the hash seed is fixed.
FORKED = {"PYTHONHASHSEED": "0"}
ORDINARY = {"PYTHONHASHSEED": "1"}
NAMES = [*Applicant.model_fields, *Choices.__dataclass_fields__]
PARAMETERS = "\n".join(f"{name} = None" for name in NAMES)


def command(folder, environment, *cells, words=WORDS):
    """Return the words and the environment of a command that runs cells; all it writes is below."""
    path = folder / "own.ipynb"
    nbformat.write(notebook_of(*cells, parameters=PARAMETERS), path)
    temporary = folder / "temporary"
    temporary.mkdir(exist_ok=True)
    home = folder / "home"
    return {
        "args": [PROGRAM, *words, "--out", str(folder / "out"), "--notebook", str(path)],
        "env": {
            **os.environ,
            "TMPDIR": str(temporary),
            "HOME": str(home),
            "SOURCE_DATE_EPOCH": EPOCH,
            **environment,
        },
        "cwd": folder,
        "text": True,
    }


def run(folder, environment, *cells, words=WORDS):
    asked = command(folder, environment, *cells, words=words)
    return subprocess.run(**asked, capture_output=True, check=False, timeout=300)


def left(folder):
    """Return what is left of temporary files."""
    return [str(each) for each in (folder / "temporary").rglob("*")]


# Numbers are drawn before anything is imported: some libraries draw as they are imported.
FACTS = """
import random, numpy
numbers = [random.random(), float(numpy.random.rand())]
import gc, json, locale, os, signal, sys, tempfile, time, warnings
import matplotlib.pyplot, psutil
from matplotlib import rcParams
matplotlib.pyplot.close(matplotlib.pyplot.figure())  # chooses how figures are shown
from ipykernel.kernelapp import IPKernelApp
import __main__
# Numbers of processes, and what the debugger leaves there as it is imported.
OWN = ('JPY_PARENT_PID', '_', 'PYDEVD_USE_FRAME_EVAL')
app = IPKernelApp.instance()
here = psutil.Process()
folder = os.environ.pop('IPYTHONDIR')
facts = {
    'environment': {k: v for k, v in os.environ.items() if k not in OWN},
    'hash': hash('a'),
    'numbers': numbers,
    'main': sorted(each for each in vars(__main__) if not each.startswith('_')),
    'path': [each.replace(folder, 'FOLDER') for each in sys.path],
    'input': sys.__stdin__.read(),
    'folder': os.getcwd() == folder,
    'inside': os.listdir(os.getcwd()) != [],
    'interrupt': str(signal.getsignal(signal.SIGINT)),
    'blocked': [str(each) for each in signal.pthread_sigmask(signal.SIG_BLOCK, ())],
    'figures': {k: str(v) for k, v in rcParams.items()},
    'backend': matplotlib.get_backend(),
    'collected': [gc.isenabled(), gc.get_threshold()],
    'transport': app.transport,
    'ports': [each.status for each in here.net_connections('inet')],
    'history': get_ipython().history_manager.enabled,
    'group': os.getpgid(0) == os.getpid(),
    'temporary': tempfile.gettempdir(),
    'zone': time.tzname,
    'locale': locale.getlocale(),
    'umask': os.umask(0o022),
    'nice': os.nice(0),
    'grammar': sorted({'rfc3987_syntax', 'lark', 'nbformat'} & set(sys.modules)),
}
"""
SEEN = """
parent = psutil.Process(os.getppid())
facts['session'] = os.getsid(0) != os.getsid(COMMAND)
facts['parents'] = [parent.ppid() == COMMAND, os.getppid() == COMMAND]
open(OUT, 'w').write(json.dumps(facts))
"""


def facts(folder, environment):
    """Return what a kernel of the command says of itself."""
    folder.mkdir()
    out = folder / "facts.json"
    find = (
        "import os, psutil\n"
        "COMMAND = next(each.pid for each in psutil.Process().parents()\n"
        "               if 'report' in each.cmdline() and each.ppid() == TEST)\n"
    )
    known = f"TEST = {os.getpid()}\nOUT = {str(out)!r}\n"
    done = run(folder, environment, FACTS, known + find, SEEN)
    assert done.returncode == 0, done.stderr
    assert left(folder) == []
    found = json.loads(out.read_text(encoding="utf-8"))
    text = json.dumps(found).replace(str(folder), "HERE")
    text = text.replace("module://matplotlib_inline.backend_inline", "inline")  # by its other name
    return json.loads(text)


@pytest.fixture(scope="module")
def both_kinds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("facts")
    return facts(folder / "forked", FORKED), facts(folder / "ordinary", ORDINARY)


def test_the_kernel_is_a_grandchild_of_the_command_or_its_child(both_kinds):
    forked, ordinary = both_kinds
    assert forked["parents"] == [True, False]
    assert ordinary["parents"] == [False, True]


def test_a_forked_kernel_is_as_an_ordinary_one(both_kinds):
    forked, ordinary = (
        {name: value for name, value in each.items() if name != "parents"} for each in both_kinds
    )
    assert forked == ordinary


def test_a_report_s_kernel_keeps_no_history_and_opens_no_port(both_kinds):
    for each in both_kinds:
        assert (each["history"], each["ports"], each["transport"]) == (False, [], "ipc")
        assert each["input"] == ""
        assert each["collected"][0]


# --- one comparison


ONCE = """
import warnings
from imgstats import Applicant, compare
from imgstats.comparison import compare as same
import imgstats.comparison.compare
import sys
module = sys.modules['imgstats.comparison.compare']
real, made = module._compared, []
module._compared = lambda request: made.append(1) or real(request)
applicant = Applicant.parse({'group': group, 'step2_ck': step2_ck})
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter('always')
    found = compare(applicant, scenarios=tuple(scenarios or ()))
alone = len(made), [(str(each.message), each.category.__name__, each.filename) for each in said]
other = compare(Applicant.parse({'group': group, 'step2_ck': 201}))
compare(applicant, level=0.9), compare(applicant, scenarios=['visa=0.5..0.8'])
again = compare(applicant, module.PublishedTables(), scenarios=tuple(scenarios or ()))
import json
open(OUT, 'w').write(json.dumps({
    'alone': alone[0], 'said': alone[1], 'all': len(made), 'same': again == found,
    'values': found.to_dict(curve=True) == again.to_dict(curve=True),
}))
"""


@pytest.mark.parametrize("kind", [FORKED, ORDINARY], ids=["forked", "ordinary"])
def test_the_notebook_gets_the_comparison_that_was_made_and_no_other(tmp_path, kind):
    out = tmp_path / "found.json"
    words = [*WORDS, "--scenario", "visa=0.5..0.9"]
    done = run(tmp_path, kind, f"OUT = {str(out)!r}", ONCE, words=words)
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["alone"] == 0
    assert found["all"] == 4
    assert found["same"]
    assert found["values"]
    ((message, category, file),) = found["said"]
    assert "under the passing score of 218" in message
    assert category == "PassingScoreWarning"
    assert "compare.py" not in file


# --- what goes wrong, and what is left


def test_a_failing_cell_is_said_and_leaves_nothing(tmp_path):
    done = run(tmp_path, FORKED, "raise ValueError('the third wheel')")
    assert done.returncode == 1
    assert "own.ipynb: cell 2 failed with ValueError: the third wheel" in done.stderr
    assert left(tmp_path) == []
    assert not (tmp_path / "out").exists()


def test_a_kernel_that_dies_is_said_and_leaves_nothing(tmp_path):
    done = run(tmp_path, FORKED, "import os; os._exit(3)")
    assert done.returncode == 1
    assert "own.ipynb: the kernel gave up" in done.stderr
    assert left(tmp_path) == []


def test_a_bad_parameters_cell_is_said_and_leaves_nothing(tmp_path):
    path = tmp_path / "own.ipynb"
    asked = command(tmp_path, FORKED, "1")
    nbformat.write(notebook_of("1", parameters="group = None"), path)
    done = subprocess.run(**asked, capture_output=True, check=False, timeout=300)
    assert done.returncode == 2
    assert "own.ipynb: its parameters cell lacks step2_ck" in done.stderr
    assert left(tmp_path) == []


BEGIN = """
import subprocess, pathlib, time
child = subprocess.Popen(['sleep', '600'])
pathlib.Path(OUT).write_text(str(child.pid))
time.sleep(600)
"""


@pytest.fixture
def begun(tmp_path):
    """Return a command in the middle of a cell, with all its processes."""
    out = tmp_path / "begun"
    asked = command(tmp_path, FORKED, f"OUT = {str(out)!r}" + BEGIN)
    process = subprocess.Popen(
        **asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    while not out.exists() or not out.read_text(encoding="utf-8"):
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    yield process, descendants(process.pid)
    process.kill()
    process.communicate()


def test_ctrl_c_stops_all_and_leaves_nothing(begun, tmp_path):
    process, processes = begun
    assert len(processes) == 3  # the server, its kernel, and what that started
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert all_gone(processes)
    assert left(tmp_path) == []
    assert not (tmp_path / "out").exists()


def test_kill_9_of_the_command_leaves_no_process_and_no_file(begun, tmp_path):
    process, processes = begun
    process.kill()
    process.communicate()
    assert all_gone(processes)
    assert left(tmp_path) == []
    assert [each for each in (tmp_path / "home").rglob("*") if each.is_socket()] == []
    assert list((tmp_path / "home").rglob("*kernel*.json")) == []


def test_kill_9_of_the_server_is_failed_work(begun, tmp_path):
    process, processes = begun
    server = next(each for each in processes if each.ppid() == process.pid)
    server.kill()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "own.ipynb: the kernel gave up" in said
    assert all_gone(processes)
    assert left(tmp_path) == []


# --- where it goes as before


def test_a_process_with_two_threads_is_not_forked(monkeypatch):
    monkeypatch.setattr(forked, "_SETTINGS_OF", set())
    monkeypatch.setattr(forked, "threads_now", lambda: 1)
    assert forked.can_fork_this()
    monkeypatch.undo()
    monkeypatch.setattr(forked, "_SETTINGS_OF", set())
    hold = threading.Event()
    thread = threading.Thread(target=hold.wait)
    thread.start()
    try:
        assert not forked.can_fork_this()
        with forked.forked_server(WARM) as place:
            assert place is None
    finally:
        hold.set()
        thread.join()


def test_a_process_that_draws_itself_is_not_forked(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", mpl)
    monkeypatch.setattr(forked, "threads_now", lambda: 1)
    assert not forked.can_fork_this()


def test_where_the_system_forks_no_process_an_ordinary_kernel_is_started(monkeypatch, tmp_path):
    def refuse():
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(forked, "can_fork_this", lambda: True)
    monkeypatch.setattr(os, "fork", refuse)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    children = {each.pid for each in psutil.Process().children()}
    with forked.forked_server(WARM) as place:
        assert place is None
    assert list(tmp_path.iterdir()) == []
    assert {each.pid for each in psutil.Process().children()} == children
