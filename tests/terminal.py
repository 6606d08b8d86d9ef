"""Signals as a terminal gives them to a program, whatever started the tests."""

from __future__ import annotations

import signal


def hear_ctrl_c():
    """Have this process and all that it starts hear Ctrl-C.

    A shell that starts a program in the background has it ignore Ctrl-C, and with it whatever that
    program starts.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
