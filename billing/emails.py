"""What we write to buyers and members, each thing once: the key of a mail is its cause."""

from billing import gifts
from billing.models import Membership, Purchase
from nerdherd.accounts.models import User
from nerdherd.lib import emails
from nerdherd.lib.languages import language_of
from nerdherd.lib.models import OutboxMail

ENDED = {Purchase.Status.REFUNDED, Purchase.Status.DISPUTED, Purchase.Status.LOST}


def tell(purchase: Purchase) -> None:
    """Write the mail that follows from where a purchase and its ledger stand now, if one does.

    Call it in the transaction that changed them.
    """
    lines = Membership.objects.filter(purchase=purchase).exclude(source=Membership.Source.PARTNER)
    line = lines.select_related("user").order_by("pk").last()
    if line is None:
        _tell_payer(purchase)
    elif line.user is not None:
        _tell_member(purchase, line, line.user, is_first=lines.count() == 1)
    if purchase.holder_id is not None:
        _tell_partner(purchase, purchase.holder_id)
    if purchase.dispute_status:
        _tell_owners(purchase)


def _tell_member(purchase: Purchase, line: Membership, user: User, *, is_first: bool) -> None:
    if line.revoked_at is not None:
        if line.reason == purchase.status:  # not when a person took it back
            _post(user.email, "emails/ended", purchase, f"ended:{line.pk}")
    elif not is_first:
        _post(user.email, "emails/returned", purchase, f"returned:{line.pk}")
    elif line.source == Membership.Source.PURCHASE:
        _welcome(user.email, purchase)


def _tell_partner(purchase: Purchase, inviter_id: int) -> None:
    """Who shares a membership loses it and gets it back with it; the payment is not theirs."""
    lines = Membership.objects.filter(invitation__inviter_id=inviter_id).select_related("user")
    line = lines.order_by("pk").last()
    if line is None or line.user is None:
        return
    if line.revoked_at is not None:
        if line.reason == purchase.status:
            key = f"partner-ended:{line.pk}"
            emails.post(line.user.email, "emails/partner_ended", {}, key=key)
        return
    before = lines.filter(invitation=line.invitation, pk__lt=line.pk).order_by("pk").last()
    if before and OutboxMail.objects.filter(key=f"partner-ended:{before.pk}").exists():
        emails.post(line.user.email, "emails/returned", {}, key=f"partner-returned:{line.pk}")


def _tell_payer(purchase: Purchase) -> None:
    """While nobody has what was paid for, to the account or to the address typed at Stripe."""
    to = purchase.payer_email
    if not to:
        return
    is_gift = purchase.kind == Purchase.Kind.GIFT
    if purchase.status == Purchase.Status.FAILED:
        _post(to, "emails/failed", purchase, f"failed:{purchase.pk}")
    elif purchase.paid_at and purchase.status in ENDED:
        template = "emails/gift_ended" if is_gift else "emails/ended"
        _post(to, template, purchase, f"ended-unused:{purchase.pk}")
    elif purchase.gives_access and is_gift:
        gifts.hand_over(purchase)
        if OutboxMail.objects.filter(key=f"ended-unused:{purchase.pk}").exists():
            _post(to, "emails/gift_returned", purchase, f"returned-unused:{purchase.pk}")
    elif purchase.gives_access:
        _welcome(to, purchase)


def _welcome(to: str, purchase: Purchase) -> None:
    _post(to, "emails/welcome", purchase, f"welcome:{purchase.pk}")


def _post(to: str, template: str, purchase: Purchase, key: str) -> None:
    """To a buyer; as long as there is no account they are spoken to as when they pressed "Join"."""
    language = language_of(to, purchase.language)
    emails.post(to, template, {"purchase": purchase}, key=key, language=language)


def _tell_owners(purchase: Purchase) -> None:
    """A dispute has a date by which somebody must answer; each new state is told once."""
    key = f"dispute:{purchase.pk}:{purchase.dispute_status}"
    _post_to_owners("emails/dispute", purchase, key)


def tell_of_fraud_warning(purchase: Purchase) -> None:
    """Giving the money back in time spares everybody a dispute."""
    _post_to_owners("emails/fraud_warning", purchase, f"fraud-warning:{purchase.pk}")


def tell_of_mending(purchase: Purchase) -> None:
    """Somebody was shut out although they had paid: it should never be, so a person should know."""
    _post_to_owners("emails/mended", purchase, f"mended:{purchase.pk}")


def _post_to_owners(template: str, purchase: Purchase, key: str) -> None:
    for owner in User.objects.filter(is_superuser=True, is_active=True):
        emails.post(owner.email, template, {"purchase": purchase}, key=f"{key}:{owner.pk}")
