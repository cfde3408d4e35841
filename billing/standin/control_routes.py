"""The control API below /_standin/, and the desk at /: decoding a verb and its fields."""

import inspect
import json
from collections.abc import Callable

from billing.standin import checkout, params
from billing.standin.acts import Acts
from billing.standin.api import Api
from billing.standin.delivery import Courier
from billing.standin.desk import desk
from billing.standin.errors import Json, Refusal
from billing.standin.exchange import Answer, Call, in_json, see_other
from billing.standin.ledger import Ledger

VERBS = frozenset(name for name in vars(Acts) if not name.startswith("_"))


class Control:
    """JSON in, JSON out; a form from the desk is sent back to the desk."""

    def __init__(self, ledger: Ledger, courier: Courier, api: Api) -> None:
        self.ledger = ledger
        self.acts = Acts(ledger, courier, api)

    def answer(self, call: Call) -> Answer:
        if call.path == "/" and call.method == "GET":
            return desk(self.ledger)
        verb = call.path.removeprefix("/_standin/")
        if call.method != "POST" or verb not in VERBS:
            raise Refusal(f"There is nothing at {call.method} {call.path}.", status=404)
        if call.sends_form:
            asked = {name: value for name, value in params.decode(call.body).items() if value}
            self._do(verb, asked)
            return see_other("/")
        outcome = self._do(verb, _json_body(call.body))
        with self.ledger.lock:
            return in_json(outcome)

    def _do(self, verb: str, asked: Json) -> Json:
        act: Callable[..., Json] = getattr(self.acts, verb)
        try:
            inspect.signature(act).bind(**asked)
        except TypeError as problem:
            raise Refusal(f"{verb}: {problem}", code="parameter_unknown") from problem
        checkout.expire_overdue(self.ledger)
        return act(**asked)


def _json_body(body: str) -> Json:
    try:
        asked = json.loads(body or "{}")
    except ValueError as problem:
        raise Refusal(f"The body is not JSON: {problem}") from problem
    if not isinstance(asked, dict):
        raise Refusal("The body must be a JSON object.")
    return asked
