"""What happens at Stripe and at the bank, without anybody asking the site."""

from random import Random

from billing.standin.disputes import NEXT
from billing.standin.errors import Json, Refusal
from tests.billing.histories.world import Idle, World


def _charges(world: World, *statuses: str) -> list[Json]:
    rows = world.stripe.rows("charge")
    ours = {session["payment_intent"] for session in world.stripe.sessions()}
    return [row for row in rows if row["status"] in statuses and row["payment_intent"] in ours]


def debit_ends(world: World, dice: Random) -> str:
    """A bank debit arrives, or bounces."""
    pending = {charge["payment_intent"] for charge in _charges(world, "pending")}
    waiting = [row for row in world.stripe.sessions() if row["payment_intent"] in pending]
    if not waiting:
        raise Idle
    session, outcome = dice.choice(waiting), dice.choice(["succeeded", "succeeded", "failed"])
    world.stripe.acts.settle_bank_debit(session=session["id"], outcome=outcome)
    return f"{session['id'][-4:]} {outcome}"


def refund(world: World, dice: Random) -> str:
    """Money goes back, by somebody at Stripe's own desk; some of it or all that is left."""
    charges = _charges(world, "succeeded")
    if not charges:
        raise Idle
    charge = dice.choice(charges)
    left = charge["amount"] - charge["amount_refunded"]
    amount = left if dice.random() < 0.6 else left // 2
    try:
        world.stripe.acts.refund(charge=charge["id"], amount=amount)
    except Refusal as refusal:
        return str(refusal)
    return f"{amount} of {charge['id'][-4:]}"


def refund_fails(world: World, dice: Random) -> str:
    """The buyer's bank sends a refund back."""
    refunds = [row for row in world.stripe.rows("refund") if row["status"] != "failed"]
    if not refunds:
        raise Idle
    failing = dice.choice(refunds)
    world.stripe.acts.fail_refund(refund=failing["id"])
    return f"{failing['amount']} of {failing['charge'][-4:]}"


def dispute(world: World, dice: Random) -> str:
    """The buyer's bank takes the money back, or only asks, or fears that the card was stolen."""
    charges = [row for row in _charges(world, "succeeded") if not row["disputed"]]
    if not charges:
        raise Idle
    charge, kind = dice.choice(charges), dice.choice(["chargeback"] * 3 + ["inquiry"])
    if dice.random() < 0.1:
        kind = "early_fraud_warning"
    world.stripe.acts.dispute(payment_intent=charge["payment_intent"], kind=kind)
    return f"{kind} of {charge['id'][-4:]}"


def dispute_moves(world: World, dice: Random) -> str:
    """A dispute goes on: answered, won, lost, and the other way round."""
    rows = [row for row in world.stripe.rows("dispute") if NEXT.get(row["status"])]
    if not rows:
        raise Idle
    row = dice.choice(rows)
    status = dice.choice(NEXT[row["status"]])
    world.stripe.acts.dispute_update(dispute=row["id"], status=status)
    return f"{row['charge'][-4:]}: {status}"


def session_expires(world: World, dice: Random) -> str:
    """A payment page is closed, by somebody at Stripe's own desk."""
    rows = world.stripe.sessions("open")
    if not rows:
        raise Idle
    session = dice.choice(rows)["id"]
    world.stripe.acts.expire(session=session)
    return session[-4:]


def outage(world: World, dice: Random) -> str:
    """Stripe fails for a while: refuses to work, or works and the answer is lost on the way."""
    where = dice.choice(["*", "GET *", "POST *", "GET /v1/disputes"])
    times = dice.randint(1, 7)
    if dice.random() < 0.5:
        status = dice.choice([500, 503, 429])
        world.stripe.acts.faults(match=where, status=status, times=times)
        return f"{where}: {times} times {status}"
    world.stripe.acts.faults(match=where, drop_answer=True, times=times)
    return f"{where}: {times} answers lost"


def other_sale(world: World, dice: Random) -> str:
    """Something cheap is sold elsewhere on the same account, under a reference of ours."""
    rows = world.stripe.sessions()
    if not rows:
        raise Idle
    return world.stripe.sell_something_else(dice.choice(rows)["client_reference_id"])[-4:]
