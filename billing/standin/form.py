"""The payment form as it comes in: what the buyer typed, and what is wrong with it."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from billing.standin import params
from billing.standin.cards import digits, passes_luhn
from billing.standin.errors import Json, Refusal
from billing.standin.tender import Tender

NAMES = ("email", "method", "number", "expiry", "cvc", "name", "promotion_code")
FIELD_OF = {
    "incorrect_number": "number",
    "expired_card": "expiry",
    "incorrect_cvc": "cvc",
    "promotion_code_invalid": "promotion_code",
    "amount_too_small": "promotion_code",
}


@dataclass
class Form:
    """Raw values by field name and, after `check`, errors by field name."""

    values: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, body: str) -> "Form":
        raw = params.decode(body)
        return cls({name: str(raw.get(name, "")).strip()[:500] for name in NAMES})

    def check(self, session: Json, now: int) -> None:
        """Fills `errors`; `now` in seconds decides whether the card has expired."""
        if not session["customer_email"]:
            self._check_email()
        if session["amount_total"] and self.values["method"] not in session["payment_method_types"]:
            self.errors["method"] = "Choose how you want to pay."
        if session["amount_total"] and self.values["method"] == "card":
            self._check_card(now)

    def _check_email(self) -> None:
        if not self.values["email"]:
            self.errors["email"] = "Enter your email address."
        elif not params.EMAIL.match(self.values["email"]):
            self.errors["email"] = "Enter an email address such as name@example.com."

    def _check_card(self, now: int) -> None:
        if not self.values["number"]:
            self.errors["number"] = "Enter a card number."
        elif not passes_luhn(digits(self.values["number"])):
            self.errors["number"] = "Your card number is invalid."
        if not re.fullmatch(r"[0-9]{3,4}", self.values["cvc"]):
            self.errors["cvc"] = "Enter the three or four digits of the security code."
        month, year = self.expiry
        today = datetime.fromtimestamp(now, UTC)
        if not 1 <= month <= 12:
            self.errors["expiry"] = "Enter month and year, such as 04/30."
        elif (year, month) < (today.year, today.month):
            self.errors["expiry"] = "Your card's expiration date is in the past."

    @property
    def expiry(self) -> tuple[int, int]:
        """Month and four-digit year, (0, 0) when they cannot be read."""
        match = re.fullmatch(r"([0-9]{1,2})\s*/?\s*(?:20)?([0-9]{2})", self.values["expiry"])
        return (int(match.group(1)), 2000 + int(match.group(2))) if match else (0, 0)

    def tender(self) -> Tender:
        month, year = self.expiry
        values = self.values
        return Tender(
            values["email"], values["name"], values["method"], values["number"], month, year
        )

    def blame(self, refusal: Refusal) -> None:
        """Puts what the bank (or the code) said beside the field that it is about."""
        self.errors[FIELD_OF.get(refusal.error.get("code", ""), "number")] = str(refusal)
