"""The test mailbox shows what was sent, and nothing that was sent can do anything there."""

import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail

from nerdherd.mailbox import Mailbox, complete_mails, newest_mails


@pytest.fixture(autouse=True)
def mail_goes_to_files(settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    """A mailbox on any free port."""
    with Mailbox(0, tmp_path) as mailbox:
        thread = threading.Thread(target=mailbox.serve_forever, args=[0.05])
        thread.start()
        yield mailbox
        mailbox.shutdown()
        thread.join()


def get(mailbox: Mailbox, host: str = "127.0.0.1") -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", mailbox.server_port, timeout=5)
    connection.request("GET", "/", headers={"Host": f"{host}:{mailbox.server_port}"})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def send(subject: str, text: str = "Text", to: str = "zoe@example.com") -> None:
    send_mail(subject, text, "hello@example.com", [to])


def test_mails_come_newest_first_with_every_letter_they_were_sent_with(tmp_path: Path):
    send("Erste", "Grüße — bis bald\n-----\n--", to="Zoë <zoe@example.com>")
    send("Second")
    second, first = newest_mails(tmp_path)
    assert (first.subject, first.to) == ("Erste", "Zoë <zoe@example.com>")
    assert first.text == "Grüße — bis bald\n-----\n--"
    assert second.subject == "Second"


def test_of_text_and_html_the_text_is_shown(tmp_path: Path):
    mail = EmailMultiAlternatives("Both", "plain words", to=["zoe@example.com"])
    mail.attach_alternative("<p>rich words</p>", "text/html")
    mail.send()
    assert [mail.text for mail in newest_mails(tmp_path)] == ["plain words"]


def test_a_mail_still_being_written_waits(tmp_path: Path):
    send("Whole")
    [path] = tmp_path.iterdir()
    with path.open("a") as file:
        file.write("Subject: Half\nTo: zoe@example.com\n\nTex")
    assert [mail.subject for mail in complete_mails(path)] == ["Whole"]


def test_the_page_escapes_and_asks_for_nothing(mailbox: Mailbox):
    assert "No mail yet." in get(mailbox)[1]
    send("<script>alert(1)</script>", '<img src="http://example.com/x">')
    status, page = get(mailbox)
    assert status == 200
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img" not in page


def test_another_name_for_this_machine_gets_nothing(mailbox: Mailbox):
    send("Your code is 123456")
    assert "123456" in get(mailbox, "localhost")[1]
    status, page = get(mailbox, "rebound.example")
    assert status == 403
    assert "123456" not in page


def test_the_terminal_hears_of_each_new_mail_once(tmp_path: Path, capsys):
    send("Before")
    with Mailbox(0, tmp_path) as mailbox:
        send("After", "Code \x1b[31m123456")
        mailbox.service_actions()
        mailbox.service_actions()
    assert capsys.readouterr().out == "To zoe@example.com: After\nCode [31m123456\n\n"
