"""Warm kernels: as fresh as ordinary ones, found by name, and gone when they should be."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import warnings
from pathlib import Path

import papermill
import psutil
import pytest

from imgstats.errors import ImgstatsWarning, WorkError
from imgstats.kernels import manager, provisioner
from imgstats.kernels.client import WarmServer, can_fork, warm_server
from imgstats.kernels.manager import NAME
from imgstats.kernels.server import _Server
from imgstats.reporting.notebook import execute
from imgstats.reporting.warm import WARM
from tests.reporting.processes import alive, all_gone, descendants
from tests.reporting.small_notebooks import notebook_of, printed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only"),
]
CHILD = "imgstats.kernels.child"


def run(*cells, **options):
    """Run cells in a warm kernel and return what each printed."""
    return printed(execute(notebook_of(*cells), "small", {"x": None}, warm=True, **options))


@pytest.fixture(scope="module", autouse=True)
def server():
    """Return this process's server, ready, and close it after the tests."""
    found = warm_server(WARM)
    found.wait_until_ready()
    yield found
    found.close()


@pytest.fixture
def own_server():
    """Return a server that a test may kill, and that knows of no reports."""
    found = WarmServer(CHILD)
    found.wait_until_ready()
    yield found
    found.close()


# --- one report never sees another


LEAKS = {
    "a variable": ("secret = 'A-17'", "print('secret' in globals())", "False"),
    "a variable of the main module": (
        "import __main__; __main__.secret = 1",
        "import __main__; print(hasattr(__main__, 'secret'))",
        "False",
    ),
    "an environment variable": (
        "import os; os.environ['SECRET'] = 'A-17'",
        "import os; print('SECRET' in os.environ)",
        "False",
    ),
    "a setting of matplotlib": (
        "import matplotlib; matplotlib.rcParams['font.size'] = 31",
        "import matplotlib; print(matplotlib.rcParams['font.size'] == 31)",
        "False",
    ),
    "a figure": (
        "import matplotlib.pyplot as plt; plt.ioff(); f = plt.figure()",
        "import matplotlib.pyplot as plt; print(plt.get_fignums())",
        "[]",
    ),
    "an attribute of a module": (
        "import imgstats; imgstats.secret = 1",
        "import imgstats; print(hasattr(imgstats, 'secret'))",
        "False",
    ),
    "a module path": (
        "import sys; sys.path.append('/secret')",
        "import sys; print('/secret' in sys.path)",
        "False",
    ),
    "a working folder": (
        "import os; os.chdir('/')",
        "import os; print(os.getcwd() == '/')",
        "False",
    ),
    "a folder for temporary files": (
        "import tempfile; tempfile.tempdir = '/'",
        "import tempfile, os; print(tempfile.gettempdir() == (os.environ.get('TMPDIR') or '/tmp'))",
        "True",
    ),
    "a pandas option": (
        "import pandas as pd; pd.set_option('display.max_rows', 7)",
        "import pandas as pd; print(pd.get_option('display.max_rows') == 7)",
        "False",
    ),
    # The last: what follows in its kernel would fail.
    "a filter of warnings": (
        "import warnings; warnings.simplefilter('error')",
        "import warnings; print(warnings.filters[0][0] == 'error')",
        "False",
    ),
}


def test_nothing_of_one_report_is_seen_by_the_next():
    assert run(*(leave for leave, _, _ in LEAKS.values())) == [""] * len(LEAKS)
    seen = run(*(look for _, look, _ in LEAKS.values()))
    assert dict(zip(LEAKS, seen, strict=True)) == {each: LEAKS[each][2] for each in LEAKS}


def test_the_look_would_see_a_leak():
    seen = run(*(cell for leave, look, _ in LEAKS.values() for cell in (leave, look)))[1::2]
    assert [each for each, found in zip(LEAKS, seen, strict=True) if found == LEAKS[each][2]] == []


OPEN_FILES = """
import os
found = []
for each in os.listdir('/proc/self/fd'):
    try:
        found.append(os.readlink(f'/proc/self/fd/{each}'))
    except OSError:
        pass
print(found)
"""


def test_an_open_file_of_one_report_is_closed_for_the_next(tmp_path):
    secret = tmp_path / "secret"
    assert str(secret) in run(f"f = open({str(secret)!r}, 'w')", OPEN_FILES)[1]
    assert str(secret) not in run(OPEN_FILES)[0]


def test_a_report_holds_no_socket_of_another_kernel(server, tmp_path):
    # The lines of kernels that run at the same time are the server's alone: what a report has of
    # the server's is what it has when no other kernel runs.
    def sockets():
        return len(
            set(re.findall(r"socket:\[\d+\]", run(OPEN_FILES)[0])) & _open_sockets(server.pid)
        )

    alone = sockets()
    others = [server.start(_forever(tmp_path, i), env=dict(os.environ), cwd="/") for i in range(3)]
    try:
        assert sockets() == alone
    finally:
        for each in others:
            each.kill()
            each.wait(10)


def _open_sockets(pid):
    """Return the sockets that another process has open."""
    found = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(str(each.readlink()))
    return found


def _forever(folder, number):
    """Return the command of a kernel that nobody talks to."""
    file = folder / f"{number}.json"
    file.write_text(
        json.dumps({"transport": "ipc", "ip": str(folder / f"k{number}"), "key": "k"}),
        encoding="utf-8",
    )
    return [sys.executable, "-m", "ipykernel_launcher", "-f", str(file)]


DRAW = "import random, numpy as np; print(random.random(), np.random.rand())"


def test_random_numbers_of_a_report_are_the_same_each_time():
    first = run("import random; random.seed(5)", DRAW)[1]
    assert run(DRAW) == run(DRAW)
    assert run(DRAW)[0] != first


def test_random_numbers_of_a_report_are_those_of_an_ordinary_kernel():
    ordinary = execute(notebook_of(DRAW), "small", {"x": None})
    assert printed(ordinary) == run(DRAW)


def test_random_numbers_of_other_kernels_are_new_each_time(tmp_path):
    first, second = (
        printed(_by_name(notebook_of(DRAW, parameters="x = 1"), tmp_path)) for _ in range(2)
    )
    assert first != second


def test_the_random_state_of_this_process_is_not_the_kernels():
    random.seed(5)  # a report has 0
    assert run("import random; print(random.getstate()[1][:3])") != [str(random.getstate()[1][:3])]


def test_no_parameter_is_left_in_a_history(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    _by_name(notebook_of("secret = 'A-17'", parameters="x = 1"), tmp_path)
    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in found if b"A-17" in path.read_bytes()] == []
    assert [path for path in found if "history" in path.name] == []


# --- figures are pictures


def _pictures(notebook):
    outputs = [out for cell in notebook.cells if cell.cell_type == "code" for out in cell.outputs]
    return sum("image/png" in out.get("data", {}) for out in outputs)


@pytest.mark.parametrize("warm", [True, False], ids=["warm", "ordinary"])
def test_a_figure_of_pyplot_is_a_picture(warm):
    cell = "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])"
    executed = execute(notebook_of(cell, cell), "small", {"x": None}, warm=warm)
    assert _pictures(executed) == 2


# --- by name alone


def _by_name(notebook, folder):
    return papermill.execute_notebook(
        notebook,
        None,
        parameters={"x": 2},
        kernel_name=NAME,
        progress_bar=False,
        cwd=str(folder),
    )


def test_papermill_finds_the_kernel_by_its_name(server, tmp_path):
    executed = _by_name(
        notebook_of("import os; print(x, os.getppid())", parameters="x = 1"), tmp_path
    )
    assert printed(executed)[-1] == f"2 {server.pid}"


def test_nbclient_finds_the_kernel_by_its_name(server):
    from nbclient import NotebookClient

    notebook = notebook_of("import os; print(os.getppid())")
    executed = NotebookClient(notebook, kernel_name=NAME).execute()
    assert printed(executed) == [str(server.pid)]


def test_a_manager_of_many_kernels_starts_it_and_ends_it():
    # voila keeps its kernels in such a manager.
    from jupyter_client.multikernelmanager import MultiKernelManager

    many = MultiKernelManager()
    name = many.start_kernel(kernel_name=NAME)
    kernel = many.get_kernel(name)
    process = psutil.Process(getattr(kernel.provisioner, "pid", 0))
    client = kernel.client()
    client.start_channels()
    client.wait_for_ready(timeout=120)
    client.stop_channels()
    many.shutdown_kernel(name, now=True)
    assert all_gone([process])


def test_the_kernel_listens_on_no_port_and_on_sockets_of_its_owner(tmp_path):
    code = """
        import os, psutil
        from ipykernel.kernelapp import IPKernelApp
        app = IPKernelApp.instance()
        me = psutil.Process()
        ports = [each for each in me.net_connections('inet') if each.status == 'LISTEN']
        folder = os.path.dirname(app.ip)
        # Jupyter marks the folder of a connection file, so that the system does not tidy it away.
        print(app.transport, len(ports), oct(os.stat(folder).st_mode & 0o777))
    """
    executed = _by_name(notebook_of(textwrap.dedent(code), parameters="x = 1"), tmp_path)
    assert printed(executed)[-1] == "ipc 0 0o700"
    for warm in (True, False):
        executed = execute(notebook_of(textwrap.dedent(code)), "small", {"x": 1}, warm=warm)
        assert printed(executed) == ["ipc 0 0o700"]


def test_what_a_forked_process_prints_is_in_the_report():
    child = "    print('from the child', flush=True)\n    os._exit(0)"
    code = f"import os\nif os.fork() == 0:\n{child}\nos.wait()"
    for warm in (True, False):
        executed = execute(
            notebook_of(code, "import time; time.sleep(0.5)"), "small", {"x": 1}, warm=warm
        )
        assert "from the child" in "".join(printed(executed))


def test_an_interrupt_stops_a_cell_and_not_the_kernel():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name=NAME)
    try:
        request = client.execute("import time; print('begun', flush=True); time.sleep(60)")
        while client.get_iopub_msg(timeout=120)["header"]["msg_type"] != "stream":
            pass  # an interrupt before the cell runs would be the kernel's own
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=120)
        while reply["parent_header"].get("msg_id") != request:
            reply = client.get_shell_msg(timeout=120)
        assert reply["content"]["ename"] == "KeyboardInterrupt"
        assert manager.is_alive()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


# --- what ends, ends


def test_a_report_past_its_time_is_ended_with_all_it_started(tmp_path):
    file = tmp_path / "pid"
    start = (
        "import subprocess\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        f"open({str(file)!r}, 'w').write(str(child.pid))"
    )
    with pytest.raises(WorkError, match=r"small took longer than 8 s; allow more with --timeout"):
        run(start, "import time; time.sleep(600)", seconds=8)
    assert all_gone([each for each in [_process(int(file.read_text()))] if each])


def _process(pid):
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def test_a_time_limit_is_on_the_whole_and_not_on_a_cell():
    cells = ["import time; time.sleep(1)"] * 5
    with pytest.raises(WorkError, match=r"took longer than 2\.5 s"):
        run(*cells, seconds=2.5)


def test_an_ordinary_kernel_past_its_time_is_ended_too():
    with pytest.raises(WorkError, match="took longer than 4 s"):
        execute(notebook_of("while True: pass"), "small", {"x": None}, seconds=4)


def test_what_a_kernel_started_ends_with_the_report(tmp_path):
    file = tmp_path / "pid"
    run(
        "import subprocess; child = subprocess.Popen(['sleep', '600'])",
        f"open({str(file)!r}, 'w').write(str(child.pid))",
    )
    assert all_gone([each for each in [_process(int(file.read_text()))] if each])


def test_a_kernel_that_crashes_is_an_error_and_the_server_lives_on():
    with pytest.raises(WorkError, match="the kernel gave up"):
        run("import os; os._exit(3)")
    assert run("print(1)") == ["1"]


def test_a_kernel_says_its_exit_code(server, tmp_path):
    process = server.start(_forever(tmp_path, 0), env=dict(os.environ), cwd="/")
    assert process.poll() is None
    process.kill()
    assert process.wait(10) == -signal.SIGKILL
    assert process.poll() == -signal.SIGKILL


def test_kernels_end_with_their_server(own_server, tmp_path):
    process = own_server.start(_forever(tmp_path, 0), env=dict(os.environ), cwd="/")
    kernel = descendants(own_server.pid)
    assert [each.pid for each in alive(kernel)] == [process.pid]
    os.kill(own_server.pid, signal.SIGKILL)
    assert all_gone(kernel)
    assert process.wait(10) == -signal.SIGKILL


def test_a_server_that_was_killed_is_an_error_that_says_so(own_server, tmp_path):
    os.kill(own_server.pid, signal.SIGKILL)
    own_server._process.wait()
    with pytest.raises(WorkError, match="the kernel server is gone"):
        own_server.start(_forever(tmp_path, 0), env=dict(os.environ), cwd="/")


def test_another_server_is_started_after_one_was_killed(server):
    os.kill(server.pid, signal.SIGKILL)
    server._process.wait()
    assert run("print(1)") == ["1"]
    assert warm_server(WARM) is not server


def test_a_server_that_was_closed_leaves_nobody(tmp_path):
    server = WarmServer(CHILD)
    server.wait_until_ready()
    kernel = server.start(_forever(tmp_path, 0), env=dict(os.environ), cwd="/")
    processes = [psutil.Process(server.pid), psutil.Process(kernel.pid)]
    server.close()
    assert all_gone(processes)
    assert kernel.wait(10) < 0


OWNER = """
import os, sys, time
from imgstats.kernels.client import warm_server
server = warm_server("imgstats.kernels.child")
server.wait_until_ready()
process = server.start({cmd!r}, env=dict(os.environ), cwd="/")
print(server.pid, process.pid, flush=True)
{end}
"""
ENDS = {
    "normal": "",
    "an exception": "raise SystemExit(3)",
    "exit at once": "os._exit(0)",
    "kill -9": "time.sleep(600)",
}


@pytest.mark.parametrize("end", ENDS)
def test_server_and_kernels_end_with_their_owner(end, tmp_path):
    code = OWNER.format(cmd=_forever(tmp_path, 0), end=ENDS[end])
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    processes = [psutil.Process(int(each)) for each in owner.stdout.readline().split()]
    assert len(processes) == 2
    if end == "kill -9":
        owner.kill()
    owner.communicate(timeout=60)
    assert all_gone(processes)


# --- refusals


def test_a_server_with_two_threads_does_not_fork():

    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    hold = threading.Event()
    thread = threading.Thread(target=hold.wait)
    thread.start()
    server = _Server(theirs, socket.socket(socket.AF_UNIX), lambda _: None)
    line, its = socket.socketpair()
    try:
        server._start({"cmd": [], "env": {}, "cwd": "/"}, its)
        size = int.from_bytes(line.recv(4), "big")
        assert "threads, and may have one" in json.loads(line.recv(size))["error"]
    finally:
        hold.set()
        thread.join()
        for each in (ours, theirs, line):
            each.close()
        server.selector.close()
        server.listener.close()


def test_elsewhere_the_ordinary_kernel_is_started_and_that_is_said_once(monkeypatch):
    monkeypatch.setattr(provisioner, "can_fork", lambda: False)
    manager.say_ordinary.cache_clear()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        manager.say_ordinary()
        manager.say_ordinary()
    assert [each.category for each in said] == [ImgstatsWarning]
    assert "forked on Linux only" in str(said[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = run("import sys; print('imgstats.reporting.pictures' in sys.modules)")
    assert found == ["False"]


def test_no_folder_of_sockets_stays(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    _by_name(notebook_of("print(1)", parameters="x = 1"), Path.home())
    run("print(1)")
    time.sleep(0.1)
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("imgstats")] == []
