"""The only place that knows the databases' own full-text search: SQLite's FTS5, PostgreSQL's GIN.

Both hold the words of `Entry.terms` as they are; how words are cut and compared is ours, the same
on both. Migration 0004 makes the index, which the database itself keeps in step with the rows.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from courses.models import Entry
from courses.models.post import PostQuerySet

# A way to fit: all of it, and of each part any word.
AnyOf = Sequence[str]
AllOf = Sequence[AnyOf]

# Who may see a post is asked while looking: what is hidden takes no place among the newest.
SQLITE = """
SELECT {table}_fts.rowid FROM {table}_fts
WHERE {table}_fts MATCH %s AND EXISTS ({posts}) ORDER BY {table}_fts.rowid DESC LIMIT %s
"""
POSTGRESQL = """
SELECT entry.post_id FROM {table} AS entry
WHERE entry.terms_index @@ %s::tsquery AND EXISTS ({posts}) ORDER BY entry.post_id DESC LIMIT %s
"""
# Any number: there is only ever one who holds it.
INDEXING = 20261124


def matching(
    entries: type[Entry], ways: Iterable[AllOf], posts: PostQuerySet, limit: int
) -> RawSQL:
    """Those of `posts` whose entry holds all of one of the `ways`: a subquery, the newest `limit`.

    Words are letters and digits only, so they cannot be mistaken for the engines' own signs.
    """
    table = entries._meta.db_table
    sql, key, quote, both, either = (
        (POSTGRESQL, "entry.post_id", "'", " & ", " | ")
        if connection.vendor == "postgresql"
        else (SQLITE, f"{table}_fts.rowid", '"', " AND ", " OR ")
    )

    def any_word(words: AnyOf) -> str:
        return f"({either.join(f'{quote}{word}{quote}' for word in words)})"

    expression = either.join(f"({both.join(map(any_word, way))})" for way in ways)
    this = posts.order_by().filter(pk=RawSQL(key, ())).values("pk")  # noqa: S611 - no words in it
    inner, params = this.query.sql_with_params()
    sql = sql.format(table=table, posts=inner)
    return RawSQL(sql, (expression, *params, limit))  # noqa: S611 - the table is one of our two


def wait_for_others() -> None:
    """Within a transaction: let one writer of the index go on at a time, as on SQLite anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INDEXING])
