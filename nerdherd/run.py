"""What `make run` keeps running: web, worker, and stand-ins for Stripe and the mail server."""

import ctypes
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import IO, NoReturn, TypedDict

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from nerdherd.readiness import NotReady, ensure_free, ensure_secrets, ensure_writable

ROOT = Path(__file__).resolve().parent.parent
MAX_DEATHS = 5  # in a row
STEADY = 60.0  # seconds after which a process has proved itself
PATIENCE = 8.0  # seconds to stop in by oneself
START_LIMIT = 30.0  # seconds until the site must answer
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)

CAST = {
    "rui": "signed up, not a member",
    "mona": "member",
    "rex": "got a refund",
    "gita": "member by a gift",
    "ed": "editor",
    "olga": "owner",
}


class Account(TypedDict):
    """A demo account as `manage.py demo --json` prints it."""

    email: str
    password: str
    recovery_codes: list[str]


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


def die_with_parent() -> None:
    """Let the kernel end this process when its parent is gone; only Linux can."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn(command: Sequence[str], **environment: str) -> subprocess.Popen[bytes]:
    """Start `python COMMAND` in a session of its own, so that Ctrl-C reaches us alone."""
    place = {"PORT": str(settings.PORT), "DATA_DIR": str(settings.DATA_DIR)}
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **place, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509
    )
