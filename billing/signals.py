"""What happens to the books when an account is deleted."""

from typing import Any

from django.db.models.signals import pre_delete
from django.dispatch import receiver

from billing.forgetting import forget_name
from billing.models import Invitation, Membership, Purchase
from nerdherd.accounts.models import User
from nerdherd.accounts.people import hold


@receiver(pre_delete, sender=User)
def close_the_books(sender: type[User], instance: User, **kwargs: Any) -> None:
    """Access ends with a line in the ledger; what is being paid can be claimed by its payer."""
    hold(instance.pk)  # first, as everybody who is about to give them something
    Invitation.objects.filter(accepted_by=instance).withdraw()
    Membership.objects.filter(user=instance).end(Membership.Reason.DELETED)
    Invitation.objects.filter(inviter=instance).withdraw()
    # What is paid after all, or given back to us by the bank, opens to its payer by a code to the
    # address typed at Stripe; what is paid now has just been ended.
    mine = Purchase.objects.filter(user=instance).exclude(status=Purchase.Status.PAID)
    mine.update(claimed_at=None)
    forget_name(instance)
