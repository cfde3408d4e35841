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
    sql, quote, both, either = (
        (POSTGRESQL, "'", " & ", " | ")
        if connection.vendor == "postgresql"
        else (SQLITE, '"', " AND ", " OR ")
    )

    def any_word(words: AnyOf) -> str:
        return f"({either.join(f'{quote}{word}{quote}' for word in words)})"

    expression = either.join(f"({both.join(map(any_word, way))})" for way in ways)
    sql = sql.format(table=entries._meta.db_table)
    return RawSQL(sql, (expression, limit))  # noqa: S611 - the table is one of our two
