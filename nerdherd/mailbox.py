"""The test mailbox: shows mails that were written to files, on a page of this machine alone."""

import argparse
import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import islice
from pathlib import Path

SHOWN = 100
# Django's file-based backend ends every message with this line.
MESSAGE_END = re.compile(b"^" + b"-" * 79 + b"\n", re.MULTILINE)
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5">
<title>Test mailbox</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto }}
body {{ padding-inline: 1rem }}
pre {{ font: inherit; white-space: pre-wrap; overflow-wrap: anywhere }}
article {{ border-block-start: 1px solid; padding-block: 1rem }}
h2, p {{ margin: 0; overflow-wrap: anywhere }}
</style>
<h1>Test mailbox</h1>
<p>Nothing leaves this machine. Newest first; this page looks again every five seconds.</p>
{mails}
</html>
"""
ARTICLE = """<article>
<h2>{subject}</h2>
<p>To {to}<br>{sent}</p>
<pre>{text}</pre>
</article>
"""


@dataclass(frozen=True)
class Mail:
    """One message as plain text; `sent` is the Date header as it was written."""

    to: str
    subject: str
    sent: str
    text: str


def complete_mails(path: Path) -> list[Mail]:
    """The mails in one file, oldest first; one that is still being written is left out."""
    *complete, _rest = MESSAGE_END.split(path.read_bytes())
    return [_parse(source) for source in complete]


def newest_mails(directory: Path) -> Iterator[Mail]:
    """All mails in `directory`, newest first, reading a file only when its mails are wanted."""
    for path in sorted(_files(directory), key=lambda path: path.stat().st_mtime_ns, reverse=True):
        yield from reversed(complete_mails(path))


def _files(directory: Path) -> list[Path]:
    return list(directory.glob("*.log"))


def _parse(source: bytes) -> Mail:
    message = email.message_from_bytes(source, policy=email.policy.default)
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body else ""
    to, subject, sent = (_printable(message[name] or "") for name in ("To", "Subject", "Date"))
    return Mail(to, subject, sent, _printable(text).strip())


def _printable(text: str) -> str:
    # A name that somebody typed must not steer the terminal it is shown on.
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")


class Mailbox(HTTPServer):
    """Serves the page, and tells the terminal of every mail that arrives meanwhile."""

    def __init__(self, port: int, directory: Path) -> None:
        super().__init__(("127.0.0.1", port), MailboxPage)
        self.directory = directory
        # For each file its size in bytes and its number of mails when it was last read.
        self.seen: dict[Path, tuple[int, int]] = {}
        self.new_mails()

    def new_mails(self) -> list[Mail]:
        """The mails that have come in since the last call, reading only what has grown."""
        news: list[Mail] = []
        for path in sorted(_files(self.directory)):
            size, count = self.seen.get(path, (0, 0))
            if (grown := path.stat().st_size) != size:
                mails = complete_mails(path)
                news += mails[count:]
                self.seen[path] = (grown, len(mails))
        return news

    def service_actions(self) -> None:
        """Called by the server twice a second."""
        for mail in self.new_mails():
            print(f"To {mail.to}: {mail.subject}\n{mail.text}\n", flush=True)


class MailboxPage(BaseHTTPRequestHandler):
    """The one page there is."""

    server: Mailbox

    def do_GET(self) -> None:
        """Answer only to this machine's own names: the mails hold codes that open accounts."""
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host not in ("127.0.0.1", "localhost"):
            self.send_error(403)
            return
        mails = islice(newest_mails(self.server.directory), SHOWN)
        shown = "".join(
            ARTICLE.format_map({name: escape(value) for name, value in vars(mail).items()})
            for mail in mails
        )
        page = PAGE.format(mails=shown or "<p>No mail yet.</p>").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *arguments: object) -> None:
        """Say nothing: the terminal is for mails."""


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m nerdherd.mailbox", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    options = parser.parse_args()
    Mailbox(options.port, options.directory).serve_forever()


if __name__ == "__main__":
    main()
