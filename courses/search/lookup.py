"""The words of a query, each with all that may be found for it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from django.db.models import Q

from courses.models import Audience, SearchSlip, SearchWord, Synonyms
from courses.search.query import Query
from courses.search.words import EMPTY, distance, slips, slips_allowed, stem, words

# How much finding something else counts, where the word itself counts one.
SYNONYM, BEGINNING = 0.6, 0.5
SHORTEST_BEGINNING = 3
MOST_BEGUN, MOST_CORRECTED = 12, 4
MAX_TERMS = 7
AFTER_ALL_LETTERS = "\U0010ffff"


@dataclass
class Term:
    """A word of the query: the stems that it finds, with what each counts, and their forms."""

    word: str
    stems: dict[str, float] = field(default_factory=dict)
    forms: set[str] = field(default_factory=set)
    posts: int = 0
    read_as: str = ""

    def take(self, row: SearchWord, worth: float = 1) -> None:
        """Let it find what `row` stands for."""
        self.stems[row.stem] = max(worth, self.stems.get(row.stem, 0))
        self.forms.add(row.word)
        self.posts += row.posts

    @property
    def rarity(self) -> float:
        """The rarer a word, the more it says; from 1 towards 0."""
        return 1 / math.log2(2 + self.posts)


def look_up(query: Query, audience: Audience) -> list[Term]:
    """The terms of `query`, the rarest first; last those that nothing can be found for."""
    wanted = [word for word in query.words if word not in EMPTY] or query.words
    terms = [Term(word) for word in wanted]
    _know(terms, query, audience)
    _correct([term for term in terms if not term.stems], audience)
    return sorted(terms, key=lambda term: (not term.stems, term.posts, term.word))[:MAX_TERMS]


def _know(terms: list[Term], query: Query, audience: Audience) -> None:
    """Let the terms find the words, what begins like the last, and synonyms; two queries."""
    begun = query.unfinished if len(query.unfinished) >= SHORTEST_BEGINNING else ""
    joined = {one + other: {one, other} for one, other in pairwise(query.words)}
    others = _synonyms()
    stems = {term.word: {stem(term.word)} for term in terms}
    same = {word: {o for own in its for o in others.get(own, ())} for word, its in stems.items()}
    rows = SearchWord.objects.filter(audience=audience).filter(
        Q(word__in=[*stems, *joined])
        | Q(stem__in=set().union(*stems.values(), *same.values()))
        | (Q(word__gte=begun, word__lt=begun + AFTER_ALL_LETTERS) if begun else Q(pk__in=[]))
    )
    begun_rows = []
    for row in rows.order_by("-posts", "word"):
        for term in terms:
            if (
                row.word == term.word
                or row.stem in stems[term.word]
                or term.word in joined.get(row.word, ())
            ):
                term.take(row)
            elif row.stem in same[term.word]:
                term.take(row, SYNONYM)
            elif term.word == begun and row.word.startswith(begun):
                begun_rows.append((term, row))
    for term, row in begun_rows[:MOST_BEGUN]:
        term.take(row, BEGINNING)


def _synonyms() -> dict[str, set[str]]:
    """For every stem the stems of what means the same; as many as editors have written."""
    others: dict[str, set[str]] = {}
    for line in Synonyms.objects.values_list("words", flat=True):
        group = {stem(word) for word in words(line)}
        for one in group:
            others.setdefault(one, set()).update(group - {one})
    return others


def _correct(terms: Iterable[Term], audience: Audience) -> None:
    """Let the terms find the words that they are most likely slips of; one query, or none."""
    forms = {term.word: slips(term.word) for term in terms if slips_allowed(term.word)}
    if not forms:
        return
    slipped = SearchSlip.objects.filter(audience=audience, form__in=set().union(*forms.values()))
    rows = list(SearchWord.objects.filter(pk__in=slipped.values("word")).order_by("-posts", "word"))
    for term in terms:
        near = [(distance(term.word, row.word), row) for row in rows]
        allowed = slips_allowed(term.word)
        fitting = [(d, row) for d, row in near if d <= max(allowed, slips_allowed(row.word))]
        least = min((d for d, _ in fitting), default=0)
        for d, row in fitting:
            if d == least and len(term.stems) < MOST_CORRECTED:
                term.read_as = term.read_as or row.word
                term.take(row)
