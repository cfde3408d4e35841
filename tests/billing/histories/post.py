"""Stripe's deliveries: late, twice, in any order, never, and some that are not Stripe's or not true."""

from random import Random

from billing.standin import events
from billing.standin.errors import Json
from tests.billing.histories.stripe_inside import SECRET
from tests.billing.histories.world import Idle, World

WEBHOOK = "/stripe/webhook/"
# Those that the site should notice; of the others the first is enough to see that it does not.
NOTICED = ("checkout.", "charge.refund", "charge.dispute", "refund.", "radar.")
LIES: list[Json] = [
    {"data.object.status": "complete", "data.object.payment_status": "paid"},
    {"data.object.status": "open", "data.object.payment_status": "unpaid"},
    {"data.object.amount_refunded": 2900, "data.object.refunded": True},
    {"data.object.status": "won"},
    {"type": "checkout.session.expired", "data.object.status": "expired"},
]


def ring(world: World, event: Json, manner: str = "valid", lie: Json | None = None) -> int:
    """Post an event to the site; its answer."""
    body = events.payload(event, lie)
    signature = events.signature(body, SECRET, world.clock.timestamp(), manner)
    headers = {} if signature is None else {"Stripe-Signature": signature}
    answer = world.stranger.post(WEBHOOK, body, content_type="application/json", headers=headers)
    assert answer.status_code in (200, 400, 500), f"webhook answered {answer.status_code}"
    # A session that Stripe never told anybody of may contradict a newer one; only a lie names it.
    is_alright = answer.status_code != 500 or world.stripe.was_troubled or lie is not None
    assert is_alright, "“ring again”, and nothing was wrong with Stripe"
    return answer.status_code


def _waiting(world: World) -> list[str]:
    ledger = world.stripe.ledger
    rows = ledger.tables["event"]
    return [name for name in ledger.queue if rows[name]["type"].startswith(NOTICED)]


def worth_delivering(world: World) -> list[str]:
    """The events that wait, oldest first, and of those that are no news to the site only one."""
    noticed = _waiting(world)
    others = [name for name in world.stripe.ledger.queue if name not in noticed]
    return [*others[:1], *noticed] if noticed else []


def _line(event: Json) -> str:
    return f"{event['type']} {event['id'][-4:]}"


def deliver(world: World, dice: Random) -> str:
    """One of those that wait is delivered, often the newest; it waits on if we could not use it."""
    waiting = _waiting(world)
    if not waiting:
        raise Idle
    name = waiting[-1] if dice.random() < 0.5 else dice.choice(waiting)
    event = world.stripe.ledger.tables["event"][name]
    status = ring(world, event)
    if status == 200 and name in world.stripe.ledger.queue:
        world.stripe.ledger.queue.remove(name)
    return f"{_line(event)}: {status}"


def deliver_again(world: World, dice: Random) -> str:
    """Any event of the past is delivered, whatever became of it."""
    rows = [row for row in world.stripe.rows("event") if row["type"].startswith(NOTICED)]
    if not rows:
        raise Idle
    event = dice.choice(rows)
    return f"{_line(event)}: {ring(world, event)}"


def lose(world: World, dice: Random) -> str:
    """A delivery is lost for ever."""
    waiting = _waiting(world)
    if not waiting:
        raise Idle
    name = dice.choice(waiting)
    world.stripe.ledger.queue.remove(name)
    world.lost.add(name)
    return _line(world.stripe.ledger.tables["event"][name])


def lie(world: World, dice: Random) -> str:
    """A delivery with a good signature says what is not so; the event itself comes later."""
    rows = [row for row in world.stripe.rows("event") if row["type"].startswith(NOTICED)]
    opened = world.stripe.sessions("open")
    if opened and dice.random() < 0.7:
        event = _paid_event_of(world, dice.choice(opened))
    elif rows:
        event = dice.choice(rows)
    else:
        raise Idle
    event = {**event, "id": f"evt_lie_{dice.randrange(10**9)}"}
    world.lies.add(event["id"])
    return f"{_line(event)}: {ring(world, event, lie=dice.choice(LIES))}"


def _paid_event_of(world: World, session: Json) -> Json:
    """An event about a session of which there is none yet."""
    return {
        "id": "",
        "object": "event",
        "api_version": events.API_VERSION,
        "created": world.clock.timestamp(),
        "data": {"object": session},
        "livemode": False,
        "pending_webhooks": 1,
        "request": None,
        "type": "checkout.session.completed",
    }


def forge(world: World, dice: Random) -> str:
    """Somebody else posts an event."""
    opened = world.stripe.sessions("open")
    if not opened:
        raise Idle
    event = {**_paid_event_of(world, dice.choice(opened)), "id": "evt_forged"}
    manner = dice.choice([name for name in events.SIGNATURES if name not in ("valid", "old")])
    status = ring(world, event, manner=manner, lie=LIES[0])
    assert status == 400, f"a delivery signed “{manner}” was answered {status}"
    return manner
