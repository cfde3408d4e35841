"""What can be brought in by a file; each half of the house says how its rows are read."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from nerdherd.lib.tables import Outcome, Table


class Importer(Protocol):
    """Brings in the rows of a table; `LABELS` and `TITLE` are words, said when they are shown."""

    LABELS: ClassVar[Mapping[str, Any]]
    NEEDED: ClassVar[str]
    PERMISSION: ClassVar[str]
    TITLE: ClassVar[Any]
    found: Mapping[str, str]

    def __init__(self, table: Table, *, found: Mapping[str, str] | None = None) -> None: ...

    @property
    def unused(self) -> list[str]:
        """The columns that are taken for nothing."""

    def run(self, *, dry: bool = False) -> Iterator[Outcome]:
        """Each row's outcome as it is done."""


@cache
def kinds() -> dict[str, type[Importer]]:
    """The importers by what stands in a `Move`."""
    return {name: import_string(path) for name, path in settings.MOVING_IN.items()}
