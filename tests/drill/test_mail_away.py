"""The mail server is down or says nothing; pages do not wait, and each mail goes out once."""

import socketserver
import threading
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils import timezone

from nerdherd.lib import emails
from nerdherd.lib.models import OutboxMail
from tests.nerdherd.test_accounts import ask_for_code

pytestmark = pytest.mark.django_db(transaction=True)


class Conversation(socketserver.StreamRequestHandler):
    """As much SMTP as one mail needs."""

    server: "MailServer"

    def handle(self) -> None:
        self.server.visits += 1
        if self.server.is_silent:
            self.rfile.readline()
            return
        self.say("220 here")
        while line := self.rfile.readline().upper():
            self.say({b"DATA": "354 go on", b"QUIT": "221 bye"}.get(line[:4].strip(), "250 well"))
            if line.startswith(b"DATA"):
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.mails.append(text)
                self.say("250 taken")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True

    def __init__(self, port: int = 0, *, is_silent: bool = False) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.mails: list[bytes] = []
        self.visits, self.is_silent = 0, is_silent
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=[0.05]).start()

    def end(self) -> None:
        self.shutdown()
        self.server_close()


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    cache.clear()
    server = MailServer(is_silent=True)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
    yield server
    server.end()


def come_due() -> None:
    OutboxMail.objects.update(due_at=timezone.now())


@pytest.mark.drill("the mail server is down or slow")
def test_pages_do_not_wait_and_each_mail_goes_out_once_afterwards(client, server):
    assert ask_for_code(client, "zoe@example.com").status_code == 200
    assert server.visits == 0  # the page left it to the worker

    assert emails.send_due() == 0
    assert server.visits == 1  # it was there and said nothing
    port = server.port
    server.end()
    come_due()
    assert emails.send_due() == 0  # nobody was there
    assert OutboxMail.objects.get().attempts == 2

    well = MailServer(port)
    try:
        for _ in range(2):
            come_due()
            emails.send_due()
    finally:
        well.end()
    assert len(well.mails) == 1
    assert b"zoe@example.com" in well.mails[0]
