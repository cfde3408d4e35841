"""An editor's browser that sends a film in parts, as far as the server can tell."""

import random
import struct
import urllib.request
from base64 import b64encode
from functools import cache
from typing import Any

from django.test import Client

from tests.courses.films import film

START = "/admin/uploads/"
MB = 1024**2


@cache
def long_film(megabytes: int = 20) -> bytes:
    """A short film with so much behind it that players skip: parts in the wrong place show."""
    rest = megabytes * MB
    return (
        film(seconds=1) + struct.pack(">I4s", rest + 8, b"free") + random.Random(1).randbytes(rest)
    )


class Sender:
    """One tab with one file; every act returns the server's answer."""

    def __init__(self, client: Client, content: bytes, name: str = "IMG_1.MOV", **told: Any):
        self.client, self.content, self.name = client, content, name
        self.told = told
        self.upload: dict[str, Any] = {}

    def begin(self) -> Any:
        head = b64encode(self.content[:64]).decode()
        told = {"name": self.name, "size": len(self.content), "head": head, **self.told}
        answer = self.client.post(START, told)
        self.upload = answer.json()
        return answer

    @property
    def address(self) -> str:
        return f"{START}{self.upload['id']}/"

    def bytes_of(self, number: int) -> bytes:
        size = self.upload["part_size"]
        return self.content[(number - 1) * size : number * size]

    def send(self, number: int, body: bytes | None = None) -> int:
        """The status of the answer, Django's or the bucket's."""
        asked = self.client.get(f"{self.address}parts/{number}/address/")
        assert asked.status_code == 200, asked.status_code
        address = asked.json()["address"]
        content = self.bytes_of(number) if body is None else body
        if address.startswith("/"):
            return self.client.put(address, content, "application/octet-stream").status_code
        kind = {"Content-Type": "application/octet-stream"}
        request = urllib.request.Request(address, content, kind, method="PUT")
        with urllib.request.urlopen(request, timeout=30) as answer:
            status: int = answer.status
            return status

    def send_all(self) -> None:
        for number in range(1, self.upload["parts"] + 1):
            assert self.send(number) in (200, 204)

    def here(self) -> list[int]:
        here: list[int] = self.client.get(self.address).json()["here"]
        return here

    def complete(self) -> Any:
        return self.client.post(f"{self.address}completion/")

    def give_up(self) -> Any:
        return self.client.post(f"{self.address}deletion/")

    def whole_way(self) -> Any:
        assert self.begin().status_code == 200
        self.send_all()
        return self.complete()
