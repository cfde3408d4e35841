"""The logs: one JSON object a line; numbers of people and things, never an address or a key."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from nerdherd.lib.doing import current

# Names of what stands in our addresses and opens something for whoever has it.
OPENING = ("code", "key", "token", "pass_")
ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+\.[\w.-]*\w")
STRIPE_SECRET = re.compile(r"\b(?:[sr]k|whsec)_[\w*]+")


class CarefulFormatter(logging.Formatter):
    """Takes out what others write into messages: Django a path, libraries what they were given.

    What a line is about besides its words comes in its `fields`. With DEBUG on, lines are for eyes.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The whole line, with its traceback."""
        doing = current.get()
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            **({doing.kind: doing.name} if doing else {}),
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        opening = _opening(getattr(record, "request", None) or (doing and doing.request))
        line = {name: _cleaned(said, opening) for name, said in line.items()}
        return _for_eyes(line) if settings.DEBUG else json.dumps(line)


def _opening(request: Any) -> dict[str, str]:
    """What opens something in a request's address: what it is, and how it is called."""
    match = getattr(request, "resolver_match", None)
    kwargs = match.kwargs if match else {}
    return {str(kwargs[name]): f"<{name}>" for name in OPENING if name in kwargs}


def _cleaned(said: Any, opening: dict[str, str]) -> Any:
    if not isinstance(said, str):
        return said
    for secret, name in opening.items():
        said = said.replace(secret, name)
    return STRIPE_SECRET.sub("<secret>", ADDRESS.sub("<address>", said))


def _for_eyes(line: dict[str, Any]) -> str:
    traceback = line.pop("traceback", "")
    first = " ".join(line.pop(name) for name in ("level", "logger", "message"))
    del line["at"]
    rest = "".join(f" {name}={said}" for name, said in line.items())
    return "\n".join(filter(None, [first + rest, traceback]))
