"""Sharing a membership with one second grown-up, and taking it back."""

from enum import StrEnum

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from billing.models import Invitation, Membership
from nerdherd.accounts.people import hold


class Obstacle(StrEnum):
    """Why somebody cannot accept an invitation."""

    OWN = "own"
    REVOKED = "revoked"
    ACCEPTED = "accepted"
    TAKEN = "taken"
    ENDED = "ended"
    MEMBER = "member"


def obstacle(invitation: Invitation, user: AbstractBaseUser | AnonymousUser) -> Obstacle | None:
    """What stands between `user`, or somebody not signed in, and accepting; None when nothing."""
    if user.pk is not None and invitation.inviter_id == user.pk:
        return Obstacle.OWN
    if invitation.revoked_at is not None:
        return Obstacle.REVOKED
    if user.pk is not None and invitation.accepted_by_id == user.pk:
        return Obstacle.ACCEPTED if can_share(invitation.inviter_id) else Obstacle.ENDED
    if invitation.accepted_at is not None:
        return Obstacle.TAKEN
    if not can_share(invitation.inviter_id):
        return Obstacle.ENDED
    is_member = user.has_perm(settings.MEMBERSHIP_PERMISSION)  # type: ignore[union-attr]
    return Obstacle.MEMBER if is_member else None


def can_share(user_id: int | None) -> bool:
    """Whether somebody has a membership of their own, however they came by it."""
    if user_id is None:
        return False
    return Membership.objects.live().own().filter(user_id=user_id).exists()


@transaction.atomic
def accept(invitation: Invitation, user_id: int) -> bool:
    """Let an account in by an invitation; False when another was faster or nothing is shared now.

    The row is locked first: an inviter who loses access at this moment is seen by us, or sees us.
    """
    if not hold(user_id):
        return False
    row = Invitation.objects.living().filter(pk=invitation.pk, accepted_at=None)
    locked = row.select_for_update().first()
    if locked is None or locked.inviter_id is None or not can_share(locked.inviter_id):
        return False
    row.update(accepted_by_id=user_id, accepted_at=timezone.now())
    Membership.follow_inviter(locked.inviter_id)
    return True


@transaction.atomic
def take_back(inviter_id: int) -> bool:
    """End the inviter's living invitation, and the access by it; False when there is none."""
    living = Invitation.objects.living().filter(inviter_id=inviter_id)
    taken = list(living.values_list("pk", flat=True))
    living.withdraw()
    Membership.objects.filter(invitation__in=taken).end(Membership.Reason.PARTNER)
    return bool(taken)
