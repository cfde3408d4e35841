"""The clock of a history: it ticks when it is looked at, and jumps when time passes."""

from datetime import UTC, datetime, timedelta

# The same at every replay, and so far ahead that no signature is ever too old for the library.
BEGIN = datetime(2040, 1, 2, 9, tzinfo=UTC)
TICK = timedelta(microseconds=1)


class Clock:
    """One time for the site and for Stripe."""

    def __init__(self) -> None:
        self._now = BEGIN

    def now(self) -> datetime:
        """The moment; no two are the same."""
        self._now += TICK
        return self._now

    def timestamp(self) -> int:
        """Whole seconds since 1970, as Stripe counts."""
        return int(self._now.timestamp())

    def jump(self, time: timedelta) -> None:
        """Let time pass in which nothing happens."""
        self._now += time

    @property
    def passed(self) -> timedelta:
        """Since the history began."""
        return self._now - BEGIN
