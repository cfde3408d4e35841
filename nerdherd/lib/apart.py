"""Work that needs much memory now and then: a command of ours, in a process that ends with it."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from functools import partial

from django.conf import settings

from nerdherd.lib import worker
from nerdherd.lib.metrics import SHARED
from nerdherd.lib.orphans import die_with

HEARTBEAT_SECONDS = 0.5


class CommandFailed(Exception):
    """A command ended with another exit code than 0; what it logged says why."""


def manage(*arguments: str) -> None:
    """Run `manage.py ARGUMENTS` to its end, or until the worker that asks is told to end.

    What it logs is logged. Raises CommandFailed when it fails.
    """
    # The worker has been checked when it began.
    command = [sys.executable, "manage.py", *arguments, "--skip-checks"]
    # Whoever asked counts what was done; of each process that counts a file would stay behind.
    environment = {name: value for name, value in os.environ.items() if name != SHARED}
    with subprocess.Popen(  # noqa: S603 - our own program and arguments, no shell
        command,
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        preexec_fn=partial(die_with, os.getpid(), signal.SIGTERM),
    ) as process:
        while process.poll() is None:
            if worker.ending.is_set():
                process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(HEARTBEAT_SECONDS)
    if process.returncode and not worker.ending.is_set():
        raise CommandFailed(f"{arguments[0]}: exit code {process.returncode}")
