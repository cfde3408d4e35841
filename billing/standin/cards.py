"""Test cards: the numbers that Stripe documents, and what becomes of each."""

from dataclasses import dataclass

from billing.standin.errors import Refusal, card_error

DECLINED = "Your card was declined."


@dataclass(frozen=True)
class Card:
    """A test card: it pays unless `code` says why not; `aftermath` names a dispute that follows."""

    brand: str = "visa"
    code: str = ""
    decline_code: str | None = None
    message: str = DECLINED
    aftermath: str = ""


UNKNOWN = Card(
    code="card_declined",
    decline_code="test_mode_live_card",
    message="Your card was declined. Only test cards work here; never type a real one.",
)
CARDS = {
    "4242424242424242": Card(),
    "5555555555554444": Card(brand="mastercard"),
    "378282246310005": Card(brand="amex"),
    "4000000000000002": Card(code="card_declined", decline_code="generic_decline"),
    "4000000000009995": Card(
        code="card_declined",
        decline_code="insufficient_funds",
        message="Your card has insufficient funds. Try a different card.",
    ),
    "4000000000000069": Card(code="expired_card", message="Your card has expired."),
    "4000000000000127": Card(code="incorrect_cvc", message="Your card's security code is wrong."),
    "4000000000000259": Card(aftermath="chargeback"),
    "4000000000001976": Card(aftermath="inquiry"),
    "4000000000005423": Card(aftermath="early_fraud_warning"),
}


def digits(number: str) -> str:
    return number.replace(" ", "").replace("-", "")


def passes_luhn(number: str) -> bool:
    """The check digit that every card number carries."""
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        return False
    doubled = [int(digit) * 2 for digit in number[-2::-2]]
    total = sum(map(int, number[-1::-2])) + sum(value // 10 + value % 10 for value in doubled)
    return total % 10 == 0


def known_card(number: str) -> Card:
    """What the number stands for; raises `Refusal` for one that cannot be a card at all."""
    plain = digits(number)
    if not passes_luhn(plain):
        raise card_error("Your card number is invalid.", "incorrect_number")
    return CARDS.get(plain, UNKNOWN)


def refusal(card: Card) -> Refusal:
    return card_error(card.message, card.code, card.decline_code)
