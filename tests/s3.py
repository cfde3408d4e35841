"""A server that speaks S3, in a process of its own: moto's, on a free port."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.storage import storages

from tests.whole_site import free_ports

BUCKET = "films"


def gated_in(address: str) -> dict[str, Any]:
    """The setting of a storage that lies in the bucket of the server at `address`."""
    options = {
        "bucket_name": BUCKET, "endpoint_url": address, "region_name": "us-east-1",
        "access_key": "for-tests", "secret_key": "for-tests", "addressing_style": "path",
        "signature_version": "s3v4", "location": "gated", "file_overwrite": False,
    }  # fmt: skip
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of a server that has just been started."""
    port = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{address}/moto-api/", timeout=5):
                return
        except OSError:
            assert time.monotonic() < deadline, "moto's server did not start"
            time.sleep(0.1)


@pytest.fixture(scope="session")
def running_s3() -> Iterator[str]:
    """One server for all tests."""
    with s3_server() as address:
        yield address


@pytest.fixture
def bucket(running_s3: str, settings) -> Any:
    """The gated storage in an empty bucket; returns the storage."""
    reset = urllib.request.Request(f"{running_s3}/moto-api/reset", method="POST")
    urllib.request.urlopen(reset, timeout=10).close()
    settings.STORAGES = {**settings.STORAGES, "gated": gated_in(running_s3)}
    storage: Any = storages["gated"]
    storage.connection.create_bucket(Bucket=BUCKET)
    return storage
