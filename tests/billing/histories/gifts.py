"""Giving, opening a gift, and sharing a membership with a second grown-up."""

from random import Random

from billing.gifts import deliver_due
from billing.models import Gift, Invitation, Membership
from tests.billing.histories.books import Books, live
from tests.billing.histories.people import answered, led_on, somebody
from tests.billing.histories.world import Idle, Person, World

PARTNER = Membership.Source.PARTNER


def give_a_gift(world: World, dice: Random) -> str:
    """Somebody writes a card and presses the button."""
    person = somebody(world, dice)
    card = {"from_name": "A friend", "to_name": "Another friend"}
    if dice.random() < 0.5:
        card["to_email"] = dice.choice(world.people).email
    answer = person.browser.post("/gift/", card)
    return led_on(world, person, answer, 302, 303, 503)


def open_gift(world: World, dice: Random) -> str:
    """Whoever has the link opens the gift: signed in, or by a code to their own address."""
    gifts = list(Gift.objects.order_by("pk"))
    if not gifts:
        raise Idle
    gift, person = dice.choice(gifts), somebody(world, dice)
    return f"{person} opens gift {gift.pk}: {_enter(world, dice, person, gift.get_absolute_url())}"


def send_gifts(world: World, dice: Random) -> str:
    """The timetable mails the gifts whose day has come."""
    return f"{deliver_due()}"


def invite(world: World, dice: Random) -> str:
    """Somebody asks for a link to share."""
    person = somebody(world, dice)
    answer = person.browser.post("/account/partner/")
    return f"{person}: {answered(world, answer, 302)}"


def accept(world: World, dice: Random) -> str:
    """Whoever has the link of an invitation accepts it."""
    invitations = list(Invitation.objects.order_by("pk"))
    if not invitations:
        raise Idle
    invitation, person = dice.choice(invitations), somebody(world, dice)
    told = _enter(world, dice, person, invitation.get_absolute_url())
    return f"{person} accepts {invitation.pk}: {told}"


def invite_no_more(world: World, dice: Random) -> str:
    """Somebody takes their invitation back."""
    inviters = set(Invitation.objects.living().values_list("inviter__email", flat=True))
    people = [person for person in world.people if person.email in inviters]
    if not people:
        raise Idle
    person = dice.choice(people)
    world.actors.add(person)
    answer = person.browser.post("/account/partner/removal/")
    return f"{person}: {answered(world, answer, 302)}"


def _enter(world: World, dice: Random, person: Person, page: str) -> str:
    if dice.random() < 0.6:
        act = f"{page}redemption/" if page.startswith("/gift/") else page
        return answered(world, person.browser.post(act), 200, 302, 404)
    person.browser.post(f"{page}code/", {"email": person.email})
    answer = person.browser.post(f"{page}proof/", {"code": person.code()})
    return answered(world, answer, 200, 302, 404, 422)


def fair(world: World, books: Books) -> None:
    """Claims, after every step: a gift is opened by hand, and what is shared follows its owner."""
    for gift in books.gifts:
        if gift.redeemed_by_id is not None:
            person = world.whose(books.users[gift.redeemed_by_id].email)
            if gift.pk not in world.opened:
                assert person in world.actors, f"{person} got a gift without doing anything"
            first = world.opened.setdefault(gift.pk, person)
            assert person is first, f"{person} opened what {first} had opened"
    members = {line.user_id for line in live(books.lines) if line.source != PARTNER}
    for invitation in books.invitations:
        is_shared = invitation.revoked_at is None and invitation.inviter_id in members
        due = [invitation.accepted_by_id] if is_shared and invitation.accepted_by_id else []
        shared = [line for line in live(books.lines) if line.invitation_id == invitation.pk]
        held = [line.user_id for line in shared]
        assert held == due, f"shared with {held}, due to {due}"
