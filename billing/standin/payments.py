"""Payment intents and charges: money that moves, is on its way, or does not come."""

from billing.standin.cards import Card, refusal
from billing.standin.errors import Json
from billing.standin.events import emit
from billing.standin.ledger import Ledger, new_id
from billing.standin.session import NO_ADDRESS
from billing.standin.tender import Tender, method_details

RECEIPTS = "/receipts/"
NEVER_SET = (
    "application",
    "application_fee_amount",
    "customer",
    "on_behalf_of",
    "presentment_details",
    "review",
    "shipping",
    "source",
    "transfer_data",
    "transfer_group",
)


def open_intent(ledger: Ledger, session: Json) -> Json:
    """The session's payment intent, made at the first attempt to pay, over its present price."""
    if session["payment_intent"]:
        known = ledger.find("payment_intent", session["payment_intent"])
        known["amount"] = session["amount_total"]
        return known
    wished = ledger.details[session["id"]]["payment_intent_data"]
    identifier = new_id("pi_3")
    intent = ledger.add(
        {
            "id": identifier,
            "object": "payment_intent",
            **dict.fromkeys(NEVER_SET),
            "amount": session["amount_total"],
            "amount_capturable": 0,
            "amount_received": 0,
            "automatic_payment_methods": None,
            "canceled_at": None,
            "cancellation_reason": None,
            "capture_method": wished.get("capture_method", "automatic_async"),
            "client_secret": f"{identifier}_secret_{new_id('')}",
            "confirmation_method": "automatic",
            "created": ledger.now(),
            "currency": session["currency"],
            "description": wished.get("description"),
            "last_payment_error": None,
            "latest_charge": None,
            "livemode": False,
            "metadata": dict(wished.get("metadata", {})),
            "next_action": None,
            "payment_method": None,
            "payment_method_options": {},
            "payment_method_types": session["payment_method_types"],
            "processing": None,
            "receipt_email": wished.get("receipt_email"),
            "setup_future_usage": None,
            "statement_descriptor": wished.get("statement_descriptor"),
            "statement_descriptor_suffix": wished.get("statement_descriptor_suffix"),
            "status": "requires_payment_method",
        }
    )
    session["payment_intent"] = identifier
    emit(ledger, "payment_intent.created", intent)
    return intent


def charge_card(ledger: Ledger, intent: Json, tender: Tender, card: Card) -> Json:
    """Charges the card; a declined one leaves a failed charge behind and raises `Refusal`."""
    charge = _charge(ledger, intent, tender, card.brand)
    if card.code:
        _fail(ledger, intent, charge, card.code, card.decline_code, card.message)
        raise refusal(card)
    _succeed(ledger, intent, charge)
    return charge


def debit_bank(ledger: Ledger, intent: Json, tender: Tender) -> Json:
    """Starts a bank debit, whose outcome is known days later."""
    charge = _charge(ledger, intent, tender, "")
    charge.update(status="pending", paid=False, captured=True)
    intent.update(status="processing", latest_charge=charge["id"])
    emit(ledger, "payment_intent.processing", intent)
    emit(ledger, "charge.pending", charge)
    return charge


def settle(ledger: Ledger, intent: Json, *, arrived: bool) -> None:
    """Ends a bank debit that is under way."""
    charge = ledger.find("charge", intent["latest_charge"])
    if arrived:
        _succeed(ledger, intent, charge)
    else:
        message = "The customer's bank account has insufficient funds."
        _fail(ledger, intent, charge, "payment_intent_payment_attempt_failed", None, message)


def cancel(ledger: Ledger, identifier: str) -> None:
    """Calls off an intent that was never paid."""
    intent = ledger.find("payment_intent", identifier)
    if intent["status"] == "requires_payment_method":
        intent.update(status="canceled", canceled_at=ledger.now(), cancellation_reason="abandoned")
        emit(ledger, "payment_intent.canceled", intent)


def _succeed(ledger: Ledger, intent: Json, charge: Json) -> None:
    charge.update(
        status="succeeded",
        paid=True,
        captured=True,
        amount_captured=charge["amount"],
        receipt_url=f"{ledger.base_url}{RECEIPTS}{charge['id']}",
    )
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=charge["id"],
        last_payment_error=None,
    )
    emit(ledger, "charge.succeeded", charge)
    emit(ledger, "payment_intent.succeeded", intent)


def _fail(
    ledger: Ledger, intent: Json, charge: Json, code: str, decline_code: str | None, message: str
) -> None:
    charge.update(
        status="failed", paid=False, captured=False, failure_code=code, failure_message=message
    )
    charge["outcome"] = _outcome("issuer_declined", decline_code or code)
    intent.update(
        status="requires_payment_method",
        latest_charge=charge["id"],
        last_payment_error={
            "charge": charge["id"],
            "code": code,
            "decline_code": decline_code,
            "message": message,
            "type": "card_error"
            if charge["payment_method_details"]["type"] == "card"
            else "invalid_request_error",
        },
    )
    emit(ledger, "charge.failed", charge)
    emit(ledger, "payment_intent.payment_failed", intent)


def _outcome(kind: str, reason: str | None) -> Json:
    declined = kind != "authorized"
    return {
        "network_status": "declined_by_network" if declined else "approved_by_network",
        "reason": reason,
        "risk_level": "normal",
        "seller_message": "The bank declined." if declined else "Payment complete.",
        "type": kind,
    }


def _charge(ledger: Ledger, intent: Json, tender: Tender, brand: str) -> Json:
    intent["payment_method"] = new_id("pm_1")
    return ledger.add(
        {
            "id": new_id("ch_3"),
            "object": "charge",
            **dict.fromkeys(NEVER_SET),
            "amount": intent["amount"],
            "amount_captured": 0,
            "amount_refunded": 0,
            "application_fee": None,
            "balance_transaction": None,
            "billing_details": {
                "address": dict(NO_ADDRESS),
                "email": tender.email,
                "name": tender.name or None,
                "phone": None,
                "tax_id": None,
            },
            "calculated_statement_descriptor": intent["statement_descriptor"] or "TEST PAYMENT",
            "captured": False,
            "created": ledger.now(),
            "currency": intent["currency"],
            "description": intent["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "fraud_details": {},
            "livemode": False,
            "metadata": dict(intent["metadata"]),
            "outcome": _outcome("authorized", None),
            "paid": False,
            "payment_intent": intent["id"],
            "payment_method": intent["payment_method"],
            "payment_method_details": method_details(tender, brand),
            "radar_options": {},
            "receipt_email": intent["receipt_email"],
            "receipt_number": None,
            "receipt_url": None,
            "refunded": False,
            "source_transfer": None,
            "statement_descriptor": intent["statement_descriptor"],
            "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
            "status": "pending",
        }
    )
