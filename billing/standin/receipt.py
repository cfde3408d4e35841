"""The receipt of a payment, at the address that its charge names."""

from datetime import UTC, datetime

from billing.standin.exchange import Answer, Call
from billing.standin.ledger import Ledger
from billing.standin.page import notice
from billing.standin.payments import RECEIPTS
from billing.standin.pieces import document, money


def receipt(ledger: Ledger, call: Call) -> Answer:
    """What was paid and what was given back, as it stands now."""
    with ledger.lock:
        charge = ledger.tables["charge"].get(call.path.removeprefix(RECEIPTS))
        if charge is None or not charge["paid"]:
            return notice("No receipt here", "Nothing was paid at this address.")
        paid, back = charge["amount"], charge["amount_refunded"]
        currency = charge["currency"]
        rows = [("Paid", paid), *([("Given back", -back)] if back else [])]
        lines = "".join(
            f"<dt>{name}</dt><dd>{money(amount, currency)}</dd>" for name, amount in rows
        )
        return document(
            "receipt",
            "Receipt",
            heading=f"Receipt for {money(paid, currency)}",
            number=charge["id"],
            day=f"{datetime.fromtimestamp(charge['created'], UTC):%-d %B %Y}",
            lines=lines,
        )
