"""Processes that must not outlive the one that started them."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def die_with(parent: int, by: signal.Signals) -> None:
    """Have the kernel end this process when `parent`, a process number, is gone; only Linux can.

    Call it last before the program begins: the kernel forgets it when rights change. A parent that
    went before it was called is told by another one having taken its place.
    """
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, by)
        if os.getppid() != parent:
            os.kill(os.getpid(), by)
