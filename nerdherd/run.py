"""What `make run` keeps running: web, worker, and stand-ins for Stripe and the mail server."""

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from nerdherd.readiness import NotReady, ensure_free, ensure_secrets, ensure_writable
from nerdherd.welcome import read_accounts, welcome

ROOT = Path(__file__).resolve().parent.parent
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MAX_DEATHS = 5  # in a row
STEADY = 60.0  # seconds after which a process has proved itself
PATIENCE = 8.0  # seconds to stop by oneself
START_LIMIT = 30.0  # seconds until the site must answer
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def die_with_parent() -> None:
    """Have the kernel end this process when its parent is gone; only Linux can."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn(command: list[str], **pipes: int) -> subprocess.Popen[bytes]:
    """Start `python COMMAND` in a session of its own: Ctrl-C reaches us, and we tell the others."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,
        **pipes,
    )


def manage(*arguments: str) -> str:
    """Run a management command to its end; returns what it printed, errors go to the terminal."""
    with spawn(["manage.py", *arguments], stdout=subprocess.PIPE) as process:
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

    def __init__(self, name: str, *command: str) -> None:
        self.name = name
        self.command = list(command)
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
        self.process = spawn(self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.relay = Thread(target=self._print_lines, args=[self.process], daemon=True)
        self.relay.start()

    def _print_lines(self, process: subprocess.Popen[bytes]) -> None:
        for line in process.stdout or ():
            say(f"{self.name:>8} | {line.decode(errors='replace').rstrip()}")

    def _mourn(self, code: int) -> None:
        self.stop(deadline=0)
        self.deaths = 1 if time.monotonic() - self.started > STEADY else self.deaths + 1
        if self.deaths == MAX_DEATHS:
            raise NotReady(f"{self.name} died {MAX_DEATHS} times in a row; giving up.")
        wait = 2 ** (self.deaths - 1)
        say(f"{self.name} died (exit code {code}); starting it again in {wait} s.")
        self.due = time.monotonic() + wait


class House:
    """Who lives on which port, read from the settings."""

    def __init__(self) -> None:
        self.port: int = settings.PORT
        self.address = f"http://127.0.0.1:{self.port}"
        # The settings have read .env into the environment, so this sees both.
        own_stripe = os.environ.get("STRIPE_SECRET_KEY") or os.environ.get("STRIPE_API_BASE")
        self.has_standin: bool = settings.IS_LOCAL and not own_stripe
        self.has_mailbox = not os.environ.get("EMAIL_URL")

    def ports(self) -> dict[int, str]:
        """Every port that must be free, and for what."""
        wanted = {self.port: "the site"}
        if self.has_standin:
            wanted[self.port + 1] = "test payments"
        if self.has_mailbox:
            wanted[self.port + 2] = "the test mailbox"
        return wanted

    def extras(self) -> dict[str, str]:
        """What the welcome names beside the site."""
        return {
            purpose.removeprefix("the ").capitalize(): f"http://127.0.0.1:{port}"
            for port, purpose in self.ports().items()
            if port != self.port
        }

    def children(self) -> list[Child]:
        """The processes, none of them started yet."""
        flags = "--interface wsgi --workers 2 --blocking-threads 4 --no-ws --log-level warning"
        flags += " --respawn-failed-workers --workers-kill-timeout 5 --host 127.0.0.1 --port"
        web = ["granian", *flags.split(), str(self.port), "nerdherd.wsgi:application"]
        children = [Child("web", "-m", *web), Child("worker", "manage.py", "worker")]
        if self.has_standin:
            state = f"{settings.DATA_DIR}/standin.json"
            where = ["--port", f"{self.port + 1}", "--state", state]
            hook = ["--webhook-url", f"{self.address}/stripe/webhook/"]
            children.append(Child("stripe", "-m", "billing.standin", *where, *hook))
        if self.has_mailbox:
            where = ["--port", f"{self.port + 2}", "--directory", settings.EMAIL_FILE_PATH]
            children.append(Child("mail", "-m", "nerdherd.mailbox", *where))
        return children

    def answers(self) -> bool:
        """Whether the site says that it is well."""
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            web.request("GET", "/health/", headers={"Host": settings.SITE_HOST})
            return web.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            web.close()


@contextmanager
def stopping(children: list[Child]) -> Iterator[None]:
    """Whatever happens inside, afterwards none of the children runs any more."""
    try:
        yield
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        say("Stopping …")
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + PATIENCE
        for child in children:
            child.stop(deadline)


def keep_running(house: House, greeting: str) -> NoReturn:
    """Start everybody, greet when the site answers, and tend to all until a signal comes."""
    children = house.children()
    greeted, deadline = False, time.monotonic() + START_LIMIT
    with stopping(children):
        while True:
            for child in children:
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
    # The children are told what was decided here, wherever it came from.
    os.environ |= {
        "PYTHONUNBUFFERED": "1",
        "PORT": str(house.port),
        "DATA_DIR": str(settings.DATA_DIR),
    }
    return house


def say(text: str) -> None:
    """Print at once, also into a pipe."""
    print(text, flush=True)


def leave(*_signal: object) -> NoReturn:
    """End this process in order, as a signal handler."""
    sys.exit(0)


def main() -> None:
    """Exit code 0 after Ctrl-C or SIGTERM, 1 with one line when something is missing."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "nerdherd.settings"
    if "MAKELEVEL" in os.environ:
        die_with_parent()
    for number in SIGNALS:
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN: ...
    try:
        house = prepare()
        say("Preparing the database and the library …")
        manage("prepare")
        if settings.STRIPE_WEBHOOK_SECRETS:
            os.environ["STANDIN_WEBHOOK_SECRET"] = settings.STRIPE_WEBHOOK_SECRETS[0]
        accounts = read_accounts(manage("demo", "--json", "--if-wanted"))
        keep_running(house, welcome(house.address, house.extras(), accounts))
    except NotReady as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
