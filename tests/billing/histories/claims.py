"""What must hold: at every moment, and when everything has been delivered and reconciled."""

from collections import Counter

from billing.models import Membership, Purchase, StripeEvent
from billing.standin.errors import Json
from nerdherd.lib.models import OutboxMail
from tests.billing.histories import gifts, truth
from tests.billing.histories.books import Books, live
from tests.billing.histories.world import Person, World

BY_HAND = ("staff", "deleted")


def always(world: World, *, was_disturbed: bool) -> None:
    """After every step, finished or not."""
    _note_what_was_said(world, was_disturbed)
    books = world.books()
    sessions = {row["id"]: row for row in world.stripe.sessions()}
    for purchase in books.purchases:
        _owned_by_right(world, purchase, sessions.get(purchase.session_id or ""))
        lines = books.lines_of(purchase)
        if any(line.reason in BY_HAND for line in lines):
            world.closed.add(purchase.pk)
        for line in live(lines):
            _has_reason(world, purchase, line, sessions)
        said = world.said.get(purchase.session_id or "", {purchase.status})
        assert purchase.status in said, f"{purchase.status}, though Stripe had said {said}"
    _one_page_at_a_time(world, books.purchases, sessions)
    gifts.fair(world, books)


def _note_what_was_said(world: World, was_disturbed: bool) -> None:
    """What the site was told last is what it must act upon, unless it was kept from writing it."""
    for session, told in world.stripe.told.items():
        if was_disturbed or world.stripe.was_troubled:
            world.said.setdefault(session, {"open"}).update(told)
        else:
            world.said[session] = set(told[-2:])


def _owned_by_right(world: World, purchase: Purchase, session: Json | None) -> None:
    began = world.began.setdefault(purchase.reference, set(world.actors))
    assert purchase.amount_cents in world.prices, "at a price that never was"
    if purchase.user is None:
        return
    owner = world.whose(purchase.user.email)
    known: dict[int, Person | None] = world.owners
    if known.get(purchase.pk) is not owner:
        known[purchase.pk] = owner
        assert owner in world.actors, f"{owner} got a purchase without doing anything"
        typed = ((session or {}).get("customer_details") or {}).get("email")
        is_right = owner in began or (owner is not None and typed == owner.email)
        assert is_right, f"{owner} got what was begun by {began} and paid as {typed}"


def _has_reason(
    world: World, purchase: Purchase, line: Membership, sessions: dict[str, Json]
) -> None:
    assert line.user_id == purchase.holder_id, "access for somebody else than the holder"
    assert purchase.pk not in world.closed, "access that a person had ended came back"
    session = sessions.get(purchase.session_id or "")
    assert session is not None, "access by a session that is not ours"
    assert session["client_reference_id"] == purchase.reference, "access by another's session"
    assert session["payment_status"] in ("paid", "no_payment_required"), "access without payment"
    assert "paid" in world.said.get(session["id"], set()), "access though Stripe had said no"


def _one_page_at_a_time(world: World, purchases: list[Purchase], sessions: dict[str, Json]) -> None:
    shown = {session for person in world.people for session in person.shown}
    payable = Counter(
        purchase.buyer
        for purchase in purchases
        if purchase.session_id in shown and sessions[purchase.session_id]["status"] == "open"
    )
    assert all(count == 1 for count in payable.values()), "two pages that could both be paid"
    unknown = {session for session in shown if session not in {p.session_id for p in purchases}}
    assert not unknown, "a payment page that our books do not know"
    references = Counter(row["client_reference_id"] for row in sessions.values())
    assert all(count == 1 for count in references.values()), "two sessions for one purchase"


def at_rest(world: World) -> None:
    """When nothing is on its way any more."""
    books = world.books()
    sessions = {row["id"]: row for row in world.stripe.sessions()}
    mails = Counter(OutboxMail.objects.values_list("key", flat=True))
    opened = [purchase for purchase in books.purchases if purchase.session_id is not None]
    for purchase in opened:
        session = sessions[purchase.session_id or ""]
        expected = truth.status_of(world.stripe.ledger, session)
        assert purchase.status == expected, f"{purchase.status}, at Stripe {expected}"
        back = truth.refunded(world.stripe.ledger, session)
        assert purchase.refunded_cents == back, "another amount refunded"
        lines = books.lines_of(purchase)
        held = [line.user_id for line in live(lines)]
        paid_anew = world.stripe.became_paid[session["id"]]
        assert len(lines) <= paid_anew, f"granted {len(lines)} times, paid {paid_anew} times"
        owed = purchase.holder_id if expected == "paid" else None
        due = [owed] if owed is not None and purchase.pk not in world.closed else []
        assert held == due, f"access of {held}, due to {due}"
        # Who has left is told nothing, and what they were told is forgotten.
        if purchase.nameless_at is None and (lines or expected == "paid"):
            is_gift = purchase.kind == Purchase.Kind.GIFT
            key = f"gift:{purchase.gift.pk}" if is_gift else f"welcome:{purchase.pk}"
            assert mails[key] == 1, f"{key} was not told exactly once"
    _each_thing_told_once(books, mails)
    complete = {row["id"] for row in world.stripe.sessions("complete")}
    assert complete <= {purchase.session_id for purchase in opened}, "paid, and not in our books"


def _each_thing_told_once(books: Books, mails: Counter[str]) -> None:
    """No mail was written a second time for the same thing, under whatever key."""
    kinds = Counter(key.partition(":")[0] for key in mails)
    paid = [purchase for purchase in books.purchases if purchase.paid_at is not None]
    bought = [purchase for purchase in paid if purchase.kind == Purchase.Kind.OWN]
    gifts_opened = [gift for gift in books.gifts if gift.redeemed_at is not None]
    ended = [line for line in books.lines if line.revoked_at is not None]
    assert kinds["welcome"] <= len(bought), "welcomed twice"
    assert kinds["gift"] <= len(paid) - len(bought), "a gift was handed over twice"
    assert kinds["gift-redeemed"] <= len(gifts_opened), "told twice that a gift was opened"
    assert kinds["ended"] <= len(ended), "told twice that access has ended"


def is_in(purchase: Purchase, person: Person) -> None:
    """When the payer has proved the address typed at Stripe."""
    account = person.account()
    lines = Membership.objects.live().filter(purchase=purchase, user=account)
    assert account is not None, f"{person} paid, and has no account"
    assert lines.exists(), f"{person} paid, and cannot get in"


def heard_of_all(world: World) -> None:
    """When everything that Stripe had to say was delivered."""
    left = StripeEvent.objects.filter(done_at=None).exclude(event_id__in=world.lost | world.lies)
    assert not left, f"never done: {list(left)}"


def nothing_at_an_old_price(world: World) -> None:
    """When reconcile has been round."""
    known = set(Purchase.objects.values_list("session_id", flat=True))
    for session in world.stripe.sessions("open"):
        is_old = session["id"] in known and session["amount_subtotal"] != world.price
        assert not is_old, "what is still open at an old price can still be paid"
