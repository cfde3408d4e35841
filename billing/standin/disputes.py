"""Disputes and early fraud warnings: the buyer's bank asks, or takes the money back."""

from billing.standin.errors import Json, Refusal
from billing.standin.events import emit
from billing.standin.ledger import Ledger, new_id

KINDS = ("chargeback", "inquiry", "early_fraud_warning")
NEXT = {
    "warning_needs_response": ("warning_under_review", "warning_closed", "needs_response"),
    "warning_under_review": ("warning_closed", "needs_response"),
    "warning_closed": ("needs_response",),
    "needs_response": ("under_review", "won", "lost"),
    "under_review": ("won", "lost"),
    "won": ("lost",),
    "lost": ("won",),
}
TIME_TO_ANSWER = 9 * 24 * 3600
NO_EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)


def open_dispute(ledger: Ledger, charge: Json, kind: str) -> Json:
    """A chargeback or an inquiry (a dispute), or an early fraud warning, about a paid charge."""
    if kind not in KINDS:
        raise Refusal(f"kind must be one of {', '.join(KINDS)}", param="kind")
    if charge["status"] != "succeeded":
        raise Refusal("Only a charge that was paid can be disputed.", param="payment_intent")
    if kind == "early_fraud_warning":
        return _warn(ledger, charge)
    if charge["disputed"]:
        raise Refusal("This charge is disputed already.", param="payment_intent")
    charge["disputed"] = True
    dispute = ledger.add(_dispute(ledger, charge, inquiry=kind == "inquiry"))
    emit(ledger, "charge.dispute.created", dispute)
    if kind == "chargeback":
        emit(ledger, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def _warn(ledger: Ledger, charge: Json) -> Json:
    warning = ledger.add(
        {
            "id": new_id("issfr_"),
            "object": "radar.early_fraud_warning",
            "actionable": not charge["refunded"] and not charge["disputed"],
            "charge": charge["id"],
            "created": ledger.now(),
            "fraud_type": "made_with_lost_card",
            "livemode": False,
            "payment_intent": charge["payment_intent"],
        }
    )
    emit(ledger, "radar.early_fraud_warning.created", warning)
    return warning


def _dispute(ledger: Ledger, charge: Json, *, inquiry: bool) -> Json:
    brand = charge["payment_method_details"].get("card", {}).get("brand", "visa")
    case = "inquiry" if inquiry else "chargeback"
    card: Json = {"brand": brand, "case_type": case, "network_reason_code": "10.4"}
    return {
        "id": new_id("du_"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": ledger.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {
            **dict.fromkeys(NO_EVIDENCE),
            "customer_email_address": charge["billing_details"]["email"],
            "enhanced_evidence": {},
        },
        "evidence_details": {
            "due_by": ledger.now() + TIME_TO_ANSWER,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"card": card | {"network": brand}, "type": "card"},
        "reason": "fraudulent",
        "status": "warning_needs_response" if inquiry else "needs_response",
    }


def move(ledger: Ledger, dispute: Json, status: str) -> Json:
    """Takes the dispute to its next `status`; raises `Refusal` when there is no way from here."""
    before = dispute["status"]
    if status not in NEXT[before]:
        raise Refusal(
            f"From {before} a dispute goes to {' or '.join(NEXT[before])}, not to {status}.",
            param="status",
        )
    dispute["status"] = status
    if before.startswith("warning") and status == "needs_response":
        dispute["is_charge_refundable"] = False
        dispute["payment_method_details"]["card"]["case_type"] = "chargeback"
    for kind in _news(before, status):
        emit(ledger, kind, dispute, {"status": before})
    return dispute


def _news(before: str, status: str) -> list[str]:
    """The events that tell of the change."""
    if status == "won":
        return ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
    if status == "lost" and before == "won":
        return ["charge.dispute.closed", "charge.dispute.funds_withdrawn"]
    if status in ("lost", "warning_closed"):
        return ["charge.dispute.closed"]
    if status == "needs_response":
        return ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]
    return ["charge.dispute.updated"]


def is_charged_back(ledger: Ledger, charge: Json) -> bool:
    """Whether the money is, or was, with the bank, so that it cannot be refunded."""
    return any(
        dispute["charge"] == charge["id"] and not dispute["is_charge_refundable"]
        for dispute in ledger.tables["dispute"].values()
    )


def close_inquiry(ledger: Ledger, charge: Json) -> None:
    """A full refund answers the bank's question."""
    for dispute in ledger.tables["dispute"].values():
        open_inquiry = dispute["status"] in ("warning_needs_response", "warning_under_review")
        if dispute["charge"] == charge["id"] and charge["refunded"] and open_inquiry:
            move(ledger, dispute, "warning_closed")
