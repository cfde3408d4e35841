"""What the lists do together: their first links lead on, and everybody is shown somewhere.

Pure functions, like those of one list; what is near may lose its place to these two rules, and
they take it where it costs the least nearness.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from courses.similar.choosing import Shelf
from courses.similar.document import SHOWN, Near

ROUND = 8  # following first links must lead to so many posts before one comes again

Rows = dict[int, list[int]]
Scores = Callable[[int], list[Near]]
Links = list[tuple[int, int]]


def arrange(shelf: Shelf, near: Scores) -> Rows:
    """All lists of a library."""
    lists = Lists(shelf, near, range(len(shelf.cards)))
    lists.lead_on({})
    lists.show_everybody(Counter(lists.shown()), shelf.listed)
    return lists.rows


class Lists:
    """The lists of the posts at `places`, each right by itself to begin with."""

    def __init__(self, shelf: Shelf, near: Scores, places: Iterable[int]) -> None:
        self.shelf = shelf
        self.near = near
        self.rows: Rows = {place: shelf.row(place, near(place)) for place in places}

    def shown(self) -> Iterator[int]:
        """Whom every reader sees under the posts that are out, once for each place."""
        listed = (row for place, row in self.rows.items() if self.shelf.cards[place].is_listed)
        return chain.from_iterable(map(self._sure, listed))

    def _sure(self, row: list[int]) -> list[int]:
        """The first of `row`; who may not have everything sees something free in the last place."""
        is_free = [self.shelf.cards[n].is_free for n in row]
        return row[:SHOWN] if any(is_free[:SHOWN]) or not any(is_free) else row[: SHOWN - 1]

    def lead_on(self, firsts: dict[int, int]) -> None:
        """Open each short round of first links at the post that loses least by it.

        `firsts` are the first links of other posts, as far as they are known. A round stays when
        an editor wants it, or when nothing leads out of it.
        """
        firsts |= {place: row[0] for place, row in self.rows.items() if row}
        for place in self.rows:
            while found := _round(place, firsts):
                links = self._way_out(firsts, found) or self._way_round(found)
                if not links:
                    break
                for leader, other in links:
                    self.shelf.put(self.rows[leader], 0, other)
                    firsts[leader] = other
                place = links[0][0]  # the round that goes on may be short as well

    def _way_out(self, firsts: dict[int, int], found: list[int]) -> Links:
        """The first link of one of the round that makes it longer."""
        for leader, other in self._by_loss(filter(self._may_change, found)):
            round_then = _way_back(leader, other, firsts)
            if not round_then or len(round_then) > len(found):
                return [(leader, other)]
        return []

    def _by_loss(self, leaders: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Leaders with those in their rows, first where the first of the row would lose least."""
        losses = list[tuple[float, int, int]]()
        for leader in leaders:
            row, scores = self.rows[leader], dict(self.near(leader))
            best = scores.get(row[0], 0.0)
            losses += [(best - scores.get(other, 0.0), leader, other) for other in row]
        return ((leader, other) for _, leader, other in sorted(losses))

    def _way_round(self, found: list[int]) -> Links:
        """Two first links that take one more post into a round whose neighbours all lead back."""
        for leader, following in zip(found, [*found[1:], found[0]], strict=True):
            for other in self.rows if self._may_change(leader) else ():
                links = [(leader, other), (other, following)]
                is_new = other not in found and self._may_change(other)
                if is_new and all(self._may_join(*link) for link in links):
                    return links
        return []

    def _may_change(self, place: int) -> bool:
        """Whether the first link of a post is ours to choose."""
        return place in self.rows and not self.shelf.fixed(place)

    def _may_join(self, place: int, other: int) -> bool:
        row = self.rows[place]
        return other in row or self.shelf.may_join(place, row, other)

    def show_everybody(self, shown: Counter[int], lonely: Iterable[int]) -> None:
        """Show each of `lonely` that is shown nowhere, if it can be under a post it is near to.

        Nobody gives way who is not shown elsewhere too; `shown` says how often each is, and is
        kept right. Where no place is sure, it gets one that at least members see.
        """
        for orphan in lonely:
            if shown[orphan]:
                continue
            hosts = [host for host, _ in self.near(orphan) if host in self.rows]
            anybody = (host for host in self.shelf.listed if host in self.rows)
            found = min(
                self._rows_with(orphan, hosts, shown),
                key=lambda found: self._loss(orphan, *found),
                default=None,
            ) or next(self._rows_with(orphan, anybody, shown), None)
            if found is not None:
                host, row = found
                shown.subtract(self._sure(self.rows[host]))
                shown.update(self._sure(row))
                self.rows[host] = row

    def _rows_with(
        self, orphan: int, hosts: Iterable[int], shown: Counter[int]
    ) -> Iterator[tuple[int, list[int]]]:
        """Hosts and how their rows could show the orphan: never first, never before a pin."""
        for host in hosts:
            before = self.rows[host]
            sure = self._sure(before)
            first = max(1, len(self.shelf.fixed(host)))
            for spot in reversed(range(first, min(SHOWN, len(before)))):
                if not self._may_join(host, orphan):
                    continue
                after = list(before)
                self.shelf.put(after, spot, orphan)
                gone = {*sure, *before[:SHOWN]} - {*self._sure(after)}
                if all(shown[n] > (n in sure) for n in gone):
                    yield host, after

    def _loss(self, orphan: int, host: int, after: list[int]) -> tuple[bool, float]:
        """What a row loses by showing the orphan; worst where not every reader sees it."""
        scores = dict(self.near(host))
        given_way = self.rows[host][after.index(orphan)]
        loss = scores.get(given_way, 0.0) - scores.get(orphan, 0.0)
        return orphan not in self._sure(after), loss


def _way_back(place: int, other: int, firsts: dict[int, int]) -> list[int]:
    """The posts a reader sees who goes from `place` to `other` and on until back at `place`;
    none when there is no such way, or only one of a full round."""
    seen = [place]
    while len(seen) < ROUND and other != place and other in firsts:
        seen.append(other)
        other = firsts[other]
    return seen if other == place and len(seen) < ROUND else []


def _round(place: int, firsts: dict[int, int]) -> list[int]:
    """The short round that `place` is in, from `place` on; empty when it is in none."""
    return _way_back(place, firsts[place], firsts) if place in firsts else []
