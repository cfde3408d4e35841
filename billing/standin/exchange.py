"""One HTTP request and one answer, free of the server that carries them."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """A request; header names are in lower case, `query` and `body` are undecoded text."""

    method: str
    path: str
    query: str = ""
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def sends_form(self) -> bool:
        kind = self.headers.get("content-type", "")
        return kind.startswith("application/x-www-form-urlencoded")


@dataclass
class Answer:
    """An answer; a `dropped` one is never sent, the connection just ends."""

    status: int = 200
    body: str = ""
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    dropped: bool = False


def in_json(content: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(content) + "\n", "application/json")


def see_other(address: str) -> Answer:
    return Answer(303, headers={"Location": address})
