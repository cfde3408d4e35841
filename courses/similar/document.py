"""What the ranking knows of a post, and how a list's entry is scored."""

from dataclasses import dataclass, field
from typing import NamedTuple

KEEP = 12  # stored under a post
SHOWN = 3  # of which a reader sees so many
SPARE = 24  # looked at, so that the rules have something to choose from

# A neighbour: the place of another document, and how alike (0 to about 1.3).
Near = tuple[int, float]


@dataclass(frozen=True)
class Document:
    """What an engine reads: words for everybody (`title`, `summary`), the text, the topics."""

    title: str
    summary: str
    text: str
    topics: frozenset[str] = field(default_factory=frozenset)


class Card(NamedTuple):
    """What the rules ask of a post; places are positions in the library, newest first."""

    topics: frozenset[int] = frozenset()
    series: int | None = None
    episode: int | None = None
    age: str = "all"
    film: str = ""  # the same for two posts that show the same video
    is_free: bool = True
    is_listed: bool = True  # out by now; drafts and future posts have a list and stand in none
    pins: tuple[int, ...] = ()
    blocks: frozenset[int] = frozenset()
