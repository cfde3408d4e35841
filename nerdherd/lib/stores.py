"""Where files lie."""

from typing import Any

from django.core.files.storage import storages


def gated_storage() -> Any:
    """The store of films and of whatever else has no address but the one that asks who you are."""
    return storages["gated"]
