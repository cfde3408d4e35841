"""A way on from a search that found nothing: words that find something, and topics near it."""

from collections.abc import Iterable
from urllib.parse import urlencode

from courses.models import Topic
from courses.search.finding import Found
from courses.search.words import distance, slips_allowed, stem, words

MOST = 3


def suggestions(found: Found) -> list[tuple[str, str]]:
    """Words of the query that each find something alone, with the query of a link."""
    return [(word, urlencode({"q": word})) for word in found.alone[:MOST]]


def nearest(topics: Iterable[Topic], found: Found) -> list[Topic]:
    """All topics, those first that speak of what was looked for."""
    asked = found.query.words

    def nearness(topic: Topic) -> int:
        named = words(topic.name)
        told = {stem(word) for word in [*named, *words(topic.introduction)]}
        return sum(
            stem(word) in told or any(_is_slip(word, one) for one in named) for word in asked
        )

    return sorted(topics, key=lambda topic: (-nearness(topic), topic.name))


def _is_slip(word: str, of: str) -> bool:
    return distance(word, of) <= slips_allowed(of)
