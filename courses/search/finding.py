"""Finds posts: those that hold all words of a query, or else most of them; the best first."""

from dataclasses import dataclass
from itertools import combinations

from courses.access import Person, may_have_everything
from courses.library import Selection
from courses.models import Entry, PublicEntry, WholeEntry
from courses.models.post import PostQuerySet
from courses.search.engine import AllOf, matching
from courses.search.indexing import ANYWHERE, TITLE, fits_term
from courses.search.lookup import Term, look_up
from courses.search.query import Query
from courses.search.ranking import Scale

# Of more than so many, the newest compete, and those that have the words in their title.
MOST = 300
# Of so many the text is read, to see how near each other the words stand.
READ = 24


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
    finder = _Finder(selection.narrow(posts), entries, terms, selection)
    # Where nothing is said like that, the words of the phrase may still stand in another order.
    keys = finder.find(query.phrases) or (finder.find([]) if query.phrases else [])
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
    terms: list[Term]
    selection: Selection

    def find(self, phrases: list[list[str]]) -> list[int]:
        """The keys of those that hold the phrases and most of the words, the best first."""
        known = [term for term in self.terms if term.stems]
        posts = _readable(self.posts, self.entries)
        for phrase in phrases:
            posts = posts.filter(**{f"{self._name}__text__contains": f" {' '.join(phrase)} "})
        fits = [[fits_term(*choice)] for choice in self.selection.chosen.items()]
        for needed in range(len(self.terms), _least(len(self.terms)) - 1, -1):
            ways: list[AllOf] = [
                [*map(_anywhere, some), *fits] for some in combinations(known, needed)
            ]
            heads = self._heads(posts, ways) if ways and needed else {}
            if len(heads) == MOST and needed == len(known):
                heads |= self._heads(posts, [[*map(_in_title, known), *fits]])
            if heads:
                return self._ranked(heads, known)
        return []

    @property
    def _name(self) -> str:
        return str(self.entries._meta.model_name)

    def _heads(self, posts: PostQuerySet, ways: list[AllOf]) -> dict[int, str]:
        """The posts that hold the words of one of the `ways`, each with its entry's head."""
        fitting = posts.filter(pk__in=matching(self.entries, ways, MOST)).order_by()
        return dict(fitting.values_list("pk", f"{self._name}__head"))

    def _ranked(self, heads: dict[int, str], known: list[Term]) -> list[int]:
        """By what their heads say, then the first few by their texts as well; the newest first."""
        scale = Scale(known)
        weights = {key: scale.of_head(head) for key, head in heads.items()}
        keys = sorted(weights, key=lambda key: (-weights[key], -key))[:MOST]
        if len(known) > 1 and len(keys) > 1:
            texts = self.entries._default_manager.filter(pk__in=keys[:READ])
            for key, text in texts.values_list("pk", "text"):
                weights[key] += scale.of_text(text)
            keys[:READ] = sorted(keys[:READ], key=lambda key: (-weights[key], -key))
        return keys


def _least(words: int) -> int:
    """How many words a post must hold: some of a sentence may be remembered wrong."""
    return words - max(0, (words - 1) // 2)


def _anywhere(term: Term) -> list[str]:
    return [ANYWHERE + stem for stem in term.stems]


def _in_title(term: Term) -> list[str]:
    return [TITLE + stem for stem in term.stems]
