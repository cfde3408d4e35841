"""What the site refuses to start with, each in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nerdherd import disks
from nerdherd.checks import money_is_safe, site_is_reachable, sqlite_is_safe
from nerdherd.settings import sqlite
from tests.whole_site import ROOT


def findings(check) -> str:
    return " ".join(str(found.msg) for found in check(None))


@pytest.mark.parametrize(
    "secrets", [[], [""], ["whsec_"], ["whsec_…"], ["whsec_example"], ["whsec_changeme"], ["short"]]
)
def test_a_webhook_that_anybody_could_forge(settings, secrets):
    settings.STRIPE_WEBHOOK_SECRETS = secrets
    assert "STRIPE_WEBHOOK_SECRETS" in findings(money_is_safe)


@pytest.mark.parametrize("secret", ["whsec_3f9a0c7be15d42", "whsec_test_secret_of_somebody"])
def test_a_secret_of_ones_own_is_taken_whatever_words_it_holds(settings, secret):
    settings.STRIPE_WEBHOOK_SECRETS = [secret]
    assert "STRIPE_WEBHOOK_SECRETS" not in findings(money_is_safe)


@pytest.mark.parametrize("key", ["", "short", "changeme" * 5, "django-insecure-" + "x" * 40])
def test_a_key_that_others_know(settings, key):
    settings.SECRET_KEY = key
    assert "SECRET_KEY" in findings(site_is_reachable)


def test_a_live_key_beside_anything_that_is_a_test(settings):
    settings.STRIPE_SECRET_KEY = "sk_live_" + "x" * 20
    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    settings.DEBUG = True
    said = findings(money_is_safe)
    assert "STRIPE_API_BASE" in said
    assert "DEBUG" in said


def test_a_live_key_on_this_machine_or_without_an_address(settings):
    settings.STRIPE_SECRET_KEY = "sk_live_" + "x" * 20
    assert "SITE_URL is missing" in findings(money_is_safe)
    settings.IS_LOCAL = False
    assert "SITE_URL is missing" not in findings(money_is_safe)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS holds *"),
        ("IS_HTTPS", False, "https://"),
        ("SITE_HOST", "", "names no host"),
        ("CACHES", {"default": {"BACKEND": "x.LocMemCache"}}, "CACHE_URL"),
        ("CACHES", {"default": {"BACKEND": "x.DummyCache"}}, "CACHE_URL"),
    ],
)
def test_a_site_that_others_can_listen_to_or_that_is_not_one(settings, name, value, said):
    settings.IS_LOCAL = False
    setattr(settings, name, value)
    assert said in findings(site_is_reachable)


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({}, ""),
        ({"OPTIONS": {}}, "journal_mode=WAL"),
        ({"OPTIONS": {"init_command": "PRAGMA journal_mode=WAL"}}, "IMMEDIATE"),
        ({"OPTIONS": {"transaction_mode": "IMMEDIATE"}}, "journal_mode=WAL"),
    ],
)
def test_sqlite_that_loses_writes(settings, monkeypatch, odd, said):
    monkeypatch.setitem(settings.DATABASES, "odd", sqlite("odd.sqlite3") | odd)
    found = findings(sqlite_is_safe)
    assert (said in found) if said else not found


def test_sqlite_on_a_network_disk(settings, monkeypatch, tmp_path):
    """The check reads which disks there are; here it is told of one that is far away."""
    far = sqlite("far.sqlite3") | {"NAME": tmp_path / "far" / "db.sqlite3"}
    monkeypatch.setitem(settings.DATABASES, "far", far)
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"36 35 0:50 / {tmp_path}/far rw - nfs4 box:/share rw\n")
    monkeypatch.setattr(disks, "MOUNTS", mounts)
    for is_local, is_found in ((False, True), (True, False)):
        settings.IS_LOCAL = is_local
        assert ("(far) on a network disk" in findings(sqlite_is_safe)) is is_found


MOUNTS = """\
22 27 0:21 / /proc rw,nosuid shared:5 - proc proc rw
27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 27 0:50 / /srv/with\\040room rw shared:9 - nfs4 box:/share rw
41 27 0:51 / /srv/twice rw - nfs box:/a rw
42 27 8:2 / /srv/twice rw - xfs /dev/sdb rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/data", "ext4"),
        ("/srv/with room/data", "nfs4"),
        ("/srv/with roommates/data", "ext4"),
        ("/srv/twice/data", "xfs"),
    ],
)
def test_disks_are_told_apart(path, kind):
    assert disks.kind_of_disk(Path(path), MOUNTS) == kind
    assert disks.kind_of_disk(Path(path), "") == ""


PRODUCTION = {
    "DEBUG": "0",
    "SITE_URL": "https://herd.example.org",
    "SECRET_KEY": "a-key-of-the-tests-0123456789-abcdefghijklmnop-qrstuv",
    "STRIPE_SECRET_KEY": "sk_live_0123456789abcdef",
    "STRIPE_API_BASE": "",
    "STRIPE_WEBHOOK_SECRETS": "whsec_0123456789abcdef",
    "CACHE_URL": "",
    "DATABASE_URL": "",
}


def run(command: list[str], tmp_path: Path, **settings: str) -> tuple[int, str]:
    """Exit code and words of a process with the settings of a site in real use, but for these."""
    environment = {**os.environ, **PRODUCTION, "DATA_DIR": str(tmp_path), **settings}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_django_has_nothing_to_say_of_production(tmp_path):
    check = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    assert run(check, tmp_path) == (0, "System check identified no issues (0 silenced).\n")


def test_the_web_server_does_not_start_with_what_is_not_safe(tmp_path):
    serve = [sys.executable, "-c", "import nerdherd.wsgi"]
    assert run(serve, tmp_path)[0] == 0
    code, said = run(serve, tmp_path, SECRET_KEY="changeme" * 6)
    assert code != 0
    assert "SECRET_KEY is missing, short or a placeholder." in said
