"""The payment page at a session's address: a plain HTML form, kind words when it is too late."""

from html import escape

from billing.standin import checkout, paying
from billing.standin.delivery import Courier
from billing.standin.errors import Json, Refusal
from billing.standin.exchange import Answer, Call, see_other
from billing.standin.form import Form
from billing.standin.ledger import Ledger
from billing.standin.pieces import attributes, document, field, filled, link, money

WRONG = 422
WAYS = {"card": "Card", "us_bank_account": "Bank debit (settles later)"}


class Page:
    """Shows a session to its buyer and takes their payment."""

    def __init__(self, ledger: Ledger, courier: Courier) -> None:
        self.ledger, self.courier = ledger, courier

    def answer(self, call: Call) -> Answer:
        checkout.expire_overdue(self.ledger)
        session = self.ledger.tables["checkout.session"].get(call.path.removeprefix("/c/pay/"))
        if session is None:
            return notice("Nothing to pay here", "There is no checkout session at this address.")
        if call.method == "GET":
            form = Form.of("")
            form.values["promotion_code"] = self._applied(session)
            with self.ledger.lock:
                return self._shown(session, form)
        return self._submitted(session, Form.of(call.body), call)

    def _submitted(self, session: Json, form: Form, call: Call) -> Answer:
        """One payment however often the form is sent: whoever comes second is only sent on."""
        with self.ledger.changing():
            if session["status"] == "complete":
                return see_other(success_address(session))
            if session["status"] == "expired":
                return self._shown(session, form)
            completed = self._take(session, form, call)
            if completed is None:
                return self._shown(session, form)
        self.courier.await_attempt(completed["id"])
        return see_other(success_address(session))

    def _take(self, session: Json, form: Form, call: Call) -> Json | None:
        """Applies the code and pays; None when there is more to say to the buyer first."""
        try:
            new_code = self._apply_code(session, form)
            if "act=apply" in call.body.split("&"):
                return None
            form.check(session, self.ledger.now())
            if form.errors and new_code:
                form.errors.clear()  # Enter in the code field: the new price comes first.
            elif not form.errors:
                return paying.pay(self.ledger, session, form.tender())
        except Refusal as refusal:
            form.blame(refusal)
        return None

    def _apply_code(self, session: Json, form: Form) -> bool:
        """Puts the typed code on the session; false when it is there already."""
        typed = form.values["promotion_code"]
        if typed.casefold() == self._applied(session).casefold():
            return False
        checkout.apply_code(self.ledger, session, typed)
        form.values["promotion_code"] = self._applied(session)
        return True

    def _applied(self, session: Json) -> str:
        """The code that is on the session now, as it is spelled."""
        for discount in session["discounts"]:
            if discount["promotion_code"]:
                code = self.ledger.find("promotion_code", discount["promotion_code"])
                return str(code["code"])
        return ""

    def _shown(self, session: Json, form: Form) -> Answer:
        if session["status"] == "complete":
            return notice(
                "This is paid already",
                "Thank you. There is nothing left to pay at this address.",
                link(success_address(session), "Continue"),
                status=200,
            )
        if session["status"] == "expired":
            return notice(
                "This payment page has expired",
                "Nothing was charged. You can go back and start again.",
                link(session["cancel_url"], "Back to the site"),
                status=200,
            )
        return self._open_page(session, form)

    def _open_page(self, session: Json, form: Form) -> Answer:
        due = money(session["amount_total"], session["currency"])
        free = session["amount_total"] == 0
        return document(
            "pay",
            f"{'Please check: ' if form.errors else ''}Pay {due}",
            status=WRONG if form.errors else 200,
            heading=f"Pay {due}",
            problems=_problems(form),
            lines=self._lines(session),
            email=_email(session, form),
            choice="" if free else _choice(session, form),
            code=_code(form) if session["allow_promotion_codes"] else "",
            card="" if free or "card" not in session["payment_method_types"] else _card(form),
            note=_note(session),
            button="Complete without payment" if free else f"Pay {due}",
            back=link(session["cancel_url"], "Back"),
        )

    def _lines(self, session: Json) -> str:
        items = self.ledger.details[session["id"]]["line_items"]["data"]
        rows = [(item["description"], item["amount_subtotal"], "") for item in items]
        if session["total_details"]["amount_discount"]:
            off = -session["total_details"]["amount_discount"]
            rows.append((f"Discount {self._applied(session)}".strip(), off, ""))
        rows.append(("Total due", session["amount_total"], ' class="total"'))
        return "\n".join(
            f"<dt{css}>{escape(label)}</dt><dd{css}>{money(amount, session['currency'])}</dd>"
            for label, amount, css in rows
        )


def success_address(session: Json) -> str:
    return str(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))


def notice(heading: str, message: str, onward: str = "", *, status: int = 404) -> Answer:
    return document("notice", heading, status=status, heading=heading, message=message, link=onward)


def _problems(form: Form) -> str:
    if not form.errors:
        return ""
    items = "".join(
        f'<li><a href="#{name}">{escape(message)}</a></li>' for name, message in form.errors.items()
    )
    return f'<div class="problems" role="alert"><ul>{items}</ul></div>'


def _email(session: Json, form: Form) -> str:
    """The e-mail field, fixed when the site named the buyer."""
    fixed = session["customer_email"]
    return field(
        "email",
        "Email",
        fixed or form.values["email"],
        form.errors.get("email", ""),
        type_="email",
        autocomplete="email",
        readonly=bool(fixed),
        required=True,
    )


def _code(form: Form) -> str:
    return field(
        "promotion_code",
        "Promotion code (optional)",
        form.values["promotion_code"],
        form.errors.get("promotion_code", ""),
        after='<button name="act" value="apply">Apply</button>',
        autocomplete="off",
        autocapitalize="characters",
    )


def _card(form: Form) -> str:
    labels = {
        "number": ("Card number", {"autocomplete": "cc-number", "inputmode": "numeric"}),
        "expiry": ("Expires MM/YY", {"autocomplete": "cc-exp"}),
        "cvc": ("Security code", {"autocomplete": "cc-csc", "inputmode": "numeric"}),
        "name": ("Name on card (optional)", {"autocomplete": "cc-name"}),
    }
    fields = {
        name: field(name, label, form.values[name], form.errors.get(name, ""), **more)
        for name, (label, more) in labels.items()
    }
    return filled("card", **fields)


def _choice(session: Json, form: Form) -> str:
    ways = session["payment_method_types"]
    chosen = form.values["method"] or ways[0]
    options = "".join(
        f'<label class="option"><input type="radio" name="method"'
        f"{attributes(id=f'method-{way}', value=way, checked=way == chosen)}>{WAYS[way]}</label>"
        for way in ways
    )
    error = form.errors.get("method", "")
    told = f'<p class="error" id="method-error">{escape(error)}</p>' if error else ""
    more = attributes(
        id="method", tabindex="-1", aria_describedby="method-error" if error else False
    )
    return f"<fieldset{more}><legend>Pay by</legend>{options}{told}</fieldset>"


def _note(session: Json) -> str:
    words = session["custom_text"]["submit"]
    return f'<p class="hint">{escape(words["message"])}</p>' if words else ""
