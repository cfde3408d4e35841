"""Lists: newest first, filtered, a page at a time."""

from collections.abc import Callable
from typing import Any

from billing.standin import params
from billing.standin.errors import Json, Refusal
from billing.standin.expanding import list_object
from billing.standin.ledger import Ledger

USUAL, MOST = 10, 100
COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda made, bound: made > bound,
    "gte": lambda made, bound: made >= bound,
    "lt": lambda made, bound: made < bound,
    "lte": lambda made, bound: made <= bound,
}
# A list asked for by one of these refuses an id that does not exist.
REFERENCES = ("charge", "payment_intent")
Answer = Callable[[Ledger, Json], Json]


def shape(**filters: params.Field) -> dict[str, params.Field]:
    """What every list takes, and these filters."""
    return {
        "limit": params.integer,
        "starting_after": params.text,
        "ending_before": params.text,
        "created": params.moment_or_range,
        **filters,
    }


def listing(kind: str, url: str, **readers: Callable[[Json], Any]) -> Answer:
    """The list of `kind`; a filter means equality with the field of that name or its reader."""

    def answer(ledger: Ledger, asked: Json) -> Json:
        for name in REFERENCES:
            if name in asked:
                ledger.find(name, asked[name], param=name, status=400)
        rows = [row for row in ledger.tables[kind].values() if _wanted(row, asked, readers)]
        return page(rows[::-1], url, asked)

    return answer


def _wanted(row: Json, asked: Json, readers: dict[str, Callable[[Json], Any]]) -> bool:
    for name, value in asked.items():
        if name == "created":
            if not all(COMPARISONS[how](row["created"], at) for how, at in value.items()):
                return False
        elif name not in ("limit", "starting_after", "ending_before"):
            found = readers[name](row) if name in readers else row.get(name)
            if found != value:
                return False
    return True


def page(rows: list[Json], url: str, asked: Json) -> Json:
    """The part of `rows` (newest first) that the cursor and the limit name."""
    limit = asked.get("limit", USUAL)
    if not 1 <= limit <= MOST:
        raise Refusal(
            f"Invalid integer: limit must be 1 to {MOST}",
            code="parameter_invalid_integer",
            param="limit",
        )
    if "ending_before" in asked:
        newer = rows[: _place(rows, asked["ending_before"], "ending_before")]
        return list_object(url, newer[-limit:], has_more=len(newer) > limit)
    if "starting_after" in asked:
        rows = rows[_place(rows, asked["starting_after"], "starting_after") + 1 :]
    return list_object(url, rows[:limit], has_more=len(rows) > limit)


def _place(rows: list[Json], identifier: str, param: str) -> int:
    for place, row in enumerate(rows):
        if row["id"] == identifier:
            return place
    raise Refusal(
        f"No such object: '{identifier}'", code="resource_missing", param=param, status=400
    )
