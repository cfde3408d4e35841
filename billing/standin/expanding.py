"""`expand[]`: putting whole objects where otherwise their ids stand."""

import copy
from collections.abc import Callable
from typing import Any

from billing.standin.errors import Json, Refusal
from billing.standin.ledger import Ledger

DEEPEST = 4
Loader = Callable[[Ledger, Json], Any]


def reference(name: str, kind: str) -> Loader:
    """Loads what the id in field `name` stands for (nothing when it is null)."""

    def load(ledger: Ledger, node: Json) -> Any:
        if isinstance(node.get(name), str):
            return copy.deepcopy(ledger.find(kind, node[name]))
        return node.get(name)

    return load


def detail(name: str) -> Loader:
    """Loads a part of a session that is shown on demand only."""

    def load(ledger: Ledger, node: Json) -> Any:
        return copy.deepcopy(ledger.details[node["id"]][name])

    return load


def _refunds(ledger: Ledger, charge: Json) -> Json:
    found = [row for row in ledger.tables["refund"].values() if row["charge"] == charge["id"]]
    return list_object(f"/v1/charges/{charge['id']}/refunds", copy.deepcopy(found[::-1]))


def list_object(url: str, rows: list[Json], *, has_more: bool = False) -> Json:
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


LOADERS: dict[str, Loader] = {
    "checkout.session.payment_intent": reference("payment_intent", "payment_intent"),
    "checkout.session.line_items": detail("line_items"),
    "checkout.session.total_details.breakdown": detail("breakdown"),
    "checkout.session.discounts.coupon": reference("coupon", "coupon"),
    "checkout.session.discounts.promotion_code": reference("promotion_code", "promotion_code"),
    "payment_intent.latest_charge": reference("latest_charge", "charge"),
    "charge.payment_intent": reference("payment_intent", "payment_intent"),
    "charge.refunds": _refunds,
    "refund.charge": reference("charge", "charge"),
    "refund.payment_intent": reference("payment_intent", "payment_intent"),
    "dispute.charge": reference("charge", "charge"),
    "dispute.payment_intent": reference("payment_intent", "payment_intent"),
    "radar.early_fraud_warning.charge": reference("charge", "charge"),
    "radar.early_fraud_warning.payment_intent": reference("payment_intent", "payment_intent"),
    "promotion_code.promotion.coupon": reference("coupon", "coupon"),
}
ALWAYS_NULL = {
    f"{kind}.{name}"
    for kind, names in {
        "checkout.session": ("customer", "invoice", "setup_intent", "subscription"),
        "payment_intent": ("customer", "application", "on_behalf_of", "review"),
        "charge": ("customer", "application", "balance_transaction", "on_behalf_of", "review"),
        "refund": ("balance_transaction",),
        "promotion_code": ("customer",),
    }.items()
    for name in names
}


def expanded(ledger: Ledger, record: Json, paths: list[str]) -> Json:
    """A copy of `record` with every dotted path in `paths` expanded; unknown paths are refused."""
    shown = copy.deepcopy(record)
    for path in sorted(paths):
        segments = path.split(".")
        if len(segments) > DEEPEST + (segments[0] == "data"):
            raise Refusal(f"You cannot expand more than {DEEPEST} levels of a property: {path}")
        _expand(ledger, shown, segments, path, kind="", owner=shown)
    return shown


def _expand(
    ledger: Ledger, node: Any, segments: list[str], path: str, *, kind: str, owner: Json
) -> None:
    if isinstance(node, list):
        for row in node:
            _expand(ledger, row, segments, path, kind=kind, owner=owner)
    elif isinstance(node, dict) and segments:
        if "object" in node:
            kind, owner = node["object"], node
        name = f"{kind}.{segments[0]}"
        _fill(ledger, node, segments[0], name, path, owner)
        _expand(ledger, node[segments[0]], segments[1:], path, kind=name, owner=owner)


def _fill(ledger: Ledger, node: Json, field: str, name: str, path: str, owner: Json) -> None:
    """Loads one field, or accepts it as a container that later segments lead through."""
    if name in LOADERS:
        source = owner if field == "breakdown" else node
        node[field] = LOADERS[name](ledger, source)
    elif name not in ALWAYS_NULL and not _leads_on(name, node, field):
        raise Refusal(f"This property cannot be expanded ({path}).")


def _leads_on(name: str, node: Json, field: str) -> bool:
    if name == "list.data":
        return True
    return field in node and any(known.startswith(name + ".") for known in LOADERS)
