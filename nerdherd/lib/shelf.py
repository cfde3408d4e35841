"""What one request has worked out and the next ones get, until something changes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, NamedTuple, TypeVar

from django.http import HttpRequest

Thing = TypeVar("Thing")

OLDEST = 60.0  # seconds; what hangs on something else than the version is no older than that
IN_REQUEST = "nerdherd.shelf"


class _Kept(NamedTuple, Generic[Thing]):
    thing: Thing
    size: int
    version: object
    put_at: float


class Shelf(Generic[Thing]):
    """Things by a key, each good for one version; what was used longest ago makes room."""

    def __init__(self, version: Callable[[], object], most: int) -> None:
        """`most` is in bytes, as those who put things here tell their size."""
        self.version, self.most, self.size = version, most, 0
        self._kept: OrderedDict[Hashable, _Kept[Thing]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Thing | None:
        """What is there and still good."""
        kept = self._kept.get(key)
        if kept is None or monotonic() - kept.put_at >= OLDEST or kept.version != self.version():
            return None
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
        return kept.thing

    def put(self, key: Hashable, thing: Thing, size: int, version: object) -> None:
        """`version` was asked for before `thing` was made: what changed meanwhile counts as new."""
        kept = _Kept(thing, size, version, monotonic())
        with self._lock:
            self._drop(key)
            if version is not None and size <= self.most:
                self._kept[key] = kept
                self.size += size
            while self.size > self.most:
                self._drop(next(iter(self._kept)))

    def drop(self, key: Hashable) -> None:
        """It is not to be kept any more."""
        with self._lock:
            self._drop(key)

    def _drop(self, key: Hashable) -> None:
        if old := self._kept.pop(key, None):
            self.size -= old.size


def shelf_of(request: HttpRequest) -> "Shelf[object] | None":
    """That of the process for what members share; there is one where a web server asks."""
    shelf: Shelf[object] | None = request.META.get(IN_REQUEST)
    return shelf
