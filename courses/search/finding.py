"""Finds posts: those that hold all words of a query, or else most of them; the best first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from courses.access import Person, may_have_everything, watchable
from courses.library import Selection
from courses.models import Entry, PublicEntry, WholeEntry
from courses.models.post import PostQuerySet
from courses.search.contents import ANYWHERE, TITLE, fits_term
from courses.search.engine import AnyOf, Index, Way
from courses.search.lookup import Term, look_up
from courses.search.query import Query
from courses.search.ranking import Scale

# Of more than so many, the newest compete, and those that have the words in their title.
MOST = 200
# Among so many a phrase is looked for, which no index knows.
MOST_READ = 300
# Of the posts that hold a word, so many have it in their title, at most.
IN_TITLE = 1 / 3
# Of so many the text is weighed, by how near each other the words stand.
WEIGHED = 16


@dataclass(frozen=True)
class Found:
    """What was found: the posts' keys, the best first; `read_as` is set when typing was mended.

    `alone` are the words to look for instead, where nothing holds enough of them.
    """

    query: Query
    terms: list[Term]
    keys: list[int]
    read_as: str = ""
    alone: tuple[str, ...] = ()

    @property
    def has_more(self) -> bool:
        """Whether more fit than took part."""
        return len(self.keys) >= MOST


def search(posts: PostQuerySet, typed: str, user: Person, selection: Selection) -> Found:
    """Those of `posts` in which `user` can find what was `typed`, narrowed by the `selection`."""
    query = Query.read(typed)
    entries = WholeEntry if may_have_everything(user) else PublicEntry
    terms = look_up(query, entries.audience) if query.words else []
    readable = _readable(posts, entries, user)
    narrowed = Index.of(entries, selection.narrow(readable))
    finder = _Finder(query, narrowed, entries, terms, selection)
    # Where nothing is said like that, the words of the phrase may still stand in another order.
    keys = finder.find(query.phrases) or (finder.find([]) if query.phrases else [])
    if keys:
        return Found(query, terms, keys, read_as=finder.read_as())
    finder = _Finder(query, Index.of(entries, readable), entries, terms, selection)
    return Found(query, terms, keys, alone=finder.alone() if len(query.words) > 1 else ())


def _readable(posts: PostQuerySet, entries: type[Entry], user: Person) -> PostQuerySet:
    """An entry of the public that holds a whole post counts only while they may have the post."""
    if entries is WholeEntry:
        return posts
    return posts.filter(publicentry__is_whole=False) | watchable(posts, user)


@dataclass
class _Finder:
    query: Query
    index: Index
    entries: type[Entry]
    terms: list[Term]
    selection: Selection

    def find(self, phrases: list[list[str]]) -> list[int]:
        """The keys of those that hold most of the words, or all and the phrases; the best first."""
        fits = [AnyOf([fits_term(*choice)]) for choice in self.selection.chosen.items()]
        least = max(1, len(self.terms) if phrases else _least(len(self.terms)))
        for needed in range(len(self.terms), least - 1, -1):
            ways = [
                [*(_anywhere(term) for term in some), *fits]
                for some in combinations(self.terms, needed)
            ]
            heads = self._heads(ways, phrases)
            if len(heads) >= MOST and needed == len(self.terms):
                heads |= self._heads([[*map(_in_title, self.terms), *fits]], phrases)
            if heads:
                return self._ranked(heads)
        return []

    def read_as(self) -> str:
        """The query as it was understood; a spelling is told only while it finds something."""
        read = {
            t.word: t.read_as for t in self.terms if t.read_as and self._finds([t.read_as.stem])
        }
        said = (read[word].word if word in read else word for word in self.query.words)
        return " ".join(said) if read else ""

    def alone(self) -> tuple[str, ...]:
        """The words that each find something by themselves, as they are spelt."""
        meant = {t.read_as.word if t.read_as else t.word: t for t in self.terms}
        return tuple(
            word
            for word, term in meant.items()
            if self._finds([term.read_as.stem] if term.read_as else term.stems)
        )

    def _finds(self, stems: Iterable[str]) -> bool:
        way = [AnyOf([ANYWHERE + stem for stem in stems])]
        return bool(self.index.matching([way], 1))

    def _heads(self, ways: Sequence[Way], phrases: list[list[str]]) -> dict[int, str]:
        """The posts that hold the words of one of the `ways`, each with its entry's head."""
        said = [f" {' '.join(phrase)} " for phrase in phrases]
        return dict(self.index.matching(ways, MOST_READ if said else MOST, saying=said))

    def _ranked(self, heads: dict[int, str]) -> list[int]:
        """By what their heads say, then the first few by their texts as well; the newest first."""
        scale = Scale(self.query, self.terms)
        weights = {key: scale.of_head(head) for key, head in heads.items()}
        keys = sorted(weights, key=lambda key: (-weights[key], -key))[:MOST]
        if self.query.pairs and len(keys) > 1:
            texts = self.entries._default_manager.filter(pk__in=keys[:WEIGHED])
            for key, text in texts.values_list("pk", "text"):
                weights[key] += scale.of_text(text)
            keys[:WEIGHED] = sorted(keys[:WEIGHED], key=lambda key: (-weights[key], -key))
        return keys


def _least(words: int) -> int:
    """How many words a post must hold: some of a sentence may be remembered wrong."""
    return words - max(0, (words - 1) // 2)


def _anywhere(term: Term) -> AnyOf:
    return AnyOf([ANYWHERE + stem for stem in term.stems], term.posts)


def _in_title(term: Term) -> AnyOf:
    return AnyOf([TITLE + stem for stem in term.stems], round(term.posts * IN_TITLE))
