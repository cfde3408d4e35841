"""The front of the API: keys, faults and idempotency around the act that was asked for."""

import json
import re
from collections import deque
from typing import NoReturn

from billing.standin import checkout, params, routes
from billing.standin.errors import Json, Refusal
from billing.standin.exchange import Answer, Call, in_json
from billing.standin.expanding import expanded
from billing.standin.faults import Fault, Faults
from billing.standin.idempotency import Idempotency
from billing.standin.ledger import Ledger, new_id

CALLS_KEPT = 1000
KEPT = 500  # of all failures the one that counts as an answer to its idempotency key


class Api:
    """Answers calls below /v1/; `calls` lists the latest of them for tests to look at."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.faults = Faults()
        self.idempotency = Idempotency(ledger)
        self.calls: deque[Json] = deque(maxlen=CALLS_KEPT)

    def answer(self, call: Call) -> Answer:
        request_id = new_id("req_", 14)
        fault = self.faults.take(call.method, call.path) or Fault("")
        try:
            answer = self._work(call, request_id, fault)
        except Refusal as refusal:
            answer = in_json(refusal.body, refusal.status)
        self._note(call, answer)
        answer.headers["Request-Id"] = request_id
        answer.headers["Stripe-Version"] = call.headers.get("stripe-version", "")
        answer.dropped = fault.drop_answer
        return answer

    def _work(self, call: Call, request_id: str, fault: Fault) -> Answer:
        check_key(call.headers.get("authorization", ""))
        key = call.headers.get("idempotency-key", "") if call.method == "POST" else ""
        if fault.status:
            self._fail(call, key, fault)
        checkout.expire_overdue(self.ledger)
        if key:
            return self._once(call, request_id, key, fault)
        answer = in_json(self._act(call, request_id, key))
        fault.dawdle()
        return answer

    def _fail(self, call: Call, key: str, fault: Fault) -> NoReturn:
        """Nothing is done; but a 500 is an answer like any other to a key that is new."""
        if fault.status == KEPT and key and not self.idempotency.begin(key, _asked(call)):
            with self.ledger.changing():
                self.idempotency.keep(key, fault.refusal.body, fault.status)
            self.idempotency.end(key)
        fault.dawdle()
        raise fault.refusal

    def _once(self, call: Call, request_id: str, key: str, fault: Fault) -> Answer:
        """The act under an idempotency key, which counts as running until the answer leaves."""
        known = self.idempotency.begin(key, _asked(call))
        if known:
            answer = in_json(known["body"], known["status"])
            answer.headers.update({"Idempotent-Replayed": "true", "Idempotency-Key": key})
            return answer
        try:
            answer = in_json(self._act(call, request_id, key))
            fault.dawdle()
        finally:
            self.idempotency.end(key)
        answer.headers["Idempotency-Key"] = key
        return answer

    def _act(self, call: Call, request_id: str, key: str) -> Json:
        route, identifiers = routes.find(call.method, call.path)
        raw = params.decode(call.query if call.method == "GET" else call.body)
        asked = params.Nested(**route.shape)("", raw)
        paths = asked.pop("expand", [])
        if call.method == "GET":
            with self.ledger.lock:
                return expanded(self.ledger, route.answer(self.ledger, asked, *identifiers), paths)
        with self.ledger.changing({"id": request_id, "idempotency_key": key or None}):
            body = expanded(self.ledger, route.answer(self.ledger, asked, *identifiers), paths)
            if key:
                self.idempotency.keep(key, body)
            return body

    def _note(self, call: Call, answer: Answer) -> None:
        self.calls.append(
            {
                "at": self.ledger.now(),
                "method": call.method,
                "path": call.path,
                "parameters": call.query or call.body,
                "idempotency_key": call.headers.get("idempotency-key"),
                "status": answer.status,
                "replayed": "Idempotent-Replayed" in answer.headers,
            }
        )


def _asked(call: Call) -> str:
    """What tells one request from another under the same idempotency key."""
    return json.dumps([call.path, params.decode(call.body)], sort_keys=True)


def check_key(authorization: str) -> None:
    """Test keys only: `Bearer sk_test_…` or `rk_test_…`; anything else raises `Refusal` 401."""
    scheme, _, key = authorization.partition(" ")
    if scheme != "Bearer" or not key:
        raise Refusal("You did not provide an API key (Authorization: Bearer KEY).", status=401)
    if re.match(r"[a-z]+_live_", key):
        raise Refusal("This is a stand-in for tests: it refuses live keys.", status=401)
    if not re.fullmatch(r"[sr]k_test_[A-Za-z0-9_]{4,}", key):
        raise Refusal(f"Invalid API Key provided: {key[:8]}***", status=401)
