"""From the bytes of a captions file to its text, whichever program wrote it."""

import re
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext, gettext_lazy

MAX_BYTES = 4_000_000
# The longer marks first: the mark of UTF-16 is the beginning of that of UTF-32.
_MARKS = [
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
]
_UNMARKED = ["utf-16-le", "utf-16-be"]
ARROW = "-->"
MAX_ACCENTED = 0.3  # of all letters; Western languages have a tenth of it
UNKNOWN = gettext_lazy(
    "We cannot tell the encoding of this file. Please save it as UTF-8 and choose it again, "
    "or paste its text."
)


class Unreadable(ValueError):
    """These bytes are no text that we know; the message says what to do."""


@dataclass(frozen=True)
class Decoded:
    """The text of a file. `guessed` holds words to look at when the file left its encoding open."""

    text: str
    guessed: list[str]


def decode(content: bytes) -> Decoded:
    """The text of a captions file in UTF-8, UTF-16, UTF-32 or Windows-1252. Raises Unreadable."""
    if len(content) > MAX_BYTES:
        raise Unreadable(
            gettext("This file is larger than four megabytes: too large for captions.")
        )
    for encoding in chain(_by_mark(content), _by_arrow(content), ["utf-8"]):
        try:
            return Decoded(content.decode(encoding), guessed=[])
        except UnicodeDecodeError:
            continue
    return _western(content)


def _by_mark(content: bytes) -> list[str]:
    return [encoding for mark, encoding in _MARKS if content.startswith(mark)][:1]


def _by_arrow(content: bytes) -> list[str]:
    """Captions hold an arrow in every encoding; plain UTF-8 would read these as text and NULs."""
    found = ((encoding, content.find(ARROW.encode(encoding))) for encoding in _UNMARKED)
    return [encoding for encoding, place in found if place >= 0 and place % 2 == 0]


def _western(content: bytes) -> Decoded:
    """As Windows-1252, which holds Latin-1; other alphabets would come out as rows of accents."""
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Unreadable(UNKNOWN) from error
    letters = [letter for letter in text if letter.isalpha()]
    accented = [letter for letter in letters if not letter.isascii()]
    if len(accented) > MAX_ACCENTED * len(letters):
        raise Unreadable(UNKNOWN)
    words = re.findall(r"\S*[^\x00-\x7f]\S*", text)
    return Decoded(text, guessed=list(dict.fromkeys(words))[:5])
