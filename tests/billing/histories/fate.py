"""Fate: at which point of its work our process dies, or what happens elsewhere while it waits.

A point is wherever the outside world can see a difference: around each call to Stripe, before each
statement outside a transaction, and before and after each commit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections


class Crash(BaseException):
    """The process is dead; not an Exception, as nothing in it may catch this."""


class Fate:
    """Counts points; at the chosen one it strikes, once."""

    def __init__(self) -> None:
        self.dead = False
        self.has_written = True  # whether the books may have changed since somebody looked
        self._database = connections[DEFAULT_DB_ALIAS]
        self._points = -1
        self._meanwhile: Callable[[], None] | None = None
        self._at_answers = False

    def choose(
        self, points: int, meanwhile: Callable[[], None] | None, *, at_answers: bool = False
    ) -> None:
        """After so many points call `meanwhile`, or die when there is nothing to call.

        With `at_answers` only those count at which Stripe has just answered: what the site has in
        hand then is the truth of a moment ago.
        """
        self._points, self._meanwhile, self._at_answers = points, meanwhile, at_answers

    def spare(self) -> None:
        """Nothing is going to happen (any more); a dead process has been started again."""
        self.dead, self._points = False, -1

    def point(self, *, is_answer: bool = False) -> None:
        """Here it may happen. Other things happen only where they would not wait for our locks."""
        self.check()
        if self._at_answers and not is_answer:
            return
        if self._points > 0:
            self._points -= 1
        elif self._points == 0 and self._meanwhile is None:
            self._die()
        elif self._points == 0 and self._is_outside_transactions() and self._meanwhile is not None:
            self._points = -1
            self._meanwhile()

    def check(self) -> None:
        """The dead do nothing, whatever their `finally` blocks would like to."""
        if self.dead:
            raise Crash

    def _die(self) -> None:
        self.dead = True
        # What a database does when its client is gone.
        if self._database.connection is not None:
            self._database.connection.rollback()
        raise Crash

    @contextmanager
    def watching(self) -> Iterator[None]:
        """For as long as this lasts, the database's work has points."""
        database = self._database
        commit = database._commit

        def commit_between_points() -> None:
            self.point()
            commit()
            self.point()

        database._commit = commit_between_points
        try:
            with database.execute_wrapper(self._execute):
                yield
        finally:
            del database._commit

    def _execute(self, execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        self.check()
        if not sql.startswith("SELECT"):
            self.has_written = True
        if self._is_outside_transactions():
            self.point()
        return execute(sql, *args)

    def _is_outside_transactions(self) -> bool:
        return self._database.get_autocommit() and not self._database.in_atomic_block
