"""The bucket cannot be reached: pages go on, what lies in it says so, and nothing is lost."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from moto.server import ThreadedMotoServer

from courses.models import Video
from courses.video import delivery
from courses.video.pipeline import prepare_next
from nerdherd.lib.stores import gated_storage
from tests import cast
from tests.courses.films import film, prepared, uploaded
from tests.s3 import KEYS
from tests.whole_site import free_ports

pytestmark = pytest.mark.django_db(transaction=True)


class Store:
    """A server that can be away; what lies in it stays."""

    def __init__(self) -> None:
        self.port = free_ports(1)
        self.begin()

    def begin(self) -> None:
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self.server.start()

    def end(self) -> None:
        self.server.stop()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    store = Store()
    yield store
    store.end()


@pytest.fixture
def s3_server(store: Store) -> str:
    """What the bucket of `tests.s3` lies on."""
    return f"http://127.0.0.1:{store.port}"


@pytest.mark.drill("the storage is down")
def test_pages_go_on_and_films_are_prepared_when_it_is_back(store, bucket):
    shown, waiting = prepared(film(seconds=1)), uploaded(film(seconds=2))
    visitor = Client(raise_request_exception=False)
    playlist = delivery.address(shown, delivery.grant(shown, cast.mona()), "180.m3u8")

    store.end()
    for page in ("/", "/posts/", shown.post.get_absolute_url()):
        assert visitor.get(page).status_code == 200
    assert visitor.get(playlist).status_code == 503
    for _ in range(Video.MAX_ATTEMPTS + 1):
        prepare_next()
        Video.objects.update(lease_until=timezone.now())
    waiting.refresh_from_db()
    assert (waiting.attempts, waiting.error) == (0, "")

    store.begin()
    assert visitor.get(playlist).status_code == 200
    prepare_next()
    waiting.refresh_from_db()
    assert waiting.state == "ready"
    assert gated_storage().exists(str(waiting.original.name))
