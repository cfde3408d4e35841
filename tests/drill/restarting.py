"""`python -m tests.drill.restarting`: a PostgreSQL server that is started again for each line it gets.

Prints its address first, then a line when it is back; ends with its input.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.postgres import address_of, throw_away_postgres
from tests.whole_site import ROOT


class Postgres:
    """The server in a process of its own, as seen by a test."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.drill.restarting"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdin
        assert self.process.stdout
        self.tell, self.told = self.process.stdin, self.process.stdout
        self.address = self.told.readline().strip()

    def restart(self) -> None:
        """Stop it as an administrator does, who does not wait for clients, and start it."""
        print("again", file=self.tell, flush=True)
        assert self.told.readline() == "back\n"


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server that is gone in the end."""
    server = Postgres()
    try:
        yield server
    finally:
        server.process.communicate(timeout=20)


def main() -> None:
    """Serve until the input ends."""
    with throw_away_postgres() as server:
        print(address_of(server), flush=True)
        for _ in sys.stdin:
            server.stop()
            server.start()
            print("back", flush=True)


if __name__ == "__main__":
    main()
