"""Refunds: money that goes back, and sometimes comes back again."""

from billing.standin import disputes, params
from billing.standin.errors import Json, Refusal
from billing.standin.events import emit
from billing.standin.ledger import Ledger, new_id

CREATE: dict[str, params.Field] = {
    "amount": params.integer,
    "charge": params.text,
    "metadata": params.metadata,
    "payment_intent": params.text,
    "reason": params.choice("duplicate", "fraudulent", "requested_by_customer"),
}


def create(ledger: Ledger, asked: Json) -> Json:
    """Refunds `amount` (all that is left when absent); raises `Refusal` when that cannot be."""
    charge = _charge(ledger, asked)
    amount = _amount(charge, asked.get("amount"))
    refund = ledger.add(_refund(ledger, charge, amount, asked))
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    _count(charge, amount)
    emit(ledger, "refund.created", refund)
    emit(ledger, "charge.refunded", charge, before)
    disputes.close_inquiry(ledger, charge)
    _reference(ledger, refund)
    return refund


def _charge(ledger: Ledger, asked: Json) -> Json:
    if "charge" in asked:
        charge = ledger.find("charge", asked["charge"], status=400)
    elif "payment_intent" in asked:
        where = "payment_intent"
        intent = ledger.find(where, asked[where], status=400)
        if not intent["latest_charge"]:
            raise Refusal(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            )
        charge = ledger.find("charge", intent["latest_charge"])
    else:
        raise Refusal(
            "One of the following params should be provided for this request: payment_intent or "
            "charge."
        )
    if charge["status"] != "succeeded":
        raise Refusal(f"Charge {charge['id']} has not been paid; nothing can be refunded.")
    if disputes.is_charged_back(ledger, charge):
        raise Refusal(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    return charge


def _amount(charge: Json, wished: int | None) -> int:
    left = charge["amount"] - charge["amount_refunded"]
    if not left:
        raise Refusal(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    amount = left if wished is None else wished
    if amount < 1:
        raise Refusal("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        raise Refusal(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )
    return int(amount)


def _refund(ledger: Ledger, charge: Json, amount: int, asked: Json) -> Json:
    by_card = charge["payment_method_details"]["type"] == "card"
    card: Json = {"reference_status": "pending", "reference_type": "acquirer_reference_number"}
    return {
        "id": new_id("re_3"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": ledger.now(),
        "currency": charge["currency"],
        "destination_details": {"card": card | {"type": "refund"}, "type": "card"}
        if by_card
        else {"type": "us_bank_transfer"},
        "metadata": asked.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": asked.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def _count(charge: Json, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def _reference(ledger: Ledger, refund: Json) -> None:
    """Banks name their reference a while later, which is one more pair of events."""
    card = refund["destination_details"].get("card")
    if card:
        card.update(reference="".join(filter(str.isdigit, new_id("", 40))).zfill(23)[:23])
        card["reference_status"] = "available"
        _updated(ledger, refund)


def _updated(ledger: Ledger, refund: Json, previous: Json | None = None) -> None:
    emit(ledger, "refund.updated", refund, previous)
    emit(ledger, "charge.refund.updated", refund, previous)


def fail(ledger: Ledger, refund: Json) -> Json:
    """The buyer's bank sends the money back: the charge counts as not refunded again."""
    if refund["status"] == "failed":
        raise Refusal("This refund has failed already.", param="refund")
    before = {"status": refund["status"]}
    refund.update(
        status="failed",
        failure_reason="lost_or_stolen_card",
        failure_balance_transaction=None,
    )
    _count(ledger.find("charge", refund["charge"]), -refund["amount"])
    emit(ledger, "refund.failed", refund)
    _updated(ledger, refund, before)
    return refund
