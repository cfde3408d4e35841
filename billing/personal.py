"""What the books hold about people."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q

from billing.models import Gift, Invitation, Membership, Purchase
from nerdherd.accounts.people import proved_addresses
from nerdherd.lib.personal import holds


def _paid_by(person: AbstractBaseUser) -> Q:
    """Theirs, and what was paid from their address and is nobody's yet."""
    return Q(user_id=person.pk) | Q(user=None, email__in=proved_addresses(person))


def _given_by(person: AbstractBaseUser) -> Q:
    return Q(purchase__in=Purchase.objects.filter(_paid_by(person)))


holds(
    "purchases",
    Purchase,
    _paid_by,
    "reference kind status amount_cents currency paid_cents refunded_cents created_at expires_at "
    "paid_at claimed_at ended_at refunded_at email language next_path session_id payment_intent_id "
    "receipt_url dispute_status dispute_due_at",
    {
        "buyer": "How we know a browser again.",
        "version": "How often the row was changed.",
        "fraud_warning_at": "What a bank told us in confidence.",
        "nameless_at": "Only of those who have left.",
        "payer_digest": "Only of those who have left.",
    },
)
holds(
    "memberships",
    Membership,
    lambda person: Q(user_id=person.pk),
    "source granted_at revoked_at reason note purchase__reference",
    {
        "invitation": "Stands under invitations.",
    },
)
holds(
    "gifts given",
    Gift,
    _given_by,
    "purchase__reference from_name to_name message to_email deliver_on created_at delivered_at "
    "redeemed_at",
    {
        "code": "Opens the gift; it stands on its page.",
        "redeemed_by": "Somebody else.",
    },
)
holds(
    "gifts opened",
    Gift,
    lambda person: Q(redeemed_by_id=person.pk),
    "from_name to_name message to_email redeemed_at",
    {
        "code": "Opened, and of no more use.",
        "purchase": "Somebody else's.",
        "deliver_on": "The giver's.",
        "created_at": "The giver's.",
        "delivered_at": "The giver's.",
    },
)
holds(
    "invitations made",
    Invitation,
    lambda person: Q(inviter_id=person.pk),
    "created_at accepted_at revoked_at",
    {
        "token": "Opens the invitation; it stands on the account's page.",
        "accepted_by": "Somebody else.",
    },
)
holds(
    "invitations accepted",
    Invitation,
    lambda person: Q(accepted_by_id=person.pk),
    "accepted_at revoked_at",
    {
        "token": "Accepted, and of no more use.",
        "inviter": "Somebody else.",
        "created_at": "The inviter's.",
    },
)
