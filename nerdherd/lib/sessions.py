"""Sessions in the database, asked for only by keys that could have been made here."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions


class SessionStore(DatabaseSessions):
    """A cookie may hold anything, even a NUL character, and PostgreSQL refuses to look for that."""

    def _validate_session_key(self, key: str | None) -> bool:
        is_plain = key is not None and key.isascii() and key.isalnum()
        return is_plain and bool(super()._validate_session_key(key))  # type: ignore[misc]
