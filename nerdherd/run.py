"""What `make run` keeps running: web, worker, and stand-ins for Stripe and the mail server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from nerdherd.house import House
from nerdherd.lib.orphans import die_with
from nerdherd.readiness import NotReady, ensure_free, ensure_secrets, ensure_writable
from nerdherd.welcome import read_accounts, welcome

ROOT = Path(__file__).resolve().parent.parent
SIGNALS = (signal.SIGINT, signal.SIGTERM)
MAX_DEATHS = 5  # in a row
STEADY = 60.0  # seconds after which a process has proved itself
PATIENCE = 8.0  # seconds to stop by oneself
START_LIMIT = 30.0  # seconds until the site must answer
SHARED = "PROMETHEUS_MULTIPROC_DIR"  # where prometheus_client looks for it
MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there has a random name and is ours alone


def say(text: str) -> None:
    """Print at once, also into a pipe; a site whose terminal has gone lives on."""
    with suppress(OSError):
        print(f"{text}\n", end="", flush=True)  # at one go: several threads print


def spawn(command: list[str], stderr: int | None = None) -> subprocess.Popen[bytes]:
    """Start `python COMMAND` in a session of its own: Ctrl-C reaches us, and we tell the others."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=partial(die_with, os.getpid(), signal.SIGTERM),
    )


def manage(*arguments: str) -> str:
    """Run a management command to its end; returns what it printed, errors go to the terminal."""
    with spawn(["manage.py", *arguments]) as process:
        try:
            printed, _ = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise
    if process.returncode:
        raise NotReady(f"manage.py {arguments[0]} failed; the reason stands above.")
    return printed.decode()


class Child:
    """One process of the site: its lines carry its name, and when it dies it is started again."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.relay: Thread | None = None
        self.started = self.due = 0.0
        self.deaths = 0

    def tend(self) -> None:
        """Start it if it is due; raises NotReady when it has died too often in a row."""
        if self.process is None:
            if time.monotonic() >= self.due:
                self._start()
        elif self.process.poll() is not None:
            self._mourn(self.process.returncode)

    def ask_to_stop(self) -> None:
        """Send the signal for an orderly end."""
        if self.process:
            self.process.terminate()

    def stop(self, deadline: float) -> None:
        """Wait for the end until `deadline` (monotonic seconds), then end it and all it started."""
        if self.process is None or self.relay is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.relay.join(timeout=1)
        self.process = None

    def _start(self) -> None:
        self.started = time.monotonic()
        self.process = spawn(self.command, stderr=subprocess.STDOUT)
        self.relay = Thread(target=self._print_lines, args=[self.process], daemon=True)
        self.relay.start()

    def _print_lines(self, process: subprocess.Popen[bytes]) -> None:
        for line in process.stdout or ():
            text = line.decode(errors="replace").rstrip()
            # A line of the log says itself who wrote it, and is for programs to read.
            say(text if text.startswith("{") else f"{self.name:>8} | {text}")

    def _mourn(self, code: int) -> None:
        self.stop(deadline=0)
        self.deaths = 1 if time.monotonic() - self.started > STEADY else self.deaths + 1
        if self.deaths == MAX_DEATHS:
            raise NotReady(f"{self.name} died {MAX_DEATHS} times in a row; giving up.")
        wait = 2 ** (self.deaths - 1)
        say(f"{self.name} died (exit code {code}); starting it again in {wait} s.")
        self.due = time.monotonic() + wait


@contextmanager
def stopping(*ranks: list[Child]) -> Iterator[None]:
    """Whatever happens inside, afterwards none of the children runs any more.

    One rank after the other: what is being done may still ask those of a later one.
    """
    try:
        yield
    finally:
        take_signals(signal.SIG_IGN)
        say("Stopping …")
        for children in ranks:
            for child in children:
                child.ask_to_stop()
            deadline = time.monotonic() + PATIENCE
            for child in children:
                child.stop(deadline)


@contextmanager
def counting_together() -> Iterator[None]:
    """A folder in which all processes of the site count, if anybody wants to know.

    In memory: the files are mapped, and a process that writes into one is killed by a full disk.
    """
    if not settings.METRICS_PORT or SHARED in os.environ:
        yield
        return
    parent = MEMORY if MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="nerdherd-", dir=parent, ignore_cleanup_errors=True) as folder:
        os.environ[SHARED] = folder
        yield


def keep_running(house: House, greeting: str) -> NoReturn:
    """Start everybody, greet when the site answers, and tend to all until a signal comes."""
    own, standins = (
        [Child(name, command) for name, command in commands.items()]
        for commands in (house.commands(), house.standins())
    )
    greeted, deadline = False, time.monotonic() + START_LIMIT
    with stopping(own, standins):
        while True:
            for child in [*own, *standins]:
                child.tend()
            if not greeted and (greeted := house.answers()):
                say(greeting)
            if not greeted and time.monotonic() > deadline:
                raise NotReady(f"The site did not answer within {START_LIMIT:.0f} s.")
            time.sleep(0.2)


def prepare() -> House:
    """Secrets, ports, folder; raises NotReady with the first thing that is wrong."""
    ensure_secrets(ROOT / ".env")
    try:
        house = House()
    except (ImproperlyConfigured, ValueError) as error:
        raise NotReady(f"A setting cannot be read: {error}") from error
    ensure_free(house.port, house.ports())
    ensure_writable(settings.DATA_DIR)
    # The others are told what was decided here, wherever it came from.
    os.environ |= {
        "PYTHONUNBUFFERED": "1",
        "PORT": str(house.port),
        "DATA_DIR": str(settings.DATA_DIR),
        "STANDIN_WEBHOOK_SECRET": next(iter(settings.STRIPE_WEBHOOK_SECRETS), ""),
    }
    return house


def take_signals(handler: Callable[..., object] | signal.Handlers) -> None:
    """Have what asks us to stop handled so."""
    for number in SIGNALS:
        signal.signal(number, handler)


def leave(*_signal: object) -> NoReturn:
    """End this process in order, as a signal handler; a second signal must not disturb that."""
    take_signals(signal.SIG_IGN)
    sys.exit(0)


def main() -> None:
    """Exit code 0 after Ctrl-C or SIGTERM, 1 with one line when something is missing."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "nerdherd.settings"
    if "MAKELEVEL" in os.environ:
        die_with(os.getppid(), signal.SIGTERM)
    take_signals(leave)
    try:
        house = prepare()
        say("Preparing the database and the library (the first time it takes a minute) …")
        manage("prepare")
        accounts = read_accounts(manage("demo", "--json", "--if-wanted"))
        with counting_together():
            keep_running(house, welcome(house.address, house.extras(), accounts))
    except NotReady as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
