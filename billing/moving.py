"""Members of another site: accounts with access, from a CSV file."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.models import Membership
from nerdherd.accounts.people import account_of, open_account
from nerdherd.lib.audit import Kind, note
from nerdherd.lib.moments import moment
from nerdherd.lib.tables import Outcome, Row, Table, totals

# What we look for, and the names that others give it; the first that is there is taken.
NAMES = {
    "email": ("email", "e-mail", "email address", "e-mail address", "member email"),
    "name": ("name", "full name", "member name"),
    "joined": (
        "joined", "joined on", "granted_at", "created on", "created", "signed up", "date",
    ),
    "ended": ("ended", "revoked_at", "cancelled on"),
}  # fmt: skip


class MembersImport:
    """One file, with its columns as guessed or as somebody corrected them.

    Nobody is written to: they come and sign in by a code. Who has had access from an import once
    is left as they are: what was taken back stays so.
    """

    LABELS = {
        "email": _("email address"),
        "name": _("name"),
        "joined": _("member since"),
        "ended": _("access ended on"),
    }
    NEEDED = "email"
    PERMISSION = "billing.add_membership"
    TITLE = _("Members")

    def __init__(self, table: Table, *, found: Mapping[str, str] | None = None) -> None:
        self.table = table
        self.found = _guess(table) if found is None else found

    @property
    def unused(self) -> list[str]:
        """The columns that are taken for nothing."""
        return [c for c in self.table.columns if c and c not in self.found.values()]

    def run(self, *, dry: bool = False) -> Iterator[Outcome]:
        """Each row's outcome as it is done; a dry run tells the same and writes nothing."""
        seen: dict[str, int] = {}
        done: list[str] = []
        for row in self.table.rows:
            email = self._cell(row, "email").lower()
            outcome = Outcome(row.number, email)
            if problem := self._problem(row, email, seen):
                outcome.notes.append(problem)
            else:
                seen[email] = row.number
                joined = _joined(self._cell(row, "joined"), outcome.notes)
                outcome.did = _admit(email, self._cell(row, "name")[:100], joined, dry=dry)
            done.append(outcome.did)
            yield outcome
        if not dry:
            note(Kind.IMPORT, "members", totals(done))

    def _cell(self, row: Row, name: str) -> str:
        return row.cells.get(self.found.get(name, ""), "")

    def _problem(self, row: Row, email: str, seen: dict[str, int]) -> str:
        if email in seen:
            return f"row {seen[email]} has the same address"
        if self._cell(row, "ended"):
            return "its access has ended"
        try:
            validate_email(email)
        except ValidationError:
            return "it has no e-mail address" if not email else "this is no e-mail address"
        return ""


def _guess(table: Table) -> dict[str, str]:
    named = {column.lower(): column for column in table.columns}
    found = {field: [named[n] for n in names if n in named] for field, names in NAMES.items()}
    return {field: there[0] for field, there in found.items() if there}


def _joined(said: str, notes: list[str]) -> datetime | None:
    if not said:
        return None
    try:
        return moment(said)
    except ValueError as error:
        notes.append(f"{error}: joined today")
        return None


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
