"""The rules of the list: what always stands in it, what never does, and who comes first.

Pure functions over cards and neighbours. A row is the list under one post as places, best first:
pins, the next episode, what is near, and the newest when that is not enough.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from courses.similar.document import KEEP, SHOWN, Card, Near

ROUND = 8  # following first links must lead to so many posts before one comes again

Rows = dict[int, list[int]]
Scores = Callable[[int], list[Near]]


class Shelf:
    """The library as the rules see it: cards by place, newest first."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.cards = cards
        self.listed = [n for n, card in enumerate(cards) if card.is_listed]
        self.free = [n for n in self.listed if cards[n].is_free]
        self.next = dict(_next_episodes(cards, self.listed))

    def fixed(self, place: int) -> list[int]:
        """What an editor has decided: the pins, and the next episode behind them."""
        card = self.cards[place]
        wanted = [*card.pins, *([self.next[place]] if place in self.next else [])]
        row: list[int] = []
        for other in wanted:
            if self.may_join(place, row, other):
                row.append(other)
        return row

    def may_join(self, place: int, row: Iterable[int], other: int) -> bool:
        """Whether `other` may stand under `place` beside those in `row`."""
        mine, card = self.cards[place], self.cards[other]
        if other == place or not card.is_listed or other in mine.blocks:
            return False
        beside = [place, *row]
        return other not in beside and not (
            card.film and any(self.cards[n].film == card.film for n in beside)
        )

    def row(self, place: int, near: list[Near]) -> list[int]:
        """The list of one post on its own: full, and with something that anybody may have whole."""
        row = self.fixed(place)
        length, fixed = KEEP + len(row), len(row)
        for other in chain((other for other, _ in near), self.listed):
            if len(row) == length:
                break
            if self.may_join(place, row, other):
                row.append(other)
        if not any(self.cards[n].is_free for n in row) and len(row) > fixed:
            self._make_room_for_free(place, row, near)
        return row

    def put(self, row: list[int], spot: int, other: int) -> None:
        """Put `other` at `spot`; the row stays as long as it was and keeps something free."""
        film = self.cards[other].film
        if other in row:
            row.remove(other)
        elif film and self.cards[row[spot]].film == film:
            row.pop(spot)
        else:
            free = [n for n in [*row, other] if self.cards[n].is_free]
            row.pop(-2 if free == row[-1:] and len(row) > SHOWN else -1)
        row.insert(spot, other)

    def _make_room_for_free(self, place: int, row: list[int], near: list[Near]) -> None:
        free_ones = chain((n for n, _ in near if self.cards[n].is_free), self.free)
        found = next((n for n in free_ones if self.may_join(place, row[:-1], n)), None)
        if found is not None:
            row[-1] = found


def _next_episodes(cards: Sequence[Card], listed: list[int]) -> Iterator[tuple[int, int]]:
    episodes: dict[int, list[tuple[int, int]]] = {}
    for n in listed:
        series, episode = cards[n].series, cards[n].episode
        if series is not None and episode is not None:
            episodes.setdefault(series, []).append((episode, n))
    for row in episodes.values():
        row.sort()
    for n, card in enumerate(cards):
        if card.series is not None and card.episode is not None:
            later = [p for e, p in episodes.get(card.series, ()) if e > card.episode]
            if later:
                yield n, later[0]


def arrange(shelf: Shelf, near: Scores) -> Rows:
    """All lists of a library."""
    rows = {n: shelf.row(n, near(n)) for n in range(len(shelf.cards))}
    firsts: dict[int, int] = {}
    settle_first_links(shelf, rows, firsts)
    lengthen_rounds(shelf, rows, firsts)
    shown = Counter(n for place in shelf.listed for n in rows[place][:SHOWN])
    adopt(shelf, rows, shown, near, shelf.listed)
    return rows


def settle_first_links(shelf: Shelf, rows: Rows, firsts: dict[int, int]) -> None:
    """Put first in each row what leads on instead of back; `firsts` are the links known so far."""
    for place, row in rows.items():
        if shelf.fixed(place):
            firsts[place] = row[0]
    for place, row in rows.items():
        if row and place not in firsts:
            ways = [way_back(place, other, firsts) for other in row[:SHOWN]]
            best = ways.index(0) if 0 in ways else ways.index(max(ways))
            row.insert(0, row.pop(best))
            firsts[place] = row[0]


def way_back(place: int, other: int, firsts: dict[int, int]) -> int:
    """How many posts a reader sees who goes from `place` to `other` and on until back; 0: many."""
    for steps in range(1, ROUND):
        if other == place:
            return steps
        if other not in firsts:
            return 0
        other = firsts[other]
    return 0


def lengthen_rounds(shelf: Shelf, rows: Rows, firsts: dict[int, int]) -> None:
    """Open each short round where a post can lead out of it and nobody has decided otherwise."""
    for place in rows:
        while (found := _round(place, firsts)) and (way := _way_out(shelf, rows, firsts, found)):
            leader, other = way
            shelf.put(rows[leader], 0, other)
            firsts[leader] = other


def _round(place: int, firsts: dict[int, int]) -> list[int]:
    """The short round that `place` is in: its posts in order; empty when it is in none."""
    if place not in firsts or not way_back(place, firsts[place], firsts):
        return []
    found = [place]
    while firsts[found[-1]] != place:
        found.append(firsts[found[-1]])
    return found


def _way_out(
    shelf: Shelf, rows: Rows, firsts: dict[int, int], found: list[int]
) -> tuple[int, int] | None:
    """One of the round and whom it could lead to instead so that the round gets longer."""
    leaders = [n for n in found if not shelf.fixed(n)]
    near = ((n, other) for n in leaders for other in rows[n])
    anybody = ((n, other) for n in leaders for other in shelf.listed)
    for leader, other in chain(near, anybody):
        row = rows[leader]
        fits = other in row or shelf.may_join(leader, row[:-1], other)
        leads_on = other not in found and not 0 < way_back(leader, other, firsts) <= len(found)
        if fits and leads_on:
            return leader, other
    return None


def adopt(
    shelf: Shelf, rows: Rows, shown: Counter[int], near: Scores, lonely: Iterable[int]
) -> None:
    """Show each of `lonely` that is shown nowhere under a post it is near to.

    It takes the last of the places shown from one that is shown elsewhere too; `shown` says how
    often each is, and is kept right.
    """
    for orphan in lonely:
        if shown[orphan]:
            continue
        hosts = chain(
            (n for n, _ in near(orphan) if n in rows), (n for n in shelf.listed if n in rows)
        )
        for host in hosts:
            row = rows[host]
            if (spot := _spot(shelf, row, host, orphan, shown)) is not None:
                shown[row[spot]] -= 1
                shown[orphan] += 1
                last = min(SHOWN, len(row)) - 1
                row.insert(last, row.pop(spot))
                shelf.put(row, last, orphan)
                break


def _spot(shelf: Shelf, row: list[int], host: int, orphan: int, shown: Counter[int]) -> int | None:
    """Who in the row of `host` can make room for the orphan: never the first, never a pin."""
    for spot in range(min(SHOWN, len(row)) - 1, max(0, len(shelf.fixed(host)) - 1), -1):
        rest = [n for n in row if n not in (orphan, row[spot])]
        if shown[row[spot]] > 1 and (orphan in row or shelf.may_join(host, rest, orphan)):
            return spot
    return None


Item = TypeVar("Item")


def choose_shown(
    items: Sequence[Item], is_free: Callable[[Item], bool], *, pins: int, whole: bool
) -> list[Item]:
    """The three that a reader sees; who may not have everything gets one that they may, last.

    The first `pins` of the items are an editor's and stay.
    """
    shown = list(items[:SHOWN])
    if not whole and pins < len(shown) == SHOWN and not any(map(is_free, shown)):
        shown[-1] = next(filter(is_free, items[SHOWN:]), shown[-1])
    return shown
