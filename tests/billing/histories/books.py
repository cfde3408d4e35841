"""The site's books as they stand, read as a whole: after every step somebody looks at all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from django.db import models

from billing.models import Gift, Invitation, Membership, Purchase
from nerdherd.accounts.models import User

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Books:
    """All rows, oldest first; a purchase knows its account and its gift without asking again."""

    purchases: list[Purchase]
    lines: list[Membership]
    gifts: list[Gift]
    invitations: list[Invitation]
    users: dict[int, User]

    @classmethod
    def read(cls) -> "Books":
        """Everything, by five statements."""
        users = {user.pk: user for user in _rows(User)}
        purchases = {purchase.pk: purchase for purchase in _rows(Purchase)}
        for purchase in purchases.values():
            purchase.user = users.get(purchase.user_id)
        gifts = _rows(Gift)
        for gift in gifts:
            gift.purchase = purchases[gift.purchase_id]
        return cls(list(purchases.values()), _rows(Membership), gifts, _rows(Invitation), users)

    def lines_of(self, purchase: Purchase) -> list[Membership]:
        """The ledger's lines about a purchase, oldest first."""
        return [line for line in self.lines if line.purchase_id == purchase.pk]


def live(lines: Iterable[Membership]) -> list[Membership]:
    """Those that give access."""
    return [line for line in lines if line.revoked_at is None]


def _rows(model: type[Row]) -> list[Row]:
    return list(model._default_manager.raw(_statement(model)))


@cache
def _statement(model: type[Row]) -> str:
    """Django puts a statement together anew each time, which takes longer than the reading."""
    sql, _no_parameters = model._default_manager.order_by("pk").query.sql_with_params()
    return sql
