"""A client for the stand-in's control API: one method per thing that can be made to happen."""

import json
import urllib.error
import urllib.request
from typing import Any

Json = dict[str, Any]


class StandInError(Exception):
    """The stand-in refused; `status` is HTTP's, `error` the body's `error` object."""

    def __init__(self, status: int, error: Json) -> None:
        super().__init__(f"{status}: {error.get('message')}")
        self.status = status
        self.error = error


class StandIn:
    """A running stand-in at `base_url`, such as `http://127.0.0.1:8001`."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")

    def _do(self, verb: str, **asked: Any) -> Json:
        request = urllib.request.Request(  # noqa: S310
            f"{self.base_url}/_standin/{verb}",
            data=json.dumps(asked).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                content: Json = json.load(answer)
                return content
        except urllib.error.HTTPError as refused:
            with refused:
                raise StandInError(refused.code, json.load(refused)["error"]) from None

    def pay(
        self,
        session: str,
        email: str = "buyer@example.com",
        *,
        card: str = "4242424242424242",
        method: str = "card",
        promotion_code: str = "",
    ) -> Json:
        """Pays as the page would and answers the session; a declined card raises with 402.

        `method` is `card` or `us_bank_account`. Returns after the site was told once (10 s at
        most), at once while deliveries are held.
        """
        return self._do(
            "pay",
            session=session,
            email=email,
            card=card,
            method=method,
            promotion_code=promotion_code,
        )

    def settle_bank_debit(self, session: str, outcome: str = "succeeded") -> Json:
        """The bank debit arrives (`succeeded`) or does not (`failed`); answers the session."""
        return self._do("settle_bank_debit", session=session, outcome=outcome)

    def expire(self, session: str) -> Json:
        return self._do("expire", session=session)

    def refund(
        self, *, payment_intent: str = "", charge: str = "", amount: int | None = None
    ) -> Json:
        """Refunds `amount` cents, or all that is left; answers the refund."""
        return self._do("refund", payment_intent=payment_intent, charge=charge, amount=amount)

    def fail_refund(self, refund: str) -> Json:
        return self._do("fail_refund", refund=refund)

    def dispute(self, payment_intent: str, kind: str = "chargeback") -> Json:
        """`kind` is chargeback, inquiry or early_fraud_warning; answers the dispute or warning."""
        return self._do("dispute", payment_intent=payment_intent, kind=kind)

    def dispute_update(self, dispute: str, status: str) -> Json:
        return self._do("dispute_update", dispute=dispute, status=status)

    def promotion_code(
        self,
        code: str,
        *,
        percent_off: float | None = None,
        amount_off: int | None = None,
        currency: str = "usd",
        max_redemptions: int | None = None,
    ) -> Json:
        """Makes a coupon and a code for it; answers the promotion code."""
        return self._do(
            "promotion_code",
            code=code,
            percent_off=percent_off,
            amount_off=amount_off,
            currency=currency,
            max_redemptions=max_redemptions,
        )

    def events(self, kind: str = "") -> list[Json]:
        """`{"event", "attempts", "delivered", "waiting"}`, oldest first, of one type or all."""
        entries: list[Json] = self._do("events")["events"]
        return [entry for entry in entries if kind in ("", entry["event"]["type"])]

    def last_event(self, kind: str) -> Json:
        """The newest event of that type; raises `LookupError` when there is none."""
        entries = self.events(kind)
        if not entries:
            raise LookupError(f"no event {kind}")
        event: Json = entries[-1]["event"]
        return event

    def deliver(
        self,
        event: str,
        *,
        times: int = 1,
        signature: str = "valid",
        mutate: Json | None = None,
        parallel: bool = False,
    ) -> list[Json]:
        """Posts an event now, even while held; `{"at", "status", "error"}` per attempt.

        `signature` is valid, none, wrong, old, v0 or non_ascii. `mutate` overrides dotted paths
        (`{"data.object.payment_status": "paid"}`) before signing.
        """
        attempts: list[Json] = self._do(
            "deliver",
            event=event,
            times=times,
            signature=signature,
            mutate=mutate,
            parallel=parallel,
        )["attempts"]
        return attempts

    def signed(
        self, event: str, *, signature: str = "valid", mutate: Json | None = None
    ) -> tuple[str, str | None]:
        """The body and the `Stripe-Signature` header of a delivery, to post them oneself."""
        both = self._do("signed", event=event, signature=signature, mutate=mutate)
        return both["payload"], both["signature"]

    def hold(self) -> None:
        self._do("hold")

    def release(self, order: str = "fifo", seed: int = 0) -> None:
        """Delivers again; `order` is fifo, reverse or shuffle."""
        self._do("release", order=order, seed=seed)

    def drop(self, events: list[str] | None = None) -> list[str]:
        """Loses waiting events by id or type (None: all) for ever; answers the ids."""
        dropped: list[str] = self._do("drop", events=events)["dropped"]
        return dropped

    def await_deliveries(self, timeout: float = 10) -> bool:
        """Waits until everything was tried once; false when that took longer than `timeout`."""
        return bool(self._do("await_deliveries", timeout=timeout)["done"])

    def fault(
        self,
        match: str,
        *,
        status: int = 0,
        delay: float = 0.0,
        drop_answer: bool = False,
        times: int = 1,
    ) -> None:
        """Orders a fault for the next API calls like `GET /v1/checkout/sessions/*`.

        With `status` nothing is done; otherwise the work is done first, and the answer comes
        `delay` seconds later or (`drop_answer`) never.
        """
        self._do(
            "faults", match=match, status=status, delay=delay, drop_answer=drop_answer, times=times
        )

    def clear_faults(self) -> None:
        self._do("clear_faults")

    def calls(self, match: str = "") -> list[Json]:
        """The latest API calls, oldest first; `match` is a `METHOD /path` prefix."""
        calls: list[Json] = self._do("calls")["calls"]
        return [call for call in calls if f"{call['method']} {call['path']}".startswith(match)]

    def clock(self, offset: int = 0) -> int:
        """Sets the stand-in's clock `offset` seconds ahead; answers its time."""
        return int(self._do("clock", offset=offset)["now"])

    def configure(self, webhook_url: str) -> None:
        self._do("configure", webhook_url=webhook_url)

    def reset(self) -> None:
        """Forgets everything, faults and clock included; keeps where the webhooks go."""
        self._do("reset")
