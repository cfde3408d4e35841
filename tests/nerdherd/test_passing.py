"""While the database takes no writes: what is refused, what is gone without, and what is not ours."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from django.db import OperationalError, ProgrammingError, connection
from django.test import Client

from courses.models import Progress, SearchMiss
from nerdherd.accounts import devices
from nerdherd.lib.passing import passes
from tests import cast
from tests.library import post


@pytest.fixture
def mona(transactional_db) -> Client:
    """Her browser, which shows what a broken page looks like."""
    post("Open")
    browser = Client(raise_request_exception=False)
    browser.force_login(cast.mona())
    session = browser.session
    session[devices.SEEN] = "2026-01-01"
    session.save()
    return browser


@pytest.fixture
def locked(mona: Client) -> Iterator[sqlite3.Connection]:
    """Somebody else writes; nobody waits for long."""
    if connection.vendor != "sqlite":
        pytest.skip("there one writer does not keep out another")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
    connection.close()


def note_place(browser: Client):
    row = {"post": "open", "place": 7, "at": time.time() * 1000}
    return browser.post("/account/progress/", {"places": json.dumps([row])})


def test_a_write_is_refused_with_words_and_taken_afterwards(mona, locked):
    refused = note_place(mona)
    assert (refused.status_code, refused["Retry-After"]) == (503, "10")
    assert "was not kept" in refused.text
    locked.execute("ROLLBACK")
    assert note_place(mona).status_code == 204
    assert Progress.objects.get().place == 7


def test_pages_go_without_what_they_write_besides(mona, locked):
    for page in ("/", "/posts/open/", "/account/", "/search/?q=nothingofthekind"):
        assert mona.get(page).status_code == 200
    assert not SearchMiss.objects.exists()
    locked.execute("ROLLBACK")
    mona.get("/search/?q=nothingofthekind")
    assert SearchMiss.objects.exists()
    assert mona.session[devices.SEEN] != "2026-01-01"


@pytest.mark.parametrize(
    ("error", "is_passing"),
    [
        (OperationalError("database is locked"), True),
        (ProgrammingError("no such column"), False),
        (OSError(28, "No space left on device"), True),
        (FileNotFoundError(2, "gone"), False),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), True),
        (ReadTimeoutError(endpoint_url="http://127.0.0.1:1"), True),
        (ClientError({"ResponseMetadata": {"HTTPStatusCode": 503}}, "GetObject"), True),
        (ClientError({"ResponseMetadata": {"HTTPStatusCode": 403}}, "GetObject"), False),
        (None, False),
    ],
)
def test_what_passes(error, is_passing):
    assert passes(error) is is_passing
