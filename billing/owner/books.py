"""The ledger and the purchases as CSV, line by line, however many there are."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from billing.models import Membership, Purchase
from nerdherd.lib.tables import lines

AT_A_TIME = 500


def members() -> Iterator[str]:
    """The whole ledger, newest first: who came in and who went out, and why."""
    rows = Membership.objects.select_related("user").iterator(AT_A_TIME)
    header = ["email", "name", "source", "granted_at", "revoked_at", "reason"]
    return lines(header, (_member(row) for row in rows))


def _member(row: Membership) -> list[str]:
    email, name = (row.user.email, row.user.name) if row.user else ("", "")
    return [email, name, row.source, _moment(row.granted_at), _moment(row.revoked_at), row.reason]


def purchases() -> Iterator[str]:
    """All purchases, newest first; `amount` is what was offered, in whole units with two places."""
    rows = Purchase.objects.select_related("user").iterator(AT_A_TIME)
    header = ["reference", "email", "amount", "currency", "status"]
    header += ["paid_at", "refunded_cents", "next_path"]
    return lines(header, (_purchase(row) for row in rows))


def _purchase(row: Purchase) -> list[str]:
    email = row.email or (row.user.email if row.user else "")
    whole, rest = divmod(row.amount_cents, 100)
    money = [f"{whole}.{rest:02}", row.currency, row.status, _moment(row.paid_at)]
    return [row.reference, email, *money, str(row.refunded_cents), row.next_path]


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
