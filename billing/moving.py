"""Members of another site: accounts with access, from a CSV file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from billing.models import Membership
from nerdherd.accounts.people import account_of, open_account
from nerdherd.lib.moments import moment
from nerdherd.lib.tables import Table

NAMES = {
    "email": ("email", "e-mail", "email address", "e-mail address", "member email"),
    "name": ("name", "full name", "member name"),
    "joined": ("joined", "joined on", "created on", "created", "signed up", "date"),
}


@dataclass(frozen=True)
class Outcome:
    """What became of a row: created, updated, unchanged or skipped; and why, or what is odd."""

    row: int
    email: str
    did: str
    note: str = ""


def columns(table: Table) -> dict[str, str]:
    """Which column of the file holds what."""
    named = {column.lower(): column for column in table.columns}
    found = {field: [named[n] for n in names if n in named] for field, names in NAMES.items()}
    return {field: there[0] for field, there in found.items() if there}


def import_members(table: Table, *, dry: bool = False) -> Iterator[Outcome]:
    """Each row's outcome as it is done. Nobody is written to: they come and sign in by a code.

    Who has had access from an import once is left as they are: what was taken back stays so.
    """
    found, seen = columns(table), dict[str, int]()
    for row in table.rows:
        said = {field: row.cells.get(column, "") for field, column in found.items()}
        email = said.get("email", "").strip().lower()
        if problem := _problem(email, seen):
            yield Outcome(row.number, email, "skipped", problem)
            continue
        seen[email] = row.number
        joined, note = _joined(said.get("joined", ""))
        did = _admit(email, said.get("name", "")[:100], joined, dry=dry)
        yield Outcome(row.number, email, did, note)


def _problem(email: str, seen: dict[str, int]) -> str:
    if email in seen:
        return f"row {seen[email]} has the same address"
    try:
        validate_email(email)
    except ValidationError:
        return "it has no e-mail address" if not email else "this is no e-mail address"
    return ""


def _joined(said: str) -> tuple[datetime | None, str]:
    if not said:
        return None, ""
    try:
        return moment(said), ""
    except ValueError as error:
        return None, f"{error}: joined today"


def _admit(email: str, name: str, joined: datetime | None, *, dry: bool) -> str:
    there = account_of(email)
    lines = Membership.objects.filter(user=there)
    has_had = there and (lines.live() | lines.filter(source=Membership.Source.IMPORTED)).exists()
    if there and has_had and (there.name or not name):
        return "unchanged"
    if not dry:
        with transaction.atomic():
            user = open_account(email)
            if name and not user.name:
                user.name = name
                user.save(update_fields=["name"])
            if not has_had:
                since = {"granted_at": joined} if joined else {}
                Membership.grant(user_id=user.pk, source=Membership.Source.IMPORTED, **since)
    return "updated" if there else "created"
