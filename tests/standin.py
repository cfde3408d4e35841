"""A stand-in for Stripe in a process of its own, for as long as a test needs it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from billing.standin.control import StandIn

ROOT = Path(__file__).resolve().parent.parent
SECRET = "whsec_test_of_the_stand_in"


def start(
    state_dir: Path, webhook_url: str = "", secret: str = SECRET
) -> tuple["subprocess.Popen[str]", StandIn]:
    """Starts the stand-in on a free port; without a `webhook_url` its deliveries wait.

    Its state is `state_dir/standin.json`, so a second one with the same folder takes up where the
    first ended. Raises `RuntimeError` when it does not start.
    """
    state = str(state_dir / "standin.json")
    command = [sys.executable, "-m", "billing.standin", "--port", "0", "--state", state]
    process = subprocess.Popen(
        [*command, "--webhook-url", webhook_url],
        cwd=ROOT,
        env={**os.environ, "STANDIN_WEBHOOK_SECRET": secret},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    words = process.stdout.readline().split()
    if not words:
        raise RuntimeError(f"the stand-in ended with {process.wait()}")
    return process, StandIn(words[-1])


@contextmanager
def running_standin(
    state_dir: Path, webhook_url: str = "", secret: str = SECRET
) -> Iterator[StandIn]:
    """A stand-in that is stopped in the end."""
    process, standin = start(state_dir, webhook_url, secret)
    try:
        yield standin
    finally:
        process.terminate()
        process.communicate(timeout=10)
