"""The moment of paying: a buyer's tender meets an open session."""

from billing.standin import disputes, payments, promotions
from billing.standin.cards import known_card
from billing.standin.errors import Json, Refusal
from billing.standin.events import emit
from billing.standin.ledger import Ledger
from billing.standin.session import customer_details
from billing.standin.tender import Tender


def pay(ledger: Ledger, session: Json, tender: Tender) -> Json:
    """Pays an open session and answers its `checkout.session.completed` event.

    Raises `Refusal`: 402 when the card is declined, 400 when the session is open no more.
    """
    if session["status"] != "open":
        raise Refusal(
            f"This checkout session is {session['status']}.", code="checkout_session_not_open"
        )
    aftermath, charge = "", None
    if session["amount_total"] == 0:
        session["payment_status"] = "no_payment_required"
    else:
        charge, aftermath = _collect(ledger, session, tender)
    completed = _complete(ledger, session, tender)
    if charge and aftermath:
        disputes.open_dispute(ledger, charge, aftermath)
    return completed


def _collect(ledger: Ledger, session: Json, tender: Tender) -> tuple[Json, str]:
    if tender.method not in session["payment_method_types"]:
        raise Refusal(f"This session does not take {tender.method}.", param="method")
    if tender.method == "us_bank_account":
        charge = payments.debit_bank(ledger, payments.open_intent(ledger, session), tender)
        return charge, ""
    card = known_card(tender.number)
    charge = payments.charge_card(ledger, payments.open_intent(ledger, session), tender, card)
    session["payment_status"] = "paid"
    return charge, card.aftermath


def _complete(ledger: Ledger, session: Json, tender: Tender) -> Json:
    session.update(
        status="complete",
        url=None,
        customer_details=customer_details(
            session["customer_email"] or tender.email, tender.name or None
        ),
    )
    for discount in session["discounts"]:
        promotions.redeem(ledger, discount)
    return emit(ledger, "checkout.session.completed", session)


def settle_bank_debit(ledger: Ledger, session: Json, outcome: str) -> Json:
    """The bank debit of a complete but unpaid session arrives (`succeeded`) or bounces."""
    if outcome not in ("succeeded", "failed"):
        raise Refusal("outcome must be succeeded or failed", param="outcome")
    intent_id = session["payment_intent"] or ""
    intent = ledger.tables["payment_intent"].get(intent_id)
    if intent is None or intent["status"] != "processing":
        raise Refusal("No bank debit of this session is under way.", param="session")
    arrived = outcome == "succeeded"
    payments.settle(ledger, intent, arrived=arrived)
    if arrived:
        session["payment_status"] = "paid"
    return emit(ledger, f"checkout.session.async_payment_{outcome}", session)
