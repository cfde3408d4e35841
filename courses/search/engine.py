"""The only place that knows the databases' own full-text search: SQLite's FTS5, PostgreSQL's GIN.

Both hold the words of `Entry.terms` as they are; how words are cut and compared is ours, the same
on both. Migration 0005 makes the index, which the database itself keeps in step with the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from courses.models import Entry
from courses.models.post import PostQuerySet

# Who may see a post is asked while looking: what is hidden takes no place among the newest. On
# PostgreSQL `OFFSET 0` keeps that question from being asked of more posts than are wanted.
SQLITE = """
SELECT {columns} FROM {table}_fts CROSS JOIN {table} AS entry ON entry.post_id = {table}_fts.rowid
WHERE {table}_fts MATCH %s AND EXISTS ({posts}) ORDER BY {table}_fts.rowid DESC LIMIT %s
"""
POSTGRESQL = """
SELECT {columns} FROM (
    SELECT * FROM {table} WHERE terms_index @@ %s::tsquery ORDER BY {order} DESC OFFSET 0
) AS entry WHERE EXISTS ({posts} OFFSET 0) LIMIT %s
"""
COLUMNS = ("post_id", "head", "text")
# Of those, the ones in whose text something stands.
SAYING = "SELECT post_id, head FROM ({sql}) AS entry WHERE {conditions}"
STANDS_IN = {"sqlite": "instr(text, %s) > 0", "postgresql": "strpos(text, %s) > 0"}
# PostgreSQL goes from the newest post down and looks into each, or finds by the words all that
# hold them; the latter when the order is none that an index has. Left alone it looks into too
# many, for it does not know that a look costs it as much as finding so many by their words.
BY_POST, BY_WORD, A_LOOK = "post_id", "post_id + 0", 6
# The share of posts that fit where nobody has counted.
SOME = 0.25
# Any number: there is only ever one who holds it.
INDEXING = 20261124


@dataclass(frozen=True)
class AnyOf:
    """Words of which one will do; `posts` is how many hold one, if that is known.

    They are letters and digits only, so that none is mistaken for one of the engines' own signs.
    """

    words: Sequence[str]
    posts: int | None = None

    def share(self, of: int) -> float:
        """How much of a library of so many posts holds one of them."""
        return SOME if self.posts is None else min(1, self.posts / of)


# All of it must be there.
Way = Sequence[AnyOf]


@dataclass(frozen=True)
class Index:
    """The entries for an audience, and the question which posts may be found among them.

    The question is worked out once for a search.
    """

    table: str
    sql: str
    params: tuple[Any, ...]

    @classmethod
    def of(cls, entries: type[Entry], posts: PostQuerySet) -> "Index":
        """Those of `posts`, in whatever order."""
        this = posts.order_by().filter(pk=RawSQL("entry.post_id", ())).values("pk")
        return cls(entries._meta.db_table, *this.query.sql_with_params())

    def matching(
        self, ways: Sequence[Way], limit: int, *, saying: Sequence[str] = ()
    ) -> list[tuple[int, str]]:
        """Key and head of the newest whose entry holds all of one of the `ways`.

        Of those the ones alone whose text has each string of `saying` in it.
        """
        sql, order = (
            (POSTGRESQL, self._order(ways, limit))
            if connection.vendor == "postgresql"
            else (SQLITE, "")
        )
        columns = ", ".join(f"entry.{name}" for name in COLUMNS[: 3 if saying else 2])
        sql = sql.format(table=self.table, columns=columns, posts=self.sql, order=order)
        if saying:
            conditions = " AND ".join([STANDS_IN[connection.vendor]] * len(saying))
            sql = SAYING.format(sql=sql, conditions=conditions)
        with connection.cursor() as cursor:
            cursor.execute(sql, (_expression(ways), *self.params, limit, *saying))
            return list(cursor.fetchall())

    def _order(self, ways: Sequence[Way], limit: int) -> str:
        """What to sort by, so that PostgreSQL goes the way that is shorter."""
        found = sum(prod(part.share(self._size) for part in way) for way in ways) * self._size
        looks = min(self._size, limit * self._size / max(1, found))
        return BY_WORD if found <= A_LOOK * looks else BY_POST

    @cached_property
    def _size(self) -> int:
        """About how many entries there are, as PostgreSQL has it from its last count."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [self.table])
            return max(1, int(cursor.fetchone()[0]))


def _expression(ways: Sequence[Way]) -> str:
    """The `ways` in the engine's own signs."""
    quote, both, either = (
        ("'", " & ", " | ") if connection.vendor == "postgresql" else ('"', " AND ", " OR ")
    )

    def any_of(part: AnyOf) -> str:
        return f"({either.join(f'{quote}{word}{quote}' for word in part.words)})"

    return either.join(f"({both.join(map(any_of, way))})" for way in ways)


def wait_for_others() -> None:
    """Within a transaction: let one writer of the index go on at a time, as on SQLite anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INDEXING])
