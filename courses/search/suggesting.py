"""A way on from a search that found nothing: words that find something, and topics near it."""

from collections.abc import Iterable
from urllib.parse import urlencode

from courses.access import Person
from courses.models import Topic
from courses.models.post import PostQuerySet
from courses.search.finding import Found, finds
from courses.search.words import distance, slips_allowed, stem, words

MOST = 3


def suggestions(posts: PostQuerySet, found: Found, user: Person) -> list[tuple[str, str]]:
    """Words of the query that each find some of `posts` alone, with the query of a link."""
    if len(found.query.words) < 2:
        return []
    alone = [term for term in found.terms if term.stems and finds(posts, term, user)]
    found_words = [term.read_as or term.word for term in alone[:MOST]]
    return [(word, urlencode({"q": word})) for word in found_words]


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
