"""What must be right before the site starts; each finding is one line that says what to do."""

from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured

from nerdherd.disks import is_on_network

PLACEHOLDERS = ("changeme", "change-me", "example", "insecure", "placeholder", "secret")


@register
def money_is_safe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No live key where anything about it could be a test, no webhook that anybody could forge."""
    found: list[CheckMessage] = []
    live = "_live_" in settings.STRIPE_SECRET_KEY
    if live and settings.STRIPE_API_BASE:
        found.append(Error("A live Stripe key with another API address: unset STRIPE_API_BASE."))
    if live and settings.DEBUG:
        found.append(Error("A live Stripe key with DEBUG on: unset DEBUG."))
    if live and settings.IS_LOCAL:
        found.append(Error("A live Stripe key, and SITE_URL is missing or this machine."))
    if "_test_" in settings.STRIPE_SECRET_KEY and not settings.IS_LOCAL:
        found.append(Caution("A test key on a public site: anybody can join with a test card."))
    if not settings.STRIPE_SECRET_KEY:
        found.append(Error("STRIPE_SECRET_KEY is missing: nobody could join."))
    secrets = settings.STRIPE_WEBHOOK_SECRETS
    if not secrets or any(_is_example(secret) for secret in secrets):
        found.append(Error("STRIPE_WEBHOOK_SECRETS is missing or a placeholder."))
    return found


@register
def site_is_reachable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A key that nobody knows, an address that is ours, and https wherever others can listen."""
    found: list[CheckMessage] = []
    if not _has_secret_key():
        found.append(Error("SECRET_KEY is missing, short or a placeholder."))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS holds *: name the hosts."))
    if not settings.SITE_HOST:
        found.append(Error("SITE_URL names no host: it must be like https://example.com."))
    if not settings.IS_LOCAL and not settings.IS_HTTPS:
        found.append(Error("SITE_URL must begin with https:// on any host but this machine."))
    backend = str(settings.CACHES["default"]["BACKEND"])
    if not settings.IS_LOCAL and backend.endswith(("LocMemCache", "DummyCache")):
        found.append(Error("CACHE_URL names a cache that processes do not share."))
    return found


@register
def nothing_is_told_by_mistake(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Metrics only where nobody else can ask for them; errors to Sentry only if they can be."""
    found: list[CheckMessage] = []
    if settings.METRICS_ADDRESS and not settings.METRICS_PORT:
        found.append(Error("METRICS_ADDRESS names no port: it must be like 127.0.0.1:9100."))
    elif settings.METRICS_PORT and not _is_private(settings.METRICS_HOST):
        text = "METRICS_ADDRESS can be asked by others: see that a firewall stands before it."
        found.append(Caution(text))
    if settings.SENTRY_DSN and not find_spec("sentry_sdk"):
        text = "SENTRY_DSN is set and sentry-sdk is missing: install requirements/sentry.txt."
        found.append(Caution(text))
    return found


@register
def sqlite_is_safe(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Several processes write to one file: only so, and only on a disk of this machine."""
    found: list[CheckMessage] = []
    for name, database in settings.DATABASES.items():
        if not str(database["ENGINE"]).endswith("sqlite3"):
            continue
        options = str(database.get("OPTIONS")).lower()
        if "journal_mode=wal" not in options or "immediate" not in options:
            text = f"SQLite ({name}) without journal_mode=WAL and transaction_mode=IMMEDIATE."
            found.append(Error(text))
        if not settings.IS_LOCAL and is_on_network(Path(str(database["NAME"]))):
            text = f"SQLite ({name}) on a network disk: move DATA_DIR, or use PostgreSQL."
            found.append(Error(text))
    return found


def _is_private(host: str) -> bool:
    """Whether `host` is an address of this machine or of a private network; a name is not known."""
    try:
        address = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return False
    return address.is_private and not address.is_unspecified


def _has_secret_key() -> bool:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:
        return False
    return len(key) >= 32 and not _is_placeholder(key)


def _is_placeholder(value: str) -> bool:
    return any(word in value.lower() for word in PLACEHOLDERS)


def _is_example(secret: str) -> bool:
    """Stripe's secrets are random; one word of an example, or nearly nothing, is none."""
    bare = secret.strip().lower().removeprefix("whsec_").strip("….*x-_ ")
    return len(bare) < 8 or bare in PLACEHOLDERS
