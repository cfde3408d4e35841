"""What a buyer hands over to pay, and how a charge shows it."""

from dataclasses import dataclass

from billing.standin.cards import digits
from billing.standin.errors import Json
from billing.standin.ledger import new_id

METHODS = ("card", "us_bank_account")
BANK_LAST4 = "6789"


@dataclass(frozen=True)
class Tender:
    """What a buyer hands over: `method` is one of `METHODS`, the card fields are for cards."""

    email: str
    name: str = ""
    method: str = "card"
    number: str = ""
    month: int = 12
    year: int = 2099


def method_details(tender: Tender, brand: str) -> Json:
    """How it was paid, as a charge shows it; of a card only its last four digits are kept."""
    if tender.method == "us_bank_account":
        bank: Json = {
            "account_holder_type": "individual",
            "account_type": "checking",
            "bank_name": "STRIPE TEST BANK",
            "fingerprint": new_id("", 16),
            "last4": BANK_LAST4,
            "mandate": None,
            "payment_reference": None,
            "routing_number": "110000000",
        }
        return {"type": "us_bank_account", "us_bank_account": bank}
    card: Json = {
        "amount_authorized": None,
        "brand": brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass",
        },
        "country": "US",
        "exp_month": tender.month,
        "exp_year": tender.year,
        "fingerprint": new_id("", 16),
        "funding": "credit",
        "installments": None,
        "last4": digits(tender.number)[-4:],
        "mandate": None,
        "network": brand,
        "three_d_secure": None,
        "wallet": None,
    }
    return {"type": "card", "card": card}
