"""The words of a query, each with all that may be found for it."""

import math
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from itertools import pairwise

from django.db.models import Q

from courses.models import Audience, SearchSlip, SearchWord, Synonyms
from courses.search.query import Query
from courses.search.words import EMPTY, distance, slips, slips_allowed, stem, stems_abroad, words

# How much finding something else counts, where the word itself counts one.
SYNONYM, BEGINNING = 0.6, 0.5
SHORTEST_BEGINNING = 3
MOST_BEGUN, MOST_MENDED = 12, 4
MAX_TERMS = 5
AFTER_ALL_LETTERS = "\U0010ffff"


@dataclass
class Term:
    """A word of the query: the stems that it finds, with what each counts, and their forms.

    Its own stem is always among them, so that a post is found before its words are counted.
    """

    word: str
    stems: dict[str, float] = field(init=False)
    forms: dict[str, int] = field(init=False)  # each with the number of posts that hold it
    read_as: SearchWord | None = None

    def __post_init__(self) -> None:
        self.stems, self.forms = {stem(self.word): 1}, {self.word: 0}

    @property
    def posts(self) -> int:
        """In how many posts it is found, at most; none while nothing is known of it."""
        return sum(self.forms.values())

    def take(self, row: SearchWord, worth: float = 1) -> None:
        """Let it find what `row` stands for."""
        self.stems[row.stem] = max(worth, self.stems.get(row.stem, 0))
        self.forms[row.word] = row.posts

    def mend(self, row: SearchWord) -> None:
        """Let it find what `row` stands for, of which it is a slip."""
        self.read_as = self.read_as or row
        self.take(row)

    @property
    def meant(self) -> Set[str]:
        """The stems of the word itself, not of what begins like it."""
        return {one for one, worth in self.stems.items() if worth == 1}

    @property
    def rarity(self) -> float:
        """The rarer a word, the more it says; from 1 towards 0."""
        return 1 / math.log2(2 + self.posts)


class Meanings:
    """What editors wrote of words that mean the same: for each line the words and their stems."""

    def __init__(self) -> None:
        lines = Synonyms.objects.values_list("words", flat=True)
        self.groups = [{word: stem(word) for word in words(line)} for line in lines]

    def of(self, stems: Set[str]) -> set[str]:
        """The stems of what means the same as these, with themselves."""
        groups = (set(group.values()) for group in self.groups)
        return {one for group in groups if group & stems for one in group}

    def words(self) -> list[SearchWord]:
        """Their words, which may stand in no post."""
        return [
            SearchWord(word=w, stem=s, posts=0) for group in self.groups for w, s in group.items()
        ]


def look_up(query: Query, audience: Audience) -> list[Term]:
    """The terms of `query`, the rarest first; last those that nothing is known of."""
    wanted = [word for word in query.words if word not in EMPTY] or query.words
    terms, meanings = [Term(word) for word in wanted], Meanings()
    _know(terms, query, audience)
    unknown = [term for term in terms if not term.posts and not meanings.of(term.meant)]
    _mend(unknown, meanings, audience)
    _know_abroad([term for term in unknown if not term.read_as], audience)
    _mean_the_same(terms, meanings, audience)
    return sorted(terms, key=lambda term: (not term.posts, term.posts, term.word))[:MAX_TERMS]


def _know(terms: list[Term], query: Query, audience: Audience) -> None:
    """Let the terms find what is there in other forms, in one word, and begins like the last."""
    begun = query.unfinished if len(query.unfinished) >= SHORTEST_BEGINNING else ""
    joined = {one + other: {one, other} for one, other in pairwise(query.words)}
    own = {term.word: stem(term.word) for term in terms}
    # The audience in every part: each then finds its index by itself.
    asked = Q(audience=audience, word__in=[*own, *joined])
    asked |= Q(audience=audience, stem__in=own.values())
    if begun:
        asked |= Q(audience=audience, word__gte=begun, word__lt=begun + AFTER_ALL_LETTERS)
    rows = SearchWord.objects.filter(asked).order_by("-posts", "word")
    beginnings = []
    for row in rows:
        for term in terms:
            same_word = row.word == term.word or term.word in joined.get(row.word, ())
            if same_word or row.stem == own[term.word]:
                term.take(row)
            elif term.word == begun and row.word.startswith(begun):
                beginnings.append((term, row))
    for term, row in beginnings[:MOST_BEGUN]:
        term.take(row, BEGINNING)


def _mend(terms: Iterable[Term], meanings: Meanings, audience: Audience) -> None:
    """Let the terms find the words that they are most likely slips of; two queries, or none."""
    forms = {form for term in terms if slips_allowed(term.word) for form in slips(term.word)}
    if not forms:
        return
    slips_of = SearchSlip.objects.filter(audience=audience, form__in=forms)
    # Asked for by themselves. Joined, PostgreSQL went through all slips once for every word while
    # its statistics took both tables for empty, as they do in the middle of a large import.
    slipped = set(slips_of.values_list("word", flat=True))
    there = SearchWord.objects.filter(pk__in=slipped).order_by("-posts", "word")
    rows = [*there, *meanings.words()]
    for term in terms:
        near = [(distance(term.word, row.word), row) for row in rows]
        allowed = slips_allowed(term.word)
        fitting = [(d, row) for d, row in near if d <= max(allowed, slips_allowed(row.word))]
        least = min((d for d, _ in fitting), default=0)
        for row in [row for d, row in fitting if d == least][:MOST_MENDED]:
            term.mend(row)


def _know_abroad(terms: Iterable[Term], audience: Audience) -> None:
    """Let the terms find their other forms in the languages that videos are captioned in."""
    own = {term.word: stems_abroad(term.word) for term in terms}
    if own:
        asked = {one for stems in own.values() for one in stems}
        rows = SearchWord.objects.filter(audience=audience, stem__in=asked)
        for row in rows.order_by("-posts", "word"):
            for term in terms:
                if row.stem in own[term.word]:
                    term.take(row)


def _mean_the_same(terms: Iterable[Term], meanings: Meanings, audience: Audience) -> None:
    """Let the terms find the other forms of what they were mended to, and what means the same."""
    others = {term.word: meanings.of(term.meant) - term.meant for term in terms}
    asked = {one for stems in others.values() for one in stems}
    asked |= {one for term in terms if term.read_as for one in term.meant}
    if not asked:
        return
    rows = SearchWord.objects.filter(audience=audience, stem__in=asked)
    for row in rows.order_by("-posts", "word"):
        for term in terms:
            if row.stem in others[term.word]:
                term.take(row, SYNONYM)
            elif term.read_as and row.stem in term.meant:
                term.take(row)
