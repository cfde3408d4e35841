"""A history: run step by step, and shortened when it has shown something."""

import traceback
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from billing.models import Purchase
from billing.reconcile import reconcile
from tests.billing.histories import claims, people, post
from tests.billing.histories.drawing import Step, drawn
from tests.billing.histories.fate import Crash
from tests.billing.histories.world import World, a_world

DELIVERY_TRIES = 4
MINUTES = timedelta(minutes=3)  # more than reconcile leaves alone
HOUR = timedelta(hours=1, minutes=1)


class Elsewhere(BaseException):
    """Something failed in what went on meanwhile; not for the waiting request to catch."""


@dataclass(frozen=True)
class Outcome:
    """How the steps went, and what did not hold in the end; "" when every claim did."""

    error: str
    transcript: list[str]

    @property
    def kind(self) -> str:
        """The error without the place where it was noticed."""
        return self.error.rpartition(" (")[0]


def run(seed: int, steps: list[Step] | None = None) -> Outcome:
    """Live through a history (or some of its steps) and its end."""
    transcript: list[str] = []
    with a_world() as world:
        try:
            for step in drawn(seed) if steps is None else steps:
                _take(world, step, transcript)
            _end(world, Random(seed), transcript)
        except Exception as error:
            return Outcome(_told(error), transcript)
        except Elsewhere as error:
            return Outcome(_told(error.__cause__ or error), transcript)
    return Outcome("", transcript)


def _told(error: BaseException) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"


def _take(world: World, step: Step, transcript: list[str]) -> None:
    world.fresh_step()
    place = len(transcript)
    transcript.append(f"{' or '.join(step.acts)}{step.fate} …")

    def meanwhile() -> None:
        world.has_two_tabs = True
        for other in step.meanwhile:
            transcript.append(f"    meanwhile {_elsewhere(world, other)}")

    world.fate.choose(
        step.points, meanwhile if step.meanwhile else None, at_answers=step.at_answers
    )
    try:
        transcript[place] = step.take(world)
        world.fate.point()  # the answer may be lost on its way out
    except Crash:
        transcript[place] += " dead"
    was_killed = world.fate.dead
    world.fate.spare()
    claims.always(world, was_disturbed=was_killed)


def _elsewhere(world: World, step: Step) -> str:
    try:
        return step.take(world)
    except Exception as error:
        raise Elsewhere from error


def _end(world: World, dice: Random, transcript: list[str]) -> None:
    """Everything is delivered and reconciled, in either order; what was lost leaves no choice."""
    world.stripe.acts.clear_faults()
    ways = [_deliver_all, _reconcile]
    if world.lost or dice.random() < 0.5:
        ways.reverse()
    for way in ways:
        world.fresh_step()
        transcript.append(f"the end: {way.__name__.strip('_')}")
        way(world)
        claims.always(world, was_disturbed=False)
        claims.at_rest(world)
    claims.heard_of_all(world)
    _let_everybody_in(world, transcript)


def _deliver_all(world: World) -> None:
    queue, rows = world.stripe.ledger.queue, world.stripe.ledger.tables["event"]
    for _try in range(DELIVERY_TRIES):
        for name in post.worth_delivering(world):
            if post.ring(world, rows[name]) == 200:
                queue.remove(name)
    assert not post.worth_delivering(world), "Stripe would ring for ever"


def _reconcile(world: World) -> None:
    world.clock.jump(MINUTES)
    assert not reconcile()["not reached"]
    claims.nothing_at_an_old_price(world)


def _let_everybody_in(world: World, transcript: list[str]) -> None:
    """Whoever paid, and is not in, gets in by a code to the address they typed at Stripe."""
    for purchase in Purchase.objects.filter(kind="own", status="paid", user=None).order_by("pk"):
        person = world.whose(purchase.email or _typed_at_stripe(world, purchase))
        if person is None or purchase.pk in world.closed:
            continue
        world.fresh_step()
        world.clock.jump(HOUR)  # after which one may ask for a code again
        transcript.append(f"the end: {person} asks for what was paid: {people.ask(world, person)}")
        claims.always(world, was_disturbed=False)
        claims.is_in(purchase, person)


def _typed_at_stripe(world: World, purchase: Purchase) -> str:
    """Of somebody who has left our books know the address no more."""
    session = world.stripe.ledger.tables["checkout.session"].get(purchase.session_id or "")
    return str(((session or {}).get("customer_details") or {}).get("email") or "")


def shortened(seed: int, steps: list[Step]) -> list[Step]:
    """As few of the steps as show the same: halves are left out first, single ones last."""
    kind, size = run(seed, steps).kind, max(1, len(steps) // 2)
    while size:
        for start in range(len(steps) - size, -1, -size):
            fewer = steps[:start] + steps[start + size :]
            if run(seed, fewer).kind == kind:
                steps = fewer
        size //= 2
    return steps


def report(seed: int) -> str:
    """For whoever has to find out: a failed history in its shortest form, and how to see it again."""
    short = run(seed, shortened(seed, drawn(seed)))
    lines = [
        f"history {seed}: {short.error}",
        *(f"  {line}" for line in short.transcript),
        f"again: NERDHERD_HISTORY_SEED={seed} python -m pytest tests/billing/histories",
    ]
    return "\n".join(lines)
