"""How all tests run, and fixtures that several folders share: comparisons, data with one change."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import warnings
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from imgstats import Applicant, PublishedTables, compare
from imgstats.errors import ImgstatsWarning
from imgstats.processors import default_workers
from imgstats.reporting.notebook_format import without_grammar
from imgstats.sources import build, dataset
from imgstats.tables.tidy import records_of
from tests import browsing

chromium = browsing.chromium

with without_grammar():  # before a test imports it by itself, which takes seconds
    import nbformat  # noqa: F401

PROJECT = Path(__file__).resolve().parents[1]
COUNTS = "charting_outcomes_2026_non_us_img_counts"
MEASURES = "charting_outcomes_2026_non_us_img_measures"
# More processes than these wait for the slowest file only, and each imports everything.
MOST_PROCESSES = 8
QUICK_SECONDS = 0.5

# A busy machine fails no test.
settings.register_profile(
    "imgstats",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("imgstats")


def pytest_configure():
    """Let no test depend on who started it: a background job ignores Ctrl-C, one of nohup more."""
    os.umask(0o022)
    gc.disable()  # thousands of tests are collected, and nothing of them is garbage
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            default = signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL
            signal.signal(number, default)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Start as many processes as there are processors for this one."""
    return min(default_workers(), MOST_PROCESSES)


def pytest_collection_finish():
    """Look for garbage again, but not in what was collected."""
    gc.enable()
    gc.freeze()


def pytest_collection_modifyitems(items):
    """Put files that hold slow tests first, so that no process works long alone at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_terminal_summary(terminalreporter, config):
    """Name the tests that took long and are not marked so, where slow ones were left out."""
    if "not slow" not in config.option.markexpr:
        return
    seconds: Counter[str] = Counter()
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("")]:
        seconds[report.nodeid] += report.duration
    over = [each for each in seconds.most_common() if each[1] > QUICK_SECONDS]
    if over:
        terminalreporter.section(f"over {QUICK_SECONDS} s and not marked slow")
        for nodeid, took in over:
            terminalreporter.write_line(f"{took:.2f} s  {nodeid}")


@pytest.fixture(scope="session", autouse=True)
def no_tables_of_ones_own(tmp_path_factory):
    """Keep the tables that somebody added on this machine out of all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMGSTATS_DATA_DIR", str(tmp_path_factory.mktemp("own")))
        yield


def quiet_compare(applicant, *arguments, **options):
    """Compare without the warnings that a comparison repeats in its notes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)
        return compare(applicant, *arguments, **options)


@pytest.fixture(scope="session")
def compared(tables):
    """Return a function that compares, with warnings left to the notes and tables read once."""

    def compare_with(applicant, own_tables=None, **options):
        return quiet_compare(applicant, own_tables or tables, **options)

    return compare_with


@pytest.fixture(scope="session")
def tables():
    """Return the shipped tables, each read once."""
    return PublishedTables()


@pytest.fixture(scope="session")
def example_applicant():
    """Return the applicant of the example file, values in every field."""
    return Applicant(
        group="non_us_img",
        step2_ck=242,
        attempts=1,
        usce_months=3,
        ranks=5,
        label="Example applicant",
    )


@pytest.fixture(scope="session")
def non_us(compared, example_applicant):
    """Return the comparison of a non-US IMG with all fields given."""
    return compared(example_applicant)


@pytest.fixture(scope="session")
def us(compared):
    """Return the comparison of a US IMG, whose headline is borrowed."""
    return compared(Applicant(group="us_img", step2_ck=230))


@pytest.fixture
def edited_tables():
    """Return a function that gives the shipped tables with one of them changed in memory."""

    def edited(name, change):
        tables = PublishedTables()
        frame = change(tables.frame(name))
        tables._frames[name], tables._records[name] = frame, tuple(records_of(frame))
        return tables

    return edited


def change_number(root, name, old, new, edit_checks=None):
    """Replace one text in a raw table of `root` and make its birth certificate fit again."""
    item = dataset(name, root)
    text = item.path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    data = text.replace(old, new).encode()
    item.path.write_bytes(data)
    path = item.folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    resource = next(part for part in package["resources"] if part["name"] == name)
    resource.update(hash=f"sha256:{sha256(data).hexdigest()}", bytes=len(data))
    if edit_checks is not None:
        resource["checks"] = edit_checks(resource["checks"])
    path.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _checks_for_3700(checks):
    """Keep the declared totals true for 3,700 instead of 3,600 not matched."""
    kept = [each for each in checks if each["kind"] != "mean_rate_pct"]
    for each in kept:
        if each.get("column") == "not_matched":
            each["expected"] += 100
    return kept


@pytest.fixture(scope="session")
def data_copy(tmp_path_factory):
    """Return a function that copies the shipped data into a folder of its own."""

    def copy():
        return shutil.copytree(PROJECT / "data", tmp_path_factory.mktemp("copy") / "data")

    return copy


@pytest.fixture(scope="session")
def changed_root(data_copy):
    """Return data where three printed numbers of internal medicine are others, built again.

    The matched have a median of 253 and a mean of 250, and 3,700 instead of 3,600 did not match.
    """
    root = data_copy()
    change_number(
        root,
        MEASURES,
        "Internal Medicine,step2_ck,matched,2649,209,240,251,259,284,249,14",
        "Internal Medicine,step2_ck,matched,2649,209,241,253,260,284,250,14",
    )
    change_number(root, COUNTS, "14734,3392,3600", "14734,3392,3700", _checks_for_3700)
    build(root)
    return root


@pytest.fixture(scope="session")
def broken_root(data_copy):
    """Return data where one byte of a raw table was changed and nothing else."""
    root = data_copy()
    path = dataset(COUNTS, root).path
    path.write_bytes(path.read_bytes().replace(b"14734,3392,3600", b"14734,3393,3600"))
    return root
