"""Finds posts: those that hold all words of a query, or else most of them; the best first."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from courses.access import Person, may_have_everything
from courses.library import Selection
from courses.models import Entry, PublicEntry, WholeEntry
from courses.models.post import PostQuerySet
from courses.search.engine import AllOf, matching
from courses.search.indexing import ANYWHERE, HEAD, OFTEN_SAID, TITLE, fits_term
from courses.search.lookup import Term, look_up
from courses.search.query import Query

# Of more than so many, the newest compete, and those that have the words in their title.
MOST = 600
WORTH = {TITLE: 8.0, HEAD: 3.0, OFTEN_SAID: 1.0}


@dataclass(frozen=True)
class Found:
    """What was found: the posts' keys, the best first; `read_as` is set when typing was mended."""

    query: Query
    terms: list[Term]
    keys: list[int]
    has_more: bool = False
    read_as: str = ""


def search(posts: PostQuerySet, typed: str, user: Person, selection: Selection) -> Found:
    """Those of `posts` in which `user` can find what was `typed`, narrowed by the `selection`."""
    query = Query.read(typed)
    entries = _entries_for(user)
    terms = look_up(query, entries.audience) if query.words else []
    finder = _Finder(selection.narrow(posts), entries, query, terms, selection)
    keys = finder.find()
    mended = {term.word: term.read_as for term in terms if term.read_as}
    read_as = " ".join(mended.get(word, word) for word in query.words) if keys and mended else ""
    return Found(query, terms, keys, len(keys) >= MOST, read_as)


def finds(posts: PostQuerySet, term: Term, user: Person) -> bool:
    """Whether `term` alone finds any of `posts` for `user`."""
    entries = _entries_for(user)
    asked = matching(entries, [[_anywhere(term)]], MOST)
    return _readable(posts, entries).filter(pk__in=asked).exists()


def _entries_for(user: Person) -> type[Entry]:
    return WholeEntry if may_have_everything(user) else PublicEntry


def _readable(posts: PostQuerySet, entries: type[Entry]) -> PostQuerySet:
    """A public entry that holds a whole post counts only while everybody may have the post."""
    if entries is WholeEntry:
        return posts
    return posts.filter(publicentry__is_whole=False) | posts.free()


@dataclass
class _Finder:
    posts: PostQuerySet
    entries: type[Entry]
    query: Query
    terms: list[Term]
    selection: Selection

    def find(self) -> list[int]:
        """The keys, the best first; newest first where none is better."""
        known = [term for term in self.terms if term.stems]
        fits = [[fits_term(*choice)] for choice in self.selection.chosen.items()]
        for needed in range(len(self.terms), _least(len(self.terms)) - 1, -1):
            ways: list[AllOf] = [
                [*map(_anywhere, some), *fits] for some in combinations(known, needed)
            ]
            if ways and needed and (heads := self._heads(ways)):
                if len(heads) == MOST and needed == len(known):
                    heads |= self._heads([[*map(_in_title, known), *fits]])
                weigh = _Scale(known).weigh
                return sorted(heads, key=lambda key: (-weigh(heads[key]), -key))[:MOST]
        return []

    def _heads(self, ways: list[AllOf]) -> dict[int, str]:
        """The posts that hold the words of one of the `ways`, each with its entry's head."""
        name = self.entries._meta.model_name
        posts = _readable(self.posts, self.entries).filter(
            pk__in=matching(self.entries, ways, MOST)
        )
        for phrase in self.query.phrases:
            posts = posts.filter(**{f"{name}__text__contains": f" {' '.join(phrase)} "})
        return dict(posts.order_by().values_list("pk", f"{name}__head"))

def _least(words: int) -> int:
    """How many words of a query a post must hold: of a long sentence one may be remembered wrong."""
    return words - max(0, (words - 1) // 2)


def _anywhere(term: Term) -> list[str]:
    return [ANYWHERE + stem for stem in term.stems]


def _in_title(term: Term) -> list[str]:
    return [TITLE + stem for stem in term.stems]


class _Scale:
    """Weighs what the head of a post's entry says of the terms, of each the best that it finds."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = [
            [
                (worth * term.rarity, [(f" {mark}{stem} ", more) for mark, more in WORTH.items()])
                for stem, worth in term.stems.items()
            ]
            for term in terms
        ]

    def weigh(self, head: str) -> float:
        """The more, the better."""
        return sum(
            max(worth * sum(more for mark, more in marks if mark in head) for worth, marks in term)
            for term in self.terms
        )
