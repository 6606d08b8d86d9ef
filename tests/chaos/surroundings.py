"""Machines as people have them: settings of other programs, no home, few files, odd folders."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.batch.making import EPOCH
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

# Imports what the commands do, then runs each in a fork, as the command's own process would.
EACH = """
import json, os, sys
import pandas, pyarrow, yaml
import imgstats.cohort.scoring.score, imgstats.comparison
from imgstats.cli.main import main
folder, commands = sys.argv[1], json.loads(sys.argv[2])
codes = {}
for name, words in commands.items():
    pid = os.fork()
    if pid == 0:
        for number, where in ((1, "out"), (2, "err")):
            os.dup2(os.open(f"{folder}/{name}.{where}", os.O_WRONLY | os.O_CREAT), number)
        code = 70
        try:
            main(words)
        except SystemExit as e:
            code = e.code
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    codes[name] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps(codes))
"""
# As for a user id without a passwd entry.
NOBODY = """
import pwd
def missing(uid):
    raise KeyError(f"getpwuid(): uid not found: {uid}")
pwd.getpwuid = missing
"""
DASK = """
distributed:
  worker: {preload: [dask_cuda.initialize], daemon: false}
  nanny: {preload: [our_site_setup], environ: {MPLBACKEND: nope}}
  scheduler: {preload: [our_site_setup]}
  comm: {tls: {ciphers: OLD-CIPHER}, compression: nope}
scheduler-address: tcp://127.0.0.1:9
"""
VARIABLES = {
    "DASK_DISTRIBUTED__NANNY__PRELOAD": '["our_site_setup"]',
    "DASK_DISTRIBUTED__WORKER__PRELOAD": '["dask_cuda.initialize"]',
    "DASK_DISTRIBUTED__COMM__TLS__CIPHERS": "OLD-CIPHER",
    "DASK_TEMPORARY_DIRECTORY": "/nonexistent/dask",
    "DASK_SCHEDULER_ADDRESS": "tcp://127.0.0.1:9",
}
LONG = "t" * 120


@dataclass
class Place:
    """Where commands run: folders that a machine has, made for one of them."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    shell: tuple[str, ...] = ()

    def make(self, name, text=None):
        """Return a folder, or a file with a text, made."""
        path = self.folder / name
        if text is None:
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return path

    def set(self, **more):
        """Set variables for the commands."""
        self.environment.update({name: str(value) for name, value in more.items()})

    def run(self, *arguments):
        """Run the command, and return what it said."""
        words = [sys.executable, "-m", "imgstats.cli.main", *map(str, arguments)]
        return self._run(words)

    def run_all(self, commands):
        """Run several commands, each in a fork of one process; return what each said, by name."""
        said = self.make("said")
        given = {name: [*map(str, words)] for name, words in commands.items()}
        done = self._run([sys.executable, "-c", EACH, str(said), json.dumps(given)])
        assert done.returncode == 0, done
        return {
            name: subprocess.CompletedProcess(
                given[name],
                code,
                *(
                    (said / f"{name}.{where}").read_text(encoding="utf-8", errors="replace")
                    for where in ("out", "err")
                ),
            )
            for name, code in json.loads(done.stdout).items()
        }

    def _run(self, words):
        env = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **self.environment}
        for each in self.without:
            env.pop(each, None)
        if self.shell:
            words = ["sh", "-c", "\n".join([*self.shell, 'exec "$@"']), "sh", *words]
        return subprocess.run(
            words,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=PATIENCE,
            env=env,
            cwd=self.folder,
        )


def nothing(_):
    """Leave the machine as it is."""


def dask_files(place):
    place.make("home/.config/dask/mine.yaml", DASK)
    place.make("dask/more.yaml", DASK)
    place.set(HOME=place.folder / "home", DASK_CONFIG=place.folder / "dask")


def broken_files(place):
    place.make("home/.config/dask/mine.yaml", "a: [1\n")
    place.make("home/.config/fsspec/mine.json", "{")
    place.make("dask.yaml", "- a list\n")
    place.set(HOME=place.folder / "home", DASK_ROOT_CONFIG=place.folder / "dask.yaml")


def dask_variables(place):
    place.set(**VARIABLES)


def no_home(place):
    place.make("site/sitecustomize.py", NOBODY)
    path = os.pathsep.join([str(place.folder / "site"), os.environ.get("PYTHONPATH", "")])
    place.set(PYTHONPATH=path)
    place.without += ("HOME", "XDG_DATA_HOME", "IMGSTATS_DATA_DIR")


def unwritable_home(place):
    place.set(HOME="/proc/1")
    place.without += ("XDG_DATA_HOME", "IMGSTATS_DATA_DIR")


def home_that_is_a_file(place):
    place.set(HOME="/dev/null")
    place.without += ("XDG_DATA_HOME", "IMGSTATS_DATA_DIR")


def odd_xdg(place):
    place.set(XDG_DATA_HOME="relative", XDG_CONFIG_HOME="/dev/null", XDG_CACHE_HOME="/dev/null/x")
    place.set(XDG_RUNTIME_DIR="/nonexistent/run", XDG_DATA_DIRS="")
    place.without += ("IMGSTATS_DATA_DIR",)


def warnings_are_errors(place):
    place.set(PYTHONWARNINGS="error")


def developer(place):
    place.set(PYTHONWARNINGS="default", PYTHONDEVMODE="1", PYTHONASYNCIODEBUG="1")


def few_files(place):
    place.shell += ("ulimit -n 64",)


def files_to_be_had(place):
    place.shell += ("ulimit -S -n 64",)


def ascii_only(place):
    place.set(LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")


def long_tmpdir(place):
    place.set(TMPDIR=place.make(LONG))


def missing_tmpdir(place):
    place.set(TMPDIR="/nonexistent/tmp")


def folder_is_gone(place):
    place.shell += (f'mkdir "{place.folder}/gone"; cd "{place.folder}/gone"; rmdir "$PWD"',)


def folder_is_read_only(place):
    place.shell += ("cd /proc",)


def programs(place):
    """Settings of Jupyter, IPython and matplotlib, and files named like modules."""
    place.make("home/.ipython/profile_default/startup/00.py", "raise SystemExit('it ran')")
    place.make("home/.jupyter/jupyter_nbconvert_config.py", "c.TemplateExporter.template_name='x'")
    place.make("home/.config/matplotlib/matplotlibrc", "backend: QtAgg\ntext.usetex: True\n")
    place.make("home/.pythonrc", "raise SystemExit('it ran')")
    place.set(HOME=place.folder / "home", MPLBACKEND="QtAgg", PYTHONHASHSEED="random")
    place.set(PYTHONSTARTUP=place.folder / "home" / ".pythonrc")


ALL = (
    dask_files,
    broken_files,
    dask_variables,
    no_home,
    unwritable_home,
    home_that_is_a_file,
    odd_xdg,
    warnings_are_errors,
    developer,
    few_files,
    files_to_be_had,
    ascii_only,
    long_tmpdir,
    missing_tmpdir,
    folder_is_gone,
    folder_is_read_only,
    programs,
)


def all_of(*several):
    """Return a machine that has several of them."""

    def prepare(place):
        for each in several:
            each(place)

    prepare.__name__ = "-".join(each.__name__ for each in several)
    return prepare
