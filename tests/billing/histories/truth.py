"""What Stripe's objects say, read by other eyes than the site's: from the stand-in's own books."""

from billing.standin.errors import Json
from billing.standin.ledger import Ledger


def charge_of(ledger: Ledger, session: Json) -> Json | None:
    """The charge behind a session, if there is one."""
    intent = ledger.tables["payment_intent"].get(session["payment_intent"] or "")
    return ledger.tables["charge"].get(intent["latest_charge"] or "") if intent else None


def dispute_of(ledger: Ledger, charge: Json) -> str:
    """The state of the charge's dispute; empty when there is none."""
    rows = ledger.tables["dispute"].values()
    return next((str(row["status"]) for row in rows if row["charge"] == charge["id"]), "")


def status_of(ledger: Ledger, session: Json) -> str:
    """The word that our books should have for it now."""
    if session["status"] != "complete":
        return str(session["status"])
    if session["payment_status"] == "no_payment_required":
        return "paid"
    charge = charge_of(ledger, session)
    assert charge is not None, "complete, not free, and yet nothing was charged"
    if charge["status"] != "succeeded":
        return {"pending": "processing", "failed": "failed"}[charge["status"]]
    if charge["amount_refunded"] == charge["amount"]:
        return "refunded"
    dispute = dispute_of(ledger, charge)
    return {"lost": "lost", "needs_response": "disputed", "under_review": "disputed"}.get(
        dispute, "paid"
    )


def refunded(ledger: Ledger, session: Json) -> int:
    """How many cents of it have gone back."""
    charge = charge_of(ledger, session)
    return int(charge["amount_refunded"]) if charge else 0
