"""The only place that knows the databases' own full-text search: SQLite's FTS5, PostgreSQL's GIN.

Both hold the words of `Entry.terms` as they are; how words are cut and compared is ours, the same
on both. Migration 0004 makes the index, which the database itself keeps in step with the rows.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from courses.models import Entry

# A way to fit: all of it, and of each part any word.
AnyOf = Sequence[str]
AllOf = Sequence[AnyOf]

SQLITE = """
SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s ORDER BY rowid DESC LIMIT %s
"""
POSTGRESQL = """
SELECT post_id FROM {table} WHERE terms_index @@ %s::tsquery ORDER BY post_id DESC LIMIT %s
"""


def matching(entries: type[Entry], ways: Iterable[AllOf], limit: int) -> RawSQL:
    """The posts whose entry holds all words of one of the `ways`: a subquery, the newest `limit`.

    Words are letters and digits only, so they cannot be mistaken for the engines' own signs.
    """
    if connection.vendor == "postgresql":
        sql, quote, both, either = POSTGRESQL, "'", " & ", " | "
    else:
        sql, quote, both, either = SQLITE, '"', " AND ", " OR "
    expression = either.join(
        "("
        + both.join(f"({either.join(quote + t + quote for t in any_of)})" for any_of in way)
        + ")"
        for way in ways
    )
    return RawSQL(sql.format(table=entries._meta.db_table), (expression, limit))
