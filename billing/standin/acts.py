"""What tests and the desk may make happen: every public method of `Acts` is a verb."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from billing.standin import checkout, disputes, events, params, paying, promotions, refunds
from billing.standin.api import Api
from billing.standin.delivery import Courier, check_webhook_url
from billing.standin.errors import Json, Refusal
from billing.standin.faults import Fault
from billing.standin.ledger import Ledger
from billing.standin.tender import Tender

MOST_DELIVERIES = 200


class Acts:
    """The keyword arguments of a verb are the fields of its JSON body; answers are JSON too."""

    def __init__(self, ledger: Ledger, courier: Courier, api: Api) -> None:
        self.ledger, self.courier, self.api = ledger, courier, api

    def _session(self, session: str) -> Json:
        return self.ledger.find("checkout.session", session, param="session")

    def _charge(self, payment_intent: str) -> Json:
        intent = self.ledger.find("payment_intent", payment_intent)
        return self.ledger.find("charge", intent["latest_charge"] or "")

    def pay(
        self,
        *,
        session: str,
        email: str = "buyer@example.com",
        card: str = "4242424242424242",
        method: str = "card",
        promotion_code: str = "",
        name: str = "",
    ) -> Json:
        with self.ledger.changing():
            row = self._session(session)
            if promotion_code and row["status"] == "open":
                checkout.apply_code(self.ledger, row, promotion_code)
            tender = Tender(params.email("email", email), name, method, card)
            completed = paying.pay(self.ledger, row, tender)
        self.courier.await_attempt(completed["id"])
        return row

    def settle_bank_debit(self, *, session: str, outcome: str = "succeeded") -> Json:
        with self.ledger.changing():
            row = self._session(session)
            told = paying.settle_bank_debit(self.ledger, row, outcome)
        self.courier.await_attempt(told["id"])
        return row

    def expire(self, *, session: str) -> Json:
        with self.ledger.changing():
            return checkout.expire(self.ledger, {}, session)

    def refund(
        self, *, payment_intent: str = "", charge: str = "", amount: int | str | None = None
    ) -> Json:
        asked: Json = {"charge": charge} if charge else {"payment_intent": payment_intent}
        if amount is not None:
            asked["amount"] = params.integer("amount", str(amount))
        with self.ledger.changing():
            return refunds.create(self.ledger, asked)

    def fail_refund(self, *, refund: str) -> Json:
        with self.ledger.changing():
            return refunds.fail(self.ledger, self.ledger.find("refund", refund))

    def dispute(self, *, payment_intent: str, kind: str = "chargeback") -> Json:
        with self.ledger.changing():
            return disputes.open_dispute(self.ledger, self._charge(payment_intent), kind)

    def dispute_update(self, *, dispute: str, status: str) -> Json:
        with self.ledger.changing():
            return disputes.move(self.ledger, self.ledger.find("dispute", dispute), status)

    def promotion_code(
        self,
        *,
        code: str,
        percent_off: float | None = None,
        amount_off: int | None = None,
        currency: str = "usd",
        max_redemptions: int | None = None,
    ) -> Json:
        worth: Json = {}
        if percent_off is not None:
            worth["percent_off"] = params.percent("percent_off", str(percent_off))
        if amount_off is not None:
            worth |= {"amount_off": int(amount_off), "currency": currency}
        with self.ledger.changing():
            coupon = promotions.create_coupon(self.ledger, worth)
            promotion = {"type": "coupon", "coupon": coupon["id"]}
            asked = {"code": code, "promotion": promotion, "max_redemptions": max_redemptions}
            return promotions.create_code(self.ledger, asked)

    def events(self) -> Json:
        """Every event, oldest first, with what became of it."""
        with self.ledger.lock:
            waiting = set(self.ledger.queue)
            return {
                "events": [
                    {
                        "event": event,
                        "attempts": self.ledger.deliveries[event_id]["attempts"],
                        "delivered": self.ledger.deliveries[event_id]["delivered"],
                        "waiting": event_id in waiting,
                    }
                    for event_id, event in self.ledger.tables["event"].items()
                ]
            }

    def deliver(
        self,
        *,
        event: str,
        times: int = 1,
        signature: str = "valid",
        mutate: Json | None = None,
        parallel: bool = False,
    ) -> Json:
        """Posts the event now, whatever the queue thinks, and says what the site answered."""
        if not 1 <= times <= MOST_DELIVERIES:
            raise Refusal(f"times must be 1 to {MOST_DELIVERIES}", param="times")
        row = self.ledger.find("event", event)
        events.signature("", "", 0, signature)
        with ThreadPoolExecutor(times if parallel else 1) as crew:
            posts = [crew.submit(self.courier.post, row, signature, mutate) for _ in range(times)]
        return {"attempts": [post.result() for post in posts]}

    def signed(self, *, event: str, signature: str = "valid", mutate: Json | None = None) -> Json:
        body = events.payload(self.ledger.find("event", event), mutate)
        header = events.signature(body, self.courier.secret, self.ledger.now(), signature)
        return {"payload": body, "signature": header}

    def hold(self) -> Json:
        with self.ledger.changing():
            self.ledger.held = True
        return {}

    def release(self, *, order: str = "fifo", seed: int = 0) -> Json:
        with self.ledger.changing():
            self.courier.release(order, seed)
        return {}

    def drop(self, *, events: list[str] | None = None) -> Json:
        with self.ledger.changing():
            return {"dropped": self.courier.drop(events)}

    def await_deliveries(self, *, timeout: float = 10) -> Json:
        return {"done": self.courier.await_all(timeout)}

    def faults(self, **fault: Any) -> Json:
        try:
            self.api.faults.order(Fault(**fault))
        except TypeError as problem:
            raise Refusal(f"faults: {problem}", code="parameter_unknown") from problem
        return {}

    def clear_faults(self) -> Json:
        self.api.faults.clear()
        return {}

    def calls(self) -> Json:
        """The latest API calls, oldest first."""
        return {"calls": list(self.api.calls)}

    def clock(self, *, offset: int = 0) -> Json:
        with self.ledger.changing():
            self.ledger.clock_offset = int(offset)
            checkout.expire_overdue(self.ledger)
        return {"now": self.ledger.now()}

    def configure(self, *, webhook_url: str) -> Json:
        with self.ledger.changing():
            self.ledger.webhook_url = check_webhook_url(webhook_url)
        return {}

    def reset(self) -> Json:
        with self.ledger.changing():
            self.ledger.reset()
            self.api.faults.clear()
            self.api.calls.clear()
        return {}
