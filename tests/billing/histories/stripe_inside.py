"""Stripe inside the test: the stand-in's API behind the real library, without sockets or threads."""

from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import stripe
from requests.structures import CaseInsensitiveDict

from billing.standin import checkout
from billing.standin.acts import Acts
from billing.standin.api import Api
from billing.standin.delivery import Courier
from billing.standin.errors import Json
from billing.standin.exchange import Call
from billing.standin.ledger import Ledger
from tests.billing.histories import truth
from tests.billing.histories.clock import Clock
from tests.billing.histories.fate import Fate

KEY = "sk_test_of_the_histories"
SECRET = "whsec_of_the_histories"
BASE = "http://127.0.0.1:1"
SESSIONS = "/v1/checkout/sessions"


class Books(Ledger):
    """The stand-in's books, by the clock of the history."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.base_url = BASE
        self.held = True  # the history delivers

    def now(self) -> int:
        return self.clock.timestamp()


class Wire(stripe.HTTPClient):
    """What the library sends goes straight to the stand-in; every call has a point on each side."""

    name = "inside"

    def __init__(self, inside: "StripeInside", fate: Fate) -> None:
        super().__init__()
        self.inside, self.fate = inside, fate

    def request(
        self, method: str, url: str, headers: Any, post_data: Any = None, **_more: Any
    ) -> tuple[str, int, Any]:
        self.fate.point()
        parts = urlsplit(url)
        names = {name.lower(): value for name, value in headers.items()}
        call = Call(method.upper(), parts.path, parts.query, post_data or "", names)
        answer = self.inside.api.answer(call)
        self.inside.note(call, answer.status, dropped=answer.dropped)
        self.fate.point(is_answer=True)
        if answer.dropped:
            raise stripe.APIConnectionError("the connection broke", should_retry=True)
        return answer.body, answer.status, CaseInsensitiveDict(answer.headers)

    def close(self) -> None:
        """There is nothing to close."""

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0


class StripeInside:
    """Stripe for one history: `acts` make things happen there, `client` is what the site gets."""

    def __init__(self, clock: Clock, fate: Fate) -> None:
        self.ledger = Books(clock)
        self.api = Api(self.ledger)
        self.acts = Acts(self.ledger, Courier(self.ledger, SECRET, lambda: None), self.api)
        self.client = stripe.StripeClient(
            KEY,
            base_addresses={"api": BASE},
            max_network_retries=2,
            http_client=Wire(self, fate),
        )
        self.foreign: set[str] = set()
        self.latest: dict[str, str] = {}  # by session: what the site was told last
        self.became_paid: Counter[str] = Counter()  # … and how often that was "paid" anew
        self.acts.promotion_code(code="ALL", percent_off=100)
        self.acts.promotion_code(code="HALF", percent_off=50)
        self.fresh_step()

    def fresh_step(self) -> None:
        """Forget what was asked in the step before."""
        self.was_troubled = False
        self.told: dict[str, list[str]] = {}

    def note(self, call: Call, status: int, *, dropped: bool) -> None:
        """Keep what the site has just been told of a session."""
        if dropped or status >= 400:
            self.was_troubled = True
        elif call.method == "GET" and (session := self._asked_for(call)) is not None:
            told = truth.status_of(self.ledger, session)
            self.told.setdefault(session["id"], []).append(told)
            before, self.latest[session["id"]] = self.latest.get(session["id"]), told
            self.became_paid[session["id"]] += told == "paid" != before

    def _asked_for(self, call: Call) -> Json | None:
        if call.path == "/v1/disputes":
            intent = parse_qs(call.query).get("payment_intent", [""])[0]
            return next((row for row in self.sessions() if row["payment_intent"] == intent), None)
        return self.ledger.tables["checkout.session"].get(call.path.removeprefix(SESSIONS + "/"))

    def sessions(self, *statuses: str) -> list[Json]:
        """The sessions that the site opened, oldest first; those in `statuses` if there are any."""
        rows = self.ledger.tables["checkout.session"].values()
        return [
            row
            for row in rows
            if row["id"] not in self.foreign and (not statuses or row["status"] in statuses)
        ]

    def rows(self, kind: str) -> list[Json]:
        """All objects of a kind, oldest first."""
        return list(self.ledger.tables[kind].values())

    def sell_something_else(self, reference: str) -> str:
        """A cheap other product of the same account, carrying `reference`; returns its session."""
        price = {"currency": "usd", "unit_amount": 100, "product_data": {"name": "A sticker"}}
        asked: Json = {
            "mode": "payment",
            "client_reference_id": reference,
            "success_url": "https://elsewhere.example/",
            "line_items": [{"price_data": price, "quantity": 1}],
        }
        with self.ledger.changing():
            session = checkout.create(self.ledger, asked)
        self.foreign.add(session["id"])
        self.acts.pay(session=session["id"])
        return str(session["id"])
