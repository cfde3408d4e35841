"""Moments as other programs write them."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.utils import timezone

_FORMATS = (
    "%a %b %d %Y %H:%M:%S GMT%z", "%Y-%m-%d", "%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y",
    "%Y-%m-%d %H:%M", "%B %d, %Y %I:%M %p", "%b %d, %Y %I:%M %p",
)  # fmt: skip


def moment(text: str) -> datetime:
    """A moment as exports write it; without a zone it is the site's. Raises ValueError.

    `Tue Mar 14 2023 17:04:12 GMT+0000 (Coordinated Universal Time)`, ISO 8601, RFC 2822, and
    dates with the month in English letters. `3/4/2023` is refused: it is two days.
    """
    said = re.sub(r"\s*\(.*\)$", "", text.strip())
    found = None
    with suppress(ValueError):
        found = datetime.fromisoformat(said)
    for pattern in _FORMATS if found is None else ():
        with suppress(ValueError):
            found = datetime.strptime(said, pattern)
            break
    if found is None:
        with suppress(ValueError, TypeError, IndexError):
            found = parsedate_to_datetime(said)
    if found is None:
        raise ValueError(f"“{text}” is no date that we can read")
    return timezone.make_aware(found) if found.tzinfo is None else found.astimezone(UTC)
