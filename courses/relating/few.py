"""Works out again only the lists that some changed posts touch, in a library too big for all."""

from collections import Counter

import numpy as np

from courses.models import SimilarPost
from courses.relating.library import Library
from courses.relating.reading import note_doubles
from courses.relating.rows import Writer
from courses.similar.choosing import ROUND, Rows, Scores, Shelf, adopt, settle_first_links
from courses.similar.document import KEEP, SHOWN
from courses.similar.vectors import Vectors, neighbours

AT_ONCE = 20  # rows of scores in memory
LOOKED_AT = 500  # nearest posts of a changed one, whose lists it may have to enter


def relate_few(library: Library, vectors: Vectors, changed: list[int]) -> int:
    """Write the lists of the posts at the places `changed` and those they touch; says how many."""
    shelf = Shelf(library.cards)
    affected = sorted({*changed, *_holders(library, changed), *_hosts(library, vectors, changed)})
    found = vectors.near_many(np.array(affected, np.int32))
    near = {n: neighbours(*row) for n, *row in zip(affected, *found, strict=True)}
    rows = {place: shelf.row(place, near[place]) for place in affected}
    settle_first_links(shelf, rows, _first_links(library, shelf, rows))
    _show_everybody(library, shelf, rows, lambda place: near.get(place, []))
    note_doubles(library, vectors, near.__getitem__, affected)
    writer = Writer(library, vectors.floor, shelf.next)
    return writer.write((place, rows[place], dict(near[place])) for place in affected)


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
        places = listed[part : part + AT_ONCE]
        for place, scores in zip(places, vectors.scores(np.array(places, np.int32)), strict=True):
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


def _first_links(library: Library, shelf: Shelf, rows: Rows) -> dict[int, int]:
    """Where the first links of other posts lead, as far as a round of links can reach."""
    firsts: dict[int, int] = {}
    frontier = {other for row in rows.values() for other in row[:SHOWN]} - rows.keys()
    for _ in range(ROUND):
        keys = [library.keys[place] for place in frontier]
        first = SimilarPost.objects.filter(post__in=keys, rank=1, is_blocked=False)
        for post, other in first.values_list("post_id", "other_id"):
            firsts[library.places[post]] = library.places[other]
        firsts |= {place: row[0] for place in frontier if (row := shelf.fixed(place))}
        frontier = {firsts[n] for n in frontier if n in firsts} - firsts.keys() - rows.keys()
    return firsts


def _show_everybody(library: Library, shelf: Shelf, rows: Rows, near: Scores) -> None:
    keys = [library.keys[place] for place in rows]
    shown_before = SimilarPost.objects.filter(post__in=keys, rank__lte=SHOWN, is_blocked=False)
    touched = {library.places[key] for key in shown_before.values_list("other_id", flat=True)}
    touched |= {other for row in rows.values() for other in row[:SHOWN]} | rows.keys()
    elsewhere = SimilarPost.objects.filter(
        other__in=[library.keys[place] for place in touched], rank__lte=SHOWN, is_blocked=False
    ).exclude(post__in=keys)
    shown = Counter(library.places[key] for key in elsewhere.values_list("other_id", flat=True))
    shown.update(other for row in rows.values() for other in row[:SHOWN])
    lonely = sorted(n for n in touched if library.cards[n].is_listed)
    adopt(shelf, rows, shown, near, lonely)
