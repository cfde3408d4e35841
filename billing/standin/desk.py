"""The desk at /: a page on which a person plays the bank, the buyer and the clock."""

from html import escape

from billing.standin import disputes
from billing.standin.errors import Json
from billing.standin.exchange import Answer
from billing.standin.ledger import Ledger
from billing.standin.pieces import attributes, document, link, money

SHOWN = 50


def desk(ledger: Ledger) -> Answer:
    """The newest sessions with what can be done about each, and the newest events."""
    with ledger.lock:
        sessions = list(ledger.tables["checkout.session"].values())[: -SHOWN - 1 : -1]
        happened = list(ledger.tables["event"].values())[: -SHOWN - 1 : -1]
        rows = "\n".join(_session(ledger, session) for session in sessions)
        return document(
            "desk",
            "Payment desk",
            width="wide",
            sessions=rows or '<tr><td colspan="5">No sessions yet.</td></tr>',
            events="\n".join(_event(ledger, event) for event in happened),
            deliveries=escape(_deliveries(ledger)),
            toggle="release" if ledger.held else "hold",
            toggle_label="Deliver again" if ledger.held else "Hold deliveries",
        )


def _deliveries(ledger: Ledger) -> str:
    where = ledger.webhook_url or "nowhere (no webhook address is set)"
    return f"Events go to {where}; {len(ledger.queue)} are waiting."


def _session(ledger: Ledger, session: Json) -> str:
    who = session["customer_details"]
    cells = [
        f"<code>{session['id'][:20]}…</code>",
        escape(who["email"] if who else "—"),
        money(session["amount_total"], session["currency"]),
        escape(_state(ledger, session)),
        _actions(ledger, session),
    ]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _charge(ledger: Ledger, session: Json) -> Json | None:
    intent = ledger.tables["payment_intent"].get(session["payment_intent"] or "")
    return ledger.tables["charge"].get(intent["latest_charge"] or "") if intent else None


def _dispute(ledger: Ledger, charge: Json) -> Json | None:
    found = [row for row in ledger.tables["dispute"].values() if row["charge"] == charge["id"]]
    return found[-1] if found else None


def _state(ledger: Ledger, session: Json) -> str:
    words = [session["status"]]
    if session["status"] == "complete":
        words.append(session["payment_status"])
    charge = _charge(ledger, session)
    if charge and charge["amount_refunded"]:
        words.append(f"{money(charge['amount_refunded'], charge['currency'])} refunded")
    dispute = _dispute(ledger, charge) if charge else None
    if dispute:
        words.append(f"dispute: {dispute['status']}")
    return ", ".join(words).replace("_", " ")


def _actions(ledger: Ledger, session: Json) -> str:
    if session["status"] == "open":
        pay = link(session["url"], "Payment page", "")
        return f"{pay} {_button('expire', 'Expire', session=session['id'])}"
    charge = _charge(ledger, session)
    if charge is None:
        return ""
    if charge["status"] == "pending":
        return "".join(
            _button("settle_bank_debit", label, session=session["id"], outcome=outcome)
            for outcome, label in (("succeeded", "Debit arrives"), ("failed", "Debit fails"))
        )
    return _after_payment(ledger, charge) if charge["paid"] else ""


def _after_payment(ledger: Ledger, charge: Json) -> str:
    dispute = _dispute(ledger, charge)
    buttons = [
        _button("fail_refund", "Refund fails", refund=refund["id"])
        for refund in ledger.tables["refund"].values()
        if refund["charge"] == charge["id"] and refund["status"] != "failed"
    ]
    if not charge["refunded"] and not disputes.is_charged_back(ledger, charge):
        buttons.append(_button("refund", "Refund", charge=charge["id"]))
        half = str((charge["amount"] - charge["amount_refunded"]) // 2)
        if half != "0":
            buttons.append(_button("refund", "Refund half", charge=charge["id"], amount=half))
    if dispute is None:
        buttons += [
            _button("dispute", kind, payment_intent=charge["payment_intent"], kind=kind)
            for kind in disputes.KINDS
        ]
    else:
        buttons += [
            _button("dispute_update", status, dispute=dispute["id"], status=status)
            for status in disputes.NEXT[dispute["status"]]
        ]
    return "".join(buttons)


def _button(verb: str, label: str, **fields: str) -> str:
    hidden = "".join(
        f'<input type="hidden"{attributes(name=name, value=value)}>'
        for name, value in fields.items()
    )
    words = escape(label.replace("_", " ").capitalize())
    return f'<form method="post" action="/_standin/{verb}">{hidden}<button>{words}</button></form>'


def _event(ledger: Ledger, event: Json) -> str:
    delivery = ledger.deliveries[event["id"]]
    attempts = delivery["attempts"]
    state = "delivered" if delivery["delivered"] else "waiting"
    if not delivery["delivered"] and event["id"] not in ledger.queue:
        state = "given up"
    if attempts:
        state += f" (attempt {len(attempts)}: {attempts[-1]['status'] or 'no answer'})"
    about = escape(event["data"]["object"]["id"][:24])
    return f"<tr><td>{event['type']}</td><td><code>{about}</code></td><td>{state}</td></tr>"
