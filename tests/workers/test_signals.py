"""Ctrl-C waits for the end of a block, once."""

from __future__ import annotations

import signal
import threading

import pytest

from imgstats.workers.signals import ends_like_ctrl_c, undisturbed


@pytest.fixture
def handlers():
    """Give the handlers that a command has, and check that they are put back."""

    def stop(*_):
        raise KeyboardInterrupt

    outer = signal.signal(signal.SIGINT, signal.default_int_handler)
    before = signal.signal(signal.SIGTERM, stop)
    hung_up = signal.signal(signal.SIGHUP, stop)
    yield
    assert signal.signal(signal.SIGHUP, hung_up) is stop
    assert signal.signal(signal.SIGTERM, before) is stop
    assert signal.signal(signal.SIGINT, outer) is signal.default_int_handler


def run(*signals, error=None):
    """Run a block in which signals come, and return what it did; Ctrl-C must come out of it."""
    done = []

    def block():
        with undisturbed():
            for number in signals:
                signal.raise_signal(number)
                done.append(number)
            if error:
                raise error

    with pytest.raises(KeyboardInterrupt):
        block()
    return done


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.usefixtures("handlers")
def test_the_first_signal_waits(number):
    assert run(number) == [number]


@pytest.mark.usefixtures("handlers")
def test_the_second_signal_does_not_wait():
    assert run(signal.SIGTERM, signal.SIGINT) == [signal.SIGTERM]


@pytest.mark.usefixtures("handlers")
def test_a_signal_counts_also_where_the_block_fails():
    assert run(signal.SIGINT, error=OSError("disk")) == [signal.SIGINT]


@pytest.mark.usefixtures("handlers")
def test_a_quiet_block_changes_nothing():
    with undisturbed():
        pass


def test_a_signal_that_nobody_hears_stays_unheard():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with undisturbed():
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("handlers")
def test_another_thread_touches_no_handler():
    found = []

    def look():
        with undisturbed():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_and_a_closed_terminal_end_like_ctrl_c(number):
    before = signal.signal(number, signal.SIG_DFL)
    try:
        with pytest.raises(KeyboardInterrupt), ends_like_ctrl_c():
            signal.raise_signal(number)
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, before)


def test_a_command_that_is_to_outlive_its_terminal_does():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ends_like_ctrl_c():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
