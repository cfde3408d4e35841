"""A history: drawn from a seed, run step by step, and shortened when it has shown something."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from billing.reconcile import reconcile
from tests.billing.histories import bank, claims, gifts, house, people, post
from tests.billing.histories.fate import Crash
from tests.billing.histories.world import Idle, World, a_world

Act = Callable[[World, Random], str]

# How often each act is drawn.
ACTS: dict[Act, int] = {
    people.join: 9,
    people.pay: 20,
    people.come_back: 8,
    people.prove: 8,
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
    gifts.give_a_gift: 3,
    gifts.open_gift: 4,
    gifts.send_gifts: 1,
    gifts.invite: 2,
    gifts.accept: 3,
    gifts.invite_no_more: 1,
}
BY_NAME = {act.__name__: act for act in ACTS}
# What goes on elsewhere while somebody's request waits for Stripe or for the database: the same
# once more in another tab, or news from the bank and of it, or anything.
NEWS: list[Act] = [
    bank.refund,
    bank.dispute_moves,
    bank.dispute,
    bank.refund_fails,
    bank.debit_ends,
]
ELSEWHERE: list[Act] = [
    people.join, people.pay, people.come_back, people.prove, people.delete_account,
    gifts.open_gift, gifts.accept, gifts.invite_no_more,
    post.deliver, post.deliver_again, house.run_reconcile, house.take_back, *NEWS,
]  # fmt: skip
LENGTHS = (5, 20)
TRIES = 4
MOST_POINTS = 24
DELIVERY_TRIES = 4
MINUTES = timedelta(minutes=3)  # more than reconcile leaves alone


class Elsewhere(BaseException):
    """Something failed in what went on meanwhile; not for the waiting request to catch."""


@dataclass(frozen=True)
class Step:
    """The first of some acts that finds something to act upon; the dice say by whom and upon what.

    Its fate, if there is one, strikes after so many `points`.
    """

    acts: tuple[str, ...]
    dice: int
    points: int = -1
    meanwhile: tuple["Step", ...] = ()

    @property
    def fate(self) -> str:
        """What strikes, for the transcript."""
        if self.points < 0:
            return ""
        return f" ({'meanwhile' if self.meanwhile else 'killed'} at {self.points})"

    def take(self, world: World) -> str:
        """Act; returns what was done."""
        for name in self.acts:
            try:
                return f"{name}{self.fate}: {BY_NAME[name](world, Random(self.dice))}"
            except Idle:
                continue
        return "nothing to do"


@dataclass(frozen=True)
class Outcome:
    """How the steps went, and what did not hold in the end; "" when every claim did."""

    error: str
    transcript: list[str]

    @property
    def kind(self) -> str:
        """The error without the place where it was noticed."""
        return self.error.rpartition(" (")[0]


def drawn(seed: int) -> list[Step]:
    """The steps of a history."""
    dice = Random(seed)
    return [_step(dice) for _ in range(dice.randint(*LENGTHS))]


def _step(dice: Random) -> Step:
    acts = tuple(dice.choices(list(BY_NAME), list(ACTS.values()), k=TRIES))
    number, luck = dice.getrandbits(32), dice.random()
    if luck < 0.7:
        return Step(acts, number)
    points = dice.randrange(MOST_POINTS)
    if luck < 0.82:
        return Step(acts, number, points)
    if luck < 0.87:
        return Step(acts, number, points, (Step(acts, number),))
    if luck < 0.93:
        return Step(acts, number, points, (_one_of(dice, NEWS), _one_of(dice, [post.deliver])))
    others = [_one_of(dice, ELSEWHERE) for _ in range(dice.randint(1, 3))]
    return Step(acts, number, points, tuple(others))


def _one_of(dice: Random, acts: list[Act]) -> Step:
    names = tuple(act.__name__ for act in dice.choices(acts, k=TRIES))
    return Step(names, dice.getrandbits(32))


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

    world.fate.choose(step.points, meanwhile if step.meanwhile else None)
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
