"""What is held about people: each app writes down in its `personal.py` what, and what they get.

The export works from this list, and a test fails until every table that names somebody is on it,
with every column either given out or kept back for a reason that is written there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model, Q
from django.utils.module_loading import autodiscover_modules

AT_A_TIME = 500


@dataclass(frozen=True)
class Holding:
    """Rows about one person, as they stand in the export under `title`.

    `whose` says which rows are theirs, `fields` what of them goes out (as `QuerySet.values` takes
    it), `kept_back` which columns do not, and why.
    """

    title: str
    model: type[Model]
    whose: Callable[[AbstractBaseUser], Q]
    fields: tuple[str, ...]
    kept_back: dict[str, str] = field(default_factory=dict)

    def rows(self, person: AbstractBaseUser) -> Iterator[dict[str, Any]]:
        """What goes out, oldest first, as dictionaries."""
        mine = self.model._base_manager.filter(self.whose(person)).order_by("pk")
        return iter(mine.values(*self.fields).iterator(AT_A_TIME))


_holdings: list[Holding] = []


def holds(
    title: str,
    model: type[Model],
    whose: Callable[[AbstractBaseUser], Q],
    fields: str,
    kept_back: dict[str, str] | None = None,
) -> None:
    """Write down that `model` holds something about people; `fields` are separated by spaces."""
    _holdings.append(Holding(title, model, whose, tuple(fields.split()), kept_back or {}))


def holdings() -> list[Holding]:
    """Everything that any app has written down."""
    autodiscover_modules("personal")
    return _holdings
