"""What is held about people by the accounts, by allauth and Django's admin, and in the outbox."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q

from nerdherd.accounts.models import AddressCode, User
from nerdherd.accounts.people import addresses_of
from nerdherd.lib.models import AuditLine, OutboxMail
from nerdherd.lib.personal import holds


def _theirs(person: AbstractBaseUser) -> Q:
    return Q(user_id=person.pk)


holds(
    "account",
    User,
    lambda person: Q(pk=person.pk),
    "email name language date_joined last_login leaves_at is_active is_staff is_superuser",
    {
        "password": "What it is held against; of use to nobody but a thief.",
    },
)
holds("groups", User.groups.through, _theirs, "group__name")
holds("permissions", User.user_permissions.through, _theirs, "permission__codename")
holds("addresses", EmailAddress, _theirs, "email verified primary")
holds(
    "codes",
    AddressCode,
    lambda person: Q(email__in=addresses_of(person)),
    "email created_at used_at guesses",
    {
        "digest": "What the code is held against.",
    },
)
holds(
    "mails",
    OutboxMail,
    lambda person: Q(to__in=addresses_of(person)),
    "to created_at sent_at",
    {
        "key": "A number of ours.",
        "subject": "Empty once it is sent.",
        "text": "Empty once it is sent.",
        "html": "Empty once it is sent.",
        "unsubscribe": "Empty once it is sent.",
        "due_at": "When the worker looks again.",
        "attempts": "The mail server's.",
        "error": "The mail server's.",
    },
)
holds(
    "audit log",
    AuditLine,
    lambda person: Q(who=person.pk) | Q(on=f"person {person.pk}"),
    "at kind on what",
    {
        "who": "Themselves, or somebody else.",
        "label": "The address of staff.",
    },
)
holds(
    "passkeys and apps",
    Authenticator,
    _theirs,
    "type created_at last_used_at",
    {
        "data": "What opens the account.",
    },
)
holds(
    "devices",
    UserSession,
    _theirs,
    "user_agent created_at last_seen_at",
    {
        "ip": "No address is ever kept here.",
        "session_key": "What opens the account.",
        "data": "Always empty.",
    },
)
holds(
    "changes in the admin",
    LogEntry,
    _theirs,
    "action_time action_flag content_type__model",
    {
        "object_id": "May be somebody else.",
        "object_repr": "May name somebody else.",
        "change_message": "May name somebody else.",
    },
)
