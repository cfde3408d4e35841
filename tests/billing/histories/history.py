"""A history: drawn from a seed, run step by step, and shortened when it has shown something."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

from billing.models import Purchase
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
# What only matters when it is done twice, or while something else is.
TOGETHER: list[Act] = [
    people.join, people.come_back, people.prove, gifts.give_a_gift, gifts.open_gift, gifts.accept,
    post.deliver,
]  # fmt: skip
# Those that read Stripe and then write.
SETTLING: list[Act] = [post.deliver, people.come_back, people.join, house.run_reconcile]
# How a history may begin, so that what comes late in a purchase's life is not rare.
BEGINNINGS: list[list[Act]] = [
    [],
    [],
    [people.join, people.pay, post.deliver],
    [gifts.give_a_gift, people.pay, post.deliver, gifts.open_gift],
    [people.join, people.pay, people.come_back, gifts.invite, gifts.accept],
]
LENGTHS = (4, 12)
TRIES = 4
MOST_POINTS = 24
MOST_ANSWERS = 3
DELIVERY_TRIES = 4
MINUTES = timedelta(minutes=3)  # more than reconcile leaves alone
HOUR = timedelta(hours=1, minutes=1)


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
    at_answers: bool = False

    @property
    def fate(self) -> str:
        """What strikes, for the transcript."""
        if self.points < 0:
            return ""
        where = f"answer {self.points}" if self.at_answers else f"{self.points}"
        return f" ({'meanwhile' if self.meanwhile else 'killed'} at {where})"

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
    beginning = [_one_of(dice, [act], tries=1) for act in dice.choice(BEGINNINGS)]
    rest = [step for _ in range(dice.randint(*LENGTHS)) for step in _steps(dice)]
    return [*beginning, *rest]


def _steps(dice: Random) -> list[Step]:
    acts = tuple(dice.choices(list(BY_NAME), list(ACTS.values()), k=TRIES))
    number, luck = dice.getrandbits(32), dice.random()
    if luck < 0.65:
        return [Step(acts, number)]
    points = dice.randrange(MOST_POINTS)
    if luck < 0.77:
        return [Step(acts, number, points)]
    if luck < 0.84:
        twice = _one_of(dice, TOGETHER)
        return [replace(twice, points=points, meanwhile=(twice,))]
    if luck < 0.92:
        # While what Stripe said is on its way into the books, it becomes untrue, and that is told.
        before, news = _one_of(dice, [people.pay, *NEWS]), _one_of(dice, NEWS)
        settling, answers = _one_of(dice, SETTLING), dice.randrange(MOST_ANSWERS)
        meanwhile = (news, _one_of(dice, [post.deliver]))
        return [before, replace(settling, points=answers, meanwhile=meanwhile, at_answers=True)]
    others = [_one_of(dice, ELSEWHERE) for _ in range(dice.randint(1, 3))]
    return [Step(acts, number, points, tuple(others))]


def _one_of(dice: Random, acts: list[Act], tries: int = TRIES) -> Step:
    names = tuple(act.__name__ for act in dice.choices(acts, k=tries))
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
        person = world.whose(purchase.email)
        if person is None or purchase.pk in world.closed:
            continue
        world.fresh_step()
        world.clock.jump(HOUR)  # after which one may ask for a code again
        transcript.append(f"the end: {person} asks for what was paid: {people.ask(world, person)}")
        claims.always(world, was_disturbed=False)
        claims.is_in(purchase, person)


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
