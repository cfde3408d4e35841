"""What the house itself does: the timetable, the price, and the owner at her desk."""

from random import Random

from django.conf import settings

from billing import gateway
from billing.models import Membership, Purchase
from billing.reconcile import reconcile
from billing.standin import disputes
from billing.standin.errors import Json
from tests.billing.histories import truth
from tests.billing.histories.world import Idle, World


def run_reconcile(world: World, dice: Random) -> str:
    """The timetable asks Stripe about everything that is not settled."""
    try:
        done = reconcile()
    except gateway.Unavailable:
        assert world.stripe.was_troubled
        return "Stripe did not answer"
    return ", ".join(f"{kind} {count}" for kind, count in sorted(done.items()) if count)


def new_price(world: World, dice: Random) -> str:
    """The owner sets another price."""
    world.price = dice.choice([1900, 2900, 3900])
    world.prices.add(world.price)
    settings.OFFER_PRICE_CENTS = world.price
    return str(world.price)


def refund_button(world: World, dice: Random) -> str:
    """The owner gives the money of a purchase back."""
    rows = list(Purchase.objects.order_by("pk"))
    if not rows:
        raise Idle
    purchase = dice.choice(rows)
    session = world.stripe.ledger.tables["checkout.session"].get(purchase.session_id or "")
    was_refundable = purchase.status == "paid" and _can_be_refunded(world, session)
    address = f"/admin/billing/purchase/{purchase.pk}/refund/"
    answer = world.owner.browser.post(address)
    assert answer.status_code == 302, f"answered {answer.status_code}"
    is_undisturbed = not (world.has_two_tabs or world.stripe.was_troubled)
    if was_refundable and session is not None and is_undisturbed:
        status = truth.status_of(world.stripe.ledger, session)
        assert status == "refunded", "the button did not give the money back"
    return f"of {str(purchase.session_id)[-4:]}"


def _can_be_refunded(world: World, session: Json | None) -> bool:
    charge = truth.charge_of(world.stripe.ledger, session) if session else None
    if charge is None or charge["amount"] == charge["amount_refunded"]:
        return False
    return not disputes.is_charged_back(world.stripe.ledger, charge)


def give(world: World, dice: Random) -> str:
    """The owner makes somebody a member."""
    user = dice.choice(world.people).account()
    if user is None:
        raise Idle
    answer = world.owner.browser.post("/admin/billing/membership/add/", {"user": user.pk})
    assert answer.status_code == 302, f"answered {answer.status_code}"
    return f"to {user.email}"


def take_back(world: World, dice: Random) -> str:
    """The owner ends a membership, whatever it came from."""
    rows = list(Membership.objects.live().order_by("pk"))
    if not rows:
        raise Idle
    line = dice.choice(rows)
    chosen = {"action": "take_back", "_selected_action": line.pk}
    answer = world.owner.browser.post("/admin/billing/membership/", chosen)
    assert answer.status_code == 302, f"answered {answer.status_code}"
    return f"{line.source} of {line.user}"
