"""The site as on many machines, each of them a process here with a folder of its own.

Two webs and two workers that share PostgreSQL, Redis and a bucket and nothing else, a stand-in for
Stripe, and nginx in front with `deploy/nginx-many.conf`. `python -m tests.topology` (`make topology`)
keeps all of it running until Ctrl-C.
"""

import http.client
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import tests.conftest  # noqa: F401 - its settings, also where pytest does not run

# isort: split
import boto3
import psycopg
from moto.server import ThreadedMotoServer

from billing.standin.control import StandIn
from nerdherd.settings import postgresql
from tests.drill.restarting import postgres
from tests.drill.running import RunningSite, seed, until
from tests.nginx import NginxOfMany
from tests.s3 import KEYS
from tests.standin import running_standin
from tests.whole_site import free_ports

WEBS, WORKERS = ("web-1", "web-2"), ("worker-1", "worker-2")
BUCKET = "films"


class Topology(RunningSite):
    """All of it, as seen through nginx."""

    def __init__(self, folder: Path, films: int, bucket: int, **shared: str) -> None:
        super().__init__(seed(folder / "seed", **shared), folder / "seed", **shared)
        self.folder, self.films, self.bucket = folder, films, bucket
        first = free_ports(len(WEBS))
        self.ports = {name: first + number for number, name in enumerate(WEBS)}
        self.machines: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> "Topology":
        """Every machine brought up to date at the same moment, then all of them started."""
        updates = [self._spawn_on(name, "manage.py", "prepare") for name in (*WEBS, *WORKERS)]
        assert [update.wait(60) for update in updates] == [0, 0, 0, 0]
        for name in (*WEBS, *WORKERS):
            self.begin(name)
        folder = self.folder / "nginx"
        folder.mkdir()
        webs = [*self.ports.values()]
        self.nginx = NginxOfMany(folder, self.port, webs, self.films, self.bucket)
        until(lambda: all(map(self.is_up, WEBS)))
        return self

    def begin(self, name: str) -> None:
        """Start what runs on a machine, as its unit does."""
        is_web = name in WEBS
        command = ["-m", "nerdherd.web"] if is_web else ["manage.py", "worker"]
        self.machines[name] = self._spawn_on(name, *command)

    def kill(self, name: str) -> None:
        """kill -9, and all that it has started."""
        os.killpg(self.machines[name].pid, signal.SIGKILL)
        self.machines[name].wait()

    def end(self, name: str) -> None:
        """Tell it to end, and see that it does so in order."""
        self.machines[name].send_signal(signal.SIGTERM)
        assert self.machines[name].wait(20) == 0

    def is_up(self, name: str) -> bool:
        """Whether this web says so itself, nginx aside."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=5)) as line:
            try:
                line.request("GET", "/health/")
                return line.getresponse().status == 200
            except OSError:
                return False

    def stop(self) -> None:
        """End whatever runs of it."""
        self.nginx.stop()
        super().stop()

    def data_of(self, name: str) -> Path:
        """The folder that no other machine sees."""
        return self.folder / name

    def select(self, sql: str) -> list[tuple]:
        """Rows, past the site."""
        its = postgresql(self.environment["DATABASE_URL"])
        host, user, name = (str(its[key]) for key in ("HOST", "USER", "NAME"))
        with psycopg.connect(host=host, user=user, dbname=name) as database:
            return database.execute(sql.encode()).fetchall()

    def _spawn_on(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        port = f"{self.ports.get(name, 0)}"
        return self.spawn(*command, DATA_DIR=str(self.data_of(name)), PORT=port)


@contextmanager
def redis() -> Iterator[str]:
    """Its address."""
    port = free_ports(1)
    command = ["redis-server", "--port", f"{port}", "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def bucket() -> Iterator[int]:
    """The port of a server that speaks S3, with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    port = server.get_host_and_port()[1]
    keys = {name.lower(): key for name, key in KEYS.items()}
    client = boto3.client(
        "s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", **keys
    )
    client.create_bucket(Bucket=BUCKET)
    try:
        yield port
    finally:
        server.stop()


@contextmanager
def topology(folder: Path) -> Iterator[tuple[Topology, StandIn]]:
    """The running whole, and the Stripe that it talks to."""
    with ExitStack() as stack:
        stripe = stack.enter_context(running_standin(folder))
        films = free_ports(1)
        site = Topology(
            folder,
            films,
            stack.enter_context(bucket()),
            DATABASE_URL=stack.enter_context(postgres()).address,
            CACHE_URL=stack.enter_context(redis()),
            S3_BUCKET=BUCKET,
            S3_ENDPOINT_URL=f"http://127.0.0.1:{films}",
            STRIPE_API_BASE=stripe.base_url,
            TRUSTED_PROXIES="1",
            VIDEO_HEIGHTS="180",
            **KEYS,
        )
        stripe.configure(f"http://127.0.0.1:{site.port}/stripe/webhook/")
        stack.callback(site.stop)
        yield site.start(), stripe


def main() -> None:
    """Until Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with (
        tempfile.TemporaryDirectory(prefix="topology-") as name,
        topology(Path(name)) as (site, stripe),
    ):
        print(f"The site http://127.0.0.1:{site.port}  payments {stripe.base_url}  files in {name}")
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("Stopping …")


if __name__ == "__main__":
    main()
