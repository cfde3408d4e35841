"""A server that speaks S3 over HTTP, and a bucket of one's own on it for a test."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from django.utils.crypto import get_random_string
from moto.server import ThreadedMotoServer

import nerdherd.settings
from courses.models.video import Video
from nerdherd.lib.stores import gated_storage

KEYS = {"AWS_ACCESS_KEY_ID": "a-key-of-the-tests", "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-tests"}


@dataclass(frozen=True)
class Bucket:
    """Where it is, what it is called, and a client that may do everything with it."""

    endpoint: str
    name: str
    client: Any

    def files(self, prefix: str = "") -> list[str]:
        """The names of all that lies in it."""
        found = self.client.list_objects_v2(Bucket=self.name, Prefix=prefix)
        return [row["Key"] for row in found.get("Contents", [])]


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a running server."""
    os.environ.update(KEYS)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, settings, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """The site's files lie in an empty bucket, as the site's own settings have it."""
    name = f"films-{get_random_string(10).lower()}"
    client = boto3.client("s3", endpoint_url=s3_server, region_name="us-east-1")
    client.create_bucket(Bucket=name)
    monkeypatch.setattr(nerdherd.settings, "S3_BUCKET", name)
    monkeypatch.setattr(nerdherd.settings, "S3_ENDPOINT_URL", s3_server)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": nerdherd.settings.shelf("media"),
        "gated": nerdherd.settings.shelf("gated"),
    }
    monkeypatch.setattr(Video._meta.get_field("original"), "storage", gated_storage())
    return Bucket(s3_server, name, client)
