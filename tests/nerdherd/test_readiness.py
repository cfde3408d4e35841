"""What must be there before the site starts."""

import json
import re
from pathlib import Path

import pytest

from nerdherd.house import House
from nerdherd.readiness import SECRETS, NotReady, ensure_free, ensure_secrets, ensure_writable
from nerdherd.welcome import read_accounts, welcome


@pytest.fixture
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_secrets")
def test_secrets_are_made_once_and_for_the_owner_alone(tmp_path: Path):
    path = tmp_path / ".env"
    ensure_secrets(path)
    text = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert re.search(r"^SECRET_KEY=[0-9a-f]{64}$", text, re.MULTILINE)
    assert re.search(r"^STRIPE_WEBHOOK_SECRETS=whsec_[0-9a-f]{48}$", text, re.MULTILINE)
    ensure_secrets(path)
    assert path.read_text() == text
    ensure_secrets(tmp_path / "other")
    assert (tmp_path / "other").read_text() != text


@pytest.mark.usefixtures("no_secrets")
def test_a_file_of_the_owner_is_never_touched(tmp_path: Path):
    path = tmp_path / ".env"
    path.write_text("STRIPE_SECRET_KEY=mine\n")
    ensure_secrets(path)
    assert path.read_text() == "STRIPE_SECRET_KEY=mine\n"


def test_secrets_in_the_environment_are_enough(tmp_path: Path, monkeypatch):
    for name in SECRETS:
        monkeypatch.setenv(name, "given")
    ensure_secrets(tmp_path / ".env")
    assert not (tmp_path / ".env").exists()


@pytest.mark.usefixtures("no_secrets")
def test_secrets_that_cannot_be_written_are_named(tmp_path: Path):
    with pytest.raises(NotReady, match=r"/missing/\.env cannot be written: No such file"):
        ensure_secrets(tmp_path / "missing" / ".env")


def test_a_folder_is_made_where_there_is_none(tmp_path: Path):
    ensure_writable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


@pytest.mark.parametrize("port", [70_000, -1])
def test_a_port_that_does_not_exist_is_named(port: int):
    with pytest.raises(NotReady, match=f"Port {port} .* cannot be used"):
        ensure_free(port, {port: "the site"})


def test_who_has_a_stripe_and_a_mail_server_gets_no_stand_ins(settings, monkeypatch):
    settings.IS_LOCAL, settings.PORT = True, 8000
    for name in ("STRIPE_SECRET_KEY", "STRIPE_API_BASE", "EMAIL_URL"):
        monkeypatch.delenv(name, raising=False)
    assert list(House().standins()) == ["stripe", "mail"]
    assert list(House().ports()) == [8000, 8001, 8002]
    monkeypatch.setenv("EMAIL_URL", "smtp://127.0.0.1:25")
    assert list(House().standins()) == ["stripe"]
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_of_the_owner")
    assert list(House().standins()) == []
    assert list(House().commands()) == ["web", "worker"]
    assert House().extras() == {}


def test_the_greeting_shows_what_one_needs_to_sign_in():
    account = {"email": "olga@example.com", "password": "p4ss", "is": "the owner"}
    accounts = {"olga": account | {"recovery_codes": ["1234", "5678"]}}
    printed = json.dumps({"accounts": accounts})
    text = welcome("http://x", {"Test mailbox": "http://y"}, read_accounts(printed))
    for words in ("runs at http://x", "/accounts/login/", "Test mailbox   http://y"):
        assert words in text
    assert "olga@example.com  p4ss  the owner" in text
    assert "1234 5678" in text


def test_a_real_site_is_greeted_without_accounts():
    assert "Demo" not in welcome("http://x", {}, read_accounts("{}"))
