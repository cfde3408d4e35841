"""How a history is drawn from its seed: which acts, by whom, and what strikes in the middle of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from tests.billing.histories import bank, gifts, house, people, post
from tests.billing.histories.world import Idle, World

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
