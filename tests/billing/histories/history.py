"""A history: drawn from a seed, run step by step, and shortened when it has shown something."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from billing.reconcile import reconcile
from tests.billing.histories import bank, claims, house, people, post
from tests.billing.histories.fate import Crash
from tests.billing.histories.world import World, a_world

Act = Callable[[World, Random], str]

# How often each act is drawn.
ACTS: dict[Act, int] = {
    people.join: 14,
    people.pay: 14,
    people.come_back: 9,
    people.prove: 6,
    people.sign_in: 1,
    people.sign_out: 1,
    people.delete_account: 1,
    people.let_time_pass: 3,
    bank.debit_ends: 6,
    bank.refund: 5,
    bank.refund_fails: 3,
    bank.dispute: 4,
    bank.dispute_moves: 6,
    bank.session_expires: 1,
    bank.outage: 3,
    bank.other_sale: 1,
    post.deliver: 20,
    post.deliver_again: 3,
    post.lose: 2,
    post.lie: 2,
    post.forge: 1,
    house.run_reconcile: 3,
    house.new_price: 2,
    house.refund_button: 1,
    house.give: 1,
    house.take_back: 1,
}
BY_NAME = {act.__name__: act for act in ACTS}
# What goes on elsewhere while somebody's request waits for Stripe or for the database.
ELSEWHERE: list[Act] = [
    people.join, people.pay, people.come_back, people.prove,
    bank.debit_ends, bank.refund, bank.refund_fails, bank.dispute, bank.dispute_moves,
    post.deliver, post.deliver, post.deliver, post.deliver_again, house.run_reconcile,
]  # fmt: skip
LENGTHS = (6, 26)
MOST_POINTS = 24
DELIVERY_TRIES = 4
MINUTES = timedelta(minutes=3)  # more than reconcile leaves alone


class Elsewhere(BaseException):
    """Something failed in what went on meanwhile; not for the waiting request to catch."""


@dataclass(frozen=True)
class Step:
    """One act; its dice decide by whom and upon what. Its fate, if any, strikes after `points`."""

    act: str
    dice: int
    points: int = -1
    meanwhile: tuple["Step", ...] = ()

    def __str__(self) -> str:
        if self.points < 0:
            return self.act
        return f"{self.act}, {'meanwhile' if self.meanwhile else 'killed'} at {self.points}"


@dataclass(frozen=True)
class Failure:
    """What went wrong, and the steps up to there as they went."""

    error: str
    transcript: list[str]


def drawn(seed: int) -> list[Step]:
    """The steps of a history."""
    dice = Random(seed)
    acts, weights = list(BY_NAME), list(ACTS.values())
    return [_step(dice, name) for name in dice.choices(acts, weights, k=dice.randint(*LENGTHS))]


def _step(dice: Random, name: str) -> Step:
    number, luck = dice.getrandbits(32), dice.random()
    if luck < 0.75:
        return Step(name, number)
    points = dice.randrange(MOST_POINTS)
    if luck < 0.87:
        return Step(name, number, points)
    acts = dice.choices(ELSEWHERE, k=dice.randint(1, 3))
    return Step(
        name, number, points, tuple(Step(act.__name__, dice.getrandbits(32)) for act in acts)
    )


def run(seed: int, steps: list[Step] | None = None) -> Failure | None:
    """Live through a history (or some of its steps) and its end; None when every claim held."""
    transcript: list[str] = []
    with a_world() as world:
        try:
            for step in drawn(seed) if steps is None else steps:
                _take(world, step, transcript)
            _end(world, Random(seed), transcript)
        except (Exception, Elsewhere) as error:
            cause = error.__cause__ if isinstance(error, Elsewhere) else error
            where = traceback.extract_tb(cause.__traceback__ if cause else None)[-1]
            at = f"{where.filename.rpartition('/')[2]}:{where.lineno}"
            return Failure(f"{type(cause).__name__}: {cause} ({at})", transcript)
    return None


def _take(world: World, step: Step, transcript: list[str]) -> None:
    world.fresh_step()
    place = len(transcript)
    transcript.append(f"{step} …")

    def meanwhile() -> None:
        for other in step.meanwhile:
            transcript.append(f"    meanwhile {other.act}: {_elsewhere(world, other)}")

    world.fate.choose(step.points, meanwhile if step.meanwhile else None)
    try:
        outcome = BY_NAME[step.act](world, Random(step.dice))
        world.fate.point()  # the answer may be lost on its way out
    except Crash:
        outcome = "dead"
    was_struck = step.points >= 0
    world.fate.spare()
    transcript[place] = f"{step}: {outcome}"
    claims.always(world, was_disturbed=was_struck and not step.meanwhile)


def _elsewhere(world: World, step: Step) -> str:
    try:
        return BY_NAME[step.act](world, Random(step.dice))
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


def _deliver_all(world: World) -> None:
    queue = world.stripe.ledger.queue
    for _try in range(DELIVERY_TRIES):
        for name in list(queue):
            if post.ring(world, world.stripe.ledger.tables["event"][name]) == 200:
                queue.remove(name)
    assert not queue, "Stripe would ring for ever"


def _reconcile(world: World) -> None:
    for _time in range(2):
        world.clock.jump(MINUTES)
        assert not reconcile()["not reached"]
    claims.nothing_at_an_old_price(world)


def shortened(seed: int, steps: list[Step], failure: Failure) -> tuple[list[Step], Failure]:
    """The same failure with as few steps as it takes: halves are left out first, single ones last."""
    kind, size = failure.error.rpartition(" (")[0], max(1, len(steps) // 2)
    while size:
        for start in range(len(steps) - size, -1, -size):
            fewer = steps[:start] + steps[start + size :]
            found = run(seed, fewer)
            if found is not None and found.error.rpartition(" (")[0] == kind:
                steps, failure = fewer, found
        size //= 2
    return steps, failure


def report(seed: int, failure: Failure) -> str:
    """For whoever has to find out: the shortest form, and how to see it again."""
    _steps, short = shortened(seed, drawn(seed), failure)
    lines = [
        f"history {seed}: {short.error}",
        *(f"  {line}" for line in short.transcript),
        f"again: NERDHERD_HISTORY_SEED={seed} python -m pytest tests/billing/histories",
    ]
    return "\n".join(lines)
