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


@contextmanager
def running_standin(
    state_dir: Path, webhook_url: str = "", secret: str = SECRET
) -> Iterator[StandIn]:
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
    try:
        assert process.stdout
        words = process.stdout.readline().split()
        if not words:
            raise RuntimeError(f"the stand-in ended with {process.wait()}")
        yield StandIn(words[-1])
    finally:
        process.terminate()
        process.communicate(timeout=10)
