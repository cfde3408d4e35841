"""The only place that knows the databases' own full-text search: SQLite's FTS5, PostgreSQL's GIN.

Both hold the words of `Entry.terms` as they are; how words are cut and compared is ours, the same
on both. Migration 0005 makes the index, which the database itself keeps in step with the rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from courses.models import Entry
from courses.models.post import PostQuerySet

# A way to fit: all of it, and of each part any word.
AnyOf = Sequence[str]
AllOf = Sequence[AnyOf]

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
# What it takes for a rare word: by an order that no index has, it goes by the words.
COMMON, RARE = "post_id", "post_id + 0"
# Any number: there is only ever one who holds it.
INDEXING = 20261124


@dataclass(frozen=True)
class Those:
    """Which posts may be found: the question to the database, worked out once for a search."""

    sql: str
    params: tuple[Any, ...]

    @classmethod
    def among(cls, posts: PostQuerySet) -> "Those":
        """Those of `posts`, in whatever order."""
        this = posts.order_by().filter(pk=RawSQL("entry.post_id", ())).values("pk")
        return cls(*this.query.sql_with_params())


def matching(
    entries: type[Entry],
    ways: Iterable[AllOf],
    those: Those,
    limit: int,
    *,
    columns: Sequence[str] = (),
    is_rare: bool = False,
) -> list[tuple[Any, ...]]:
    """The newest of `those` whose entry holds all of one of the `ways`: keys, and `columns`.

    `is_rare` when some thousands hold them at most. Words are letters and digits only, so they
    cannot be mistaken for the engines' own signs.
    """
    table = entries._meta.db_table
    sql, quote, both, either = (
        (POSTGRESQL, "'", " & ", " | ")
        if connection.vendor == "postgresql"
        else (SQLITE, '"', " AND ", " OR ")
    )

    def any_word(words: AnyOf) -> str:
        return f"({either.join(f'{quote}{word}{quote}' for word in words)})"

    expression = either.join(f"({both.join(map(any_word, way))})" for way in ways)
    wanted = ", ".join(f"entry.{column}" for column in ("post_id", *columns))
    order = RARE if is_rare else COMMON
    with connection.cursor() as cursor:
        cursor.execute(
            sql.format(table=table, columns=wanted, posts=those.sql, order=order),
            (expression, *those.params, limit),
        )
        return list(cursor.fetchall())


def wait_for_others() -> None:
    """Within a transaction: let one writer of the index go on at a time, as on SQLite anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INDEXING])
