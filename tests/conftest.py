"""Where the tests run: settings of their own, nothing of the developer's; and the common fixtures."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

DATA_DIR = Path(tempfile.mkdtemp(prefix="nerdherd-tests-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)  # the benchmarks' too
(DATA_DIR / "static").mkdir()
os.environ.update(
    DJANGO_SETTINGS_MODULE="nerdherd.settings",
    SECRET_KEY="for-the-tests-only-0123456789-abcdefghij",
    DATA_DIR=str(DATA_DIR),
    SITE_URL="http://127.0.0.1:8000",
    CACHE_URL="locmemcache://",
    STRIPE_SECRET_KEY="sk_test_of_the_tests",
    STRIPE_API_BASE="http://127.0.0.1:1",
    STRIPE_WEBHOOK_SECRETS="whsec_test_of_the_stand_in",
    DEBUG="0",
    EMAIL_URL="",
    METRICS_ADDRESS="",
    SENTRY_DSN="",
    OPENBLAS_NUM_THREADS="1",  # as manage.py does
    DATABASE_URL=os.environ.get("DATABASE_URL", ""),  # tests.postgres sets it
)

import django  # noqa: E402 - the settings come first

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils.translation import deactivate  # noqa: E402

from billing.standin.control import StandIn  # noqa: E402
from courses.models.video import Video  # noqa: E402
from nerdherd.accounts.models import User  # noqa: E402
from nerdherd.lib.stores import gated_storage  # noqa: E402
from nerdherd.moving.models import Move  # noqa: E402
from tests.cast import both_factors  # noqa: E402
from tests.emptying import audit_log_may_be_emptied, what_stays_is_kept  # noqa: E402
from tests.standin import running_standin  # noqa: E402

if connection.vendor == "sqlite":  # no waiting for a disk that is thrown away
    connection.settings_dict["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"


@pytest.fixture(autouse=True)
def staff_have_shown_both_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom a test signs in by force may enter the editors' room; the lock has tests of its own."""
    by_force = Client.force_login

    def force_login(client: Client, user: User, backend: str | None = None) -> None:
        by_force(client, user, backend)
        session = client.session
        session.update(both_factors(user))
        session.save()

    monkeypatch.setattr(Client, "force_login", force_login)


@pytest.fixture(autouse=True)
def nobody_has_spoken() -> None:
    """A thread speaks as its last request did; in production the next one says how to go on."""
    deactivate()


@pytest.fixture(autouse=True)
def own_site(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of each test lie in a folder of its own; pages need no gathered static files."""
    settings.DATA_DIR = tmp_path
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "media", "base_url": "/media/"},
        },
        "gated": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "gated", "base_url": None},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # These fields asked for their storage when the models were loaded.
    for field in (Video._meta.get_field("original"), Move._meta.get_field("file")):
        monkeypatch.setattr(field, "storage", gated_storage())
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def only_the_tests_may_empty_all_tables() -> Iterator[None]:
    """Between tests they are, the audit log with them."""
    with audit_log_may_be_emptied(), what_stays_is_kept():
        yield


@pytest.fixture(scope="session")
def running_stripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    """One stand-in per test process; its deliveries wait until a test asks for them."""
    with running_standin(tmp_path_factory.mktemp("standin")) as standin:
        yield standin


@pytest.fixture
def stripe(running_stripe: StandIn, settings) -> StandIn:
    """An empty Stripe for this test."""
    running_stripe.reset()
    running_stripe.hold()
    settings.STRIPE_API_BASE = running_stripe.base_url
    return running_stripe
