"""What must be there before the site starts: secrets, a folder to write in, free ports."""

import errno
import os
import secrets
import socket
import tempfile
from pathlib import Path

SECRETS = ("SECRET_KEY", "STRIPE_WEBHOOK_SECRETS")


class NotReady(Exception):
    """One line for the person at the terminal: what is missing and what to do about it."""


def ensure_secrets(path: Path) -> None:
    """Write fresh secrets to `path`, readable by its owner alone, unless it is there already.

    Nothing is written either where the environment names all of them itself.
    """
    if path.exists() or all(os.environ.get(name) for name in SECRETS):
        return
    text = (
        "# Made by the first `make run`; .env.example names the other settings.\n"
        f"SECRET_KEY={secrets.token_hex(32)}\n"
        f"STRIPE_WEBHOOK_SECRETS=whsec_{secrets.token_hex(24)}\n"
    )
    try:
        path.touch(0o600, exist_ok=False)
        path.write_text(text)
    except OSError as error:
        raise NotReady(f"{path} cannot be written: {error.strerror}.") from error


def ensure_writable(directory: Path) -> None:
    """Make `directory` if need be and try to write in it."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise NotReady(
            f"DATA_DIR {directory} cannot be written ({error.strerror}):"
            " name another, as in DATA_DIR=~/nerdherd make run"
        ) from error


def ensure_free(first: int, wanted: dict[int, str]) -> None:
    """See that nobody listens on the ports `wanted` (port: what it is for) of this machine."""
    for port, purpose in wanted.items():
        try:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            trouble = "is in use" if taken else "cannot be used"
            other = first + 10 if taken and first < 65_000 else 8010
            raise NotReady(
                f"Port {port} (for {purpose}) {trouble}: name another, as in PORT={other} make run"
            ) from error
