"""Writes lists as rows, and only those that differ from what is there."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

from courses.models import SimilarPost
from courses.relating.library import Library

AT_ONCE = 500  # lists compared and written in one transaction
Why = SimilarPost.Why
COLUMNS = "post_id, other_id, rank, score, why, topic_id, is_pinned, is_blocked, reason"
# A pin or a block set this very moment wins over the machine's row for the same pair. In SQL, as a
# million rows a night would take bulk_create ten times as long.
INSERT = (
    f"INSERT INTO {SimilarPost._meta.db_table} ({COLUMNS}) "  # noqa: S608 - names of our own
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)


class Entry(NamedTuple):
    """A row of the machine's, as far as it can differ."""

    rank: int
    score: float
    why: str
    topic: int | None


class Writer:
    """Turns rows of places into rows of the table; `floor` is the engine's."""

    def __init__(self, library: Library, floor: float, following: Mapping[int, int]) -> None:
        self.library = library
        self.floor = floor
        self.following = following
        self.common: dict[int, int] = {}
        for topics in library.topics:
            for topic in topics:
                self.common[topic] = self.common.get(topic, 0) + 1

    def write(self, rows: Iterable[tuple[int, list[int], dict[int, float]]]) -> int:
        """Write lists given as place, others, scores; returns how many differed."""
        waiting, written = iter(rows), 0
        while some := list(islice(waiting, AT_ONCE)):
            written += self._write_some(some)
        return written

    @transaction.atomic
    def _write_some(self, rows: list[tuple[int, list[int], dict[int, float]]]) -> int:
        keys = self.library.keys
        wanted = {keys[place]: dict(self._entries(place, row, s)) for place, row, s in rows}
        stored = _stored(list(wanted))
        differing = [post for post in wanted if wanted[post] != stored.get(post, {})]
        SimilarPost.objects.filter(post__in=differing, is_pinned=False, is_blocked=False).delete()
        with connection.cursor() as cursor:
            cursor.executemany(
                INSERT,
                [
                    (post, other, *entry, False, False, "")
                    for post in differing
                    for other, entry in wanted[post].items()
                ],
            )
        return len(differing)

    def _entries(
        self, place: int, row: list[int], scores: dict[int, float]
    ) -> Iterator[tuple[int, Entry]]:
        pins = self.library.cards[place].pins
        for rank, other in enumerate(row, 1):
            if other not in pins:
                score = round(scores.get(other, 0.0), 3)
                yield self.library.keys[other], Entry(rank, score, *self._why(place, other, score))

    def _why(self, place: int, other: int, score: float) -> tuple[str, int | None]:
        mine, card = self.library.cards[place], self.library.cards[other]
        if self.following.get(place) == other:
            return Why.NEXT, None
        if shared := mine.topics & card.topics:
            return Why.TOPIC, min(shared, key=lambda topic: (self.common[topic], topic))
        if mine.series is not None and mine.series == card.series:
            return Why.SERIES, None
        if score < self.floor:
            return Why.MORE, None
        return (Why.AGE if mine.age == card.age != "all" else Why.ALIKE), None


def _stored(posts: list[int]) -> dict[int, dict[int, Entry]]:
    lists: dict[int, dict[int, Entry]] = {}
    machine = SimilarPost.objects.filter(post__in=posts, is_pinned=False, is_blocked=False)
    fields = ("post_id", "other_id", "rank", "score", "why", "topic_id")
    for post, other, *entry in machine.values_list(*fields):
        lists.setdefault(post, {})[other] = Entry(*entry)
    return lists
