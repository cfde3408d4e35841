"""Works out again only the lists that some changed posts touch, in a library too big for all."""

from collections import Counter
from itertools import chain

import numpy as np

from courses.models import SimilarPost
from courses.relating.library import Library
from courses.relating.reading import note_doubles
from courses.relating.rows import Writer
from courses.similar.choosing import Shelf
from courses.similar.document import KEEP, SHOWN
from courses.similar.leading import ROUND, Lists
from courses.similar.vectors import Vectors, neighbours

AT_ONCE = 20  # rows of scores in memory
LOOKED_AT = 500  # nearest posts of a changed one, whose lists it may have to enter


def relate_few(library: Library, vectors: Vectors, changed: list[int]) -> int:
    """Write the lists of the posts at the places `changed` and those they touch; says how many."""
    shelf = Shelf(library.cards)
    affected = sorted({*changed, *_holders(library, changed), *_hosts(library, vectors, changed)})
    found = vectors.near_many(np.array(affected, np.int32))
    near = {n: neighbours(*row) for n, *row in zip(affected, *found, strict=True)}
    lists = Lists(shelf, lambda place: near.get(place, []), affected)
    lists.lead_on(_first_links(library, lists))
    _show_everybody(library, lists)
    note_doubles(library, vectors, lists.near, affected)
    writer = Writer(library, vectors.floor, shelf.next)
    return writer.write((place, row, dict(near[place])) for place, row in lists.rows.items())


def _holders(library: Library, changed: list[int]) -> list[int]:
    """Whose lists the changed posts stand in, and the episode before each."""
    keys = [library.keys[place] for place in changed]
    rows = SimilarPost.objects.filter(other__in=keys, is_blocked=False)
    series = {library.cards[place].series for place in changed} - {None}
    before = [n for n, card in enumerate(library.cards) if series and card.series in series]
    return [*before, *(library.places[post] for post in rows.values_list("post_id", flat=True))]


def _hosts(library: Library, vectors: Vectors, changed: list[int]) -> list[int]:
    """Whose lists the changed posts must enter, being nearer than the last but one of them.

    The nearest are among them in any case: one of them shows what nobody else does.
    """
    found = list[int]()
    listed = [place for place in changed if library.cards[place].is_listed]
    for part in range(0, len(listed), AT_ONCE):
        places = np.array(listed[part : part + AT_ONCE], np.int32)
        rows = vectors.scores(places, slice(0, len(library.keys)))
        for place, scores in zip(places.tolist(), rows, strict=True):
            nearest = np.argsort(-scores, kind="stable")[:LOOKED_AT].tolist()
            reach = _reach(library, nearest)
            found += [n for n in nearest[:KEEP] if n != place]
            found += [n for n in nearest if n != place and scores[n] > reach.get(n, -1.0)]
    return found


def _reach(library: Library, places: list[int]) -> dict[int, float]:
    """How near a post must be to enter each list; the last may stand there for being free."""
    keys = [library.keys[place] for place in places]
    machine = SimilarPost.objects.filter(post__in=keys, is_pinned=False, is_blocked=False)
    scores: dict[int, list[float]] = {}
    for post, score in machine.filter(rank__gt=SHOWN).values_list("post_id", "score"):
        scores.setdefault(library.places[post], []).append(score)
    return {n: sorted(row)[1] for n, row in scores.items() if len(row) >= KEEP - SHOWN}


def _first_links(library: Library, lists: Lists) -> dict[int, int]:
    """Where the first links of other posts lead, as far as a round of links can reach."""
    firsts: dict[int, int] = {}
    frontier = set(chain.from_iterable(lists.rows.values())) - lists.rows.keys()
    for _ in range(ROUND):
        keys = [library.keys[place] for place in frontier]
        first = SimilarPost.objects.filter(post__in=keys, rank=1, is_blocked=False)
        for post, other in first.values_list("post_id", "other_id"):
            firsts[library.places[post]] = library.places[other]
        firsts |= {place: row[0] for place in frontier if (row := lists.shelf.fixed(place))}
        frontier = {firsts[n] for n in frontier if n in firsts} - firsts.keys() - lists.rows.keys()
    return firsts


def _show_everybody(library: Library, lists: Lists) -> None:
    """Also those whom the lists showed until now, if nobody else shows them."""
    keys = [library.keys[place] for place in lists.rows]
    rows = SimilarPost.objects.filter(rank__lte=SHOWN, is_blocked=False)
    before = rows.filter(post__in=keys).values_list("other_id", flat=True)
    touched = {library.places[key] for key in before} | lists.rows.keys() | set(lists.shown())
    elsewhere = rows.filter(other__in=[library.keys[n] for n in touched]).exclude(post__in=keys)
    shown = Counter(library.places[key] for key in elsewhere.values_list("other_id", flat=True))
    shown.update(lists.shown())
    lonely = sorted(n for n in touched if library.cards[n].is_listed)
    lists.show_everybody(shown, lonely)
