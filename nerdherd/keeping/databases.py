"""A whole copy of the database in one file, and the way back; each engine by its own means."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

# What each engine's copy is called in an archive.
NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class CannotCopyError(Exception):
    """Why the database could not be copied or brought back, and what to do."""


def copy_to(target: Path) -> None:
    """Write the database as it is at one moment; the site may go on meanwhile."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
    else:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def bring_back(source: Path) -> None:
    """Put a copy in place of everything that is in the database; all of it or nothing."""
    connection.close()
    if connection.vendor == "sqlite":
        # Through the library and not by moving files: whoever has the database open sees the new
        # one from the next transaction on.
        with (
            closing(sqlite3.connect(source)) as saved,
            closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=30)) as here,
        ):
            saved.backup(here)
    else:
        _run(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges",
            "--single-transaction", "--exit-on-error", f"--dbname={_name()}", str(source),
        )  # fmt: skip


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs, told by its environment where the server is."""
    if shutil.which(program) is None:
        raise CannotCopyError(f"{program} is missing: install the client programs of PostgreSQL.")
    its: dict[str, Any] = connection.settings_dict
    told = {
        "PGHOST": its["HOST"], "PGPORT": str(its["PORT"]), "PGUSER": its["USER"],
        "PGPASSWORD": its["PASSWORD"], "PGDATABASE": _name(),
    }  # fmt: skip
    environment = os.environ | {name: value for name, value in told.items() if value}
    done = subprocess.run(  # noqa: S603 - a fixed program with arguments of ours
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotCopyError(f"{program}: {done.stderr.strip()}")
