"""What buyers do in their browsers."""

from datetime import timedelta
from random import Random

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from billing.models import Purchase
from billing.standin.errors import Refusal
from tests.billing.histories.stripe_inside import BASE
from tests.billing.histories.world import Idle, Person, World

PAYMENT_PAGE = f"{BASE}/c/pay/"
CARDS = ["4242424242424242"] * 6 + ["4000000000000002", "4000000000000259", "4000000000001976"]


def somebody(world: World, dice: Random) -> Person:
    """A person, who thereby does something in this step."""
    person = dice.choice(world.people)
    world.actors.add(person)
    return person


def answered(world: World, answer: HttpResponse, *expected: int) -> str:
    """The status, which must be one of those that are right here."""
    if world.has_two_tabs:  # one signed in or out while the other was waiting
        expected += (400,)
    assert answer.status_code in expected, f"answered {answer.status_code}"
    return str(answer.status_code)


def led_on(world: World, person: Person, answer: HttpResponse, *expected: int) -> str:
    """Note the payment page that an answer leads to; a crash before this is an answer lost."""
    said = answered(world, answer, *expected)
    address = answer.headers.get("Location", "")
    if address.startswith(PAYMENT_PAGE):
        session = address.removeprefix(PAYMENT_PAGE)
        person.shown.append(session)
        if not world.has_two_tabs:
            _is_asked_rightly(world, session)
        return f"{person} is shown the payment page of {session[-4:]}"
    return f"{person}: {said} {address[:40]}"


def _is_asked_rightly(world: World, session: str) -> None:
    """Nobody is asked for another price than today's, or to pay while what they paid lies ready."""
    purchase = Purchase.objects.get(session_id=session)
    assert purchase.amount_cents == world.price, "asked for another price than today's"
    waiting = Purchase.objects.filter(
        buyer=purchase.buyer, kind=Purchase.Kind.OWN, status="paid", user=None, claimed_at=None
    )
    assert not waiting.exists(), "asked to pay again for what is paid"


def _page(world: World, dice: Random, sessions: list[str]) -> tuple[Person, str]:
    """Somebody, and one of `sessions` whose payment page they were shown."""
    pages = [(who, page) for who in world.people for page in who.shown if page in sessions]
    if not pages:
        raise Idle
    person, page = dice.choice(pages)
    world.actors.add(person)
    return person, page


def join(world: World, dice: Random) -> str:
    """Somebody presses Join."""
    person = somebody(world, dice)
    answer = person.browser.post("/join/", {"next": "/posts/"})
    return led_on(world, person, answer, 302, 303, 503)


def come_back(world: World, dice: Random) -> str:
    """The return address is opened, mostly by who was shown the page, sometimes by a stranger."""
    person, session = _page(world, dice, [row["id"] for row in world.stripe.sessions()])
    if dice.random() < 0.2:
        person = somebody(world, dice)
    answer = person.browser.get("/join/thanks/", {"session_id": session})
    return f"{person} from {session[-4:]}: {answered(world, answer, 200, 302, 404)}"


def prove(world: World, dice: Random) -> str:
    """Who paid, or got a stranger's receipt, proves their own address by a code."""
    sessions = world.stripe.sessions("complete")
    typed = {row["customer_details"]["email"] for row in sessions}
    paid = {row["id"] for row in sessions}
    people = [who for who in world.people if who.email in typed or paid & set(who.shown)]
    if not people:
        raise Idle
    person = dice.choice(people)
    world.actors.add(person)
    if dice.random() < 0.7:
        answered(world, person.browser.post("/join/code/", {"email": person.email}), 200)
    answer = person.browser.post("/join/proof/", {"code": person.code()})
    return f"{person}: {answered(world, answer, 200, 302, 422)}"


def ask(world: World, person: Person) -> str:
    """Somebody who paid and is not in comes to the page that is there for it, in a new browser."""
    world.actors.add(person)
    browser = Client()
    answered(world, browser.post("/join/code/", {"email": person.email}), 200)
    answer = browser.post("/join/proof/", {"code": person.code()})
    return f"{person}: {answered(world, answer, 302)}"


def sign_out(world: World, dice: Random) -> str:
    """Somebody signs out, and with that the browser forgets what it had begun."""
    person = somebody(world, dice)
    person.browser.logout()
    return f"{person}"


def sign_in(world: World, dice: Random) -> str:
    """Somebody with an account signs in; the browser keeps what it had begun."""
    person = somebody(world, dice)
    user = person.account()
    if user is None:
        raise Idle
    person.browser.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return f"{person}"


def pay(world: World, dice: Random) -> str:
    """Somebody pays on a page they were shown, which may have been open for hours."""
    person, session = _page(world, dice, [row["id"] for row in world.stripe.sessions("open")])
    mailbox = dice.choice([person, person, *world.people])
    asked = {"session": session, "email": mailbox.email}
    way = dice.choice(["card", "card", "card", "card", "bank", "bank", "ALL", "HALF"])
    if way == "bank":
        asked["method"] = "us_bank_account"
    elif way != "card":
        asked["promotion_code"] = way
    else:
        asked["card"] = dice.choice(CARDS)
    try:
        world.stripe.acts.pay(**asked)
    except Refusal as refusal:
        return f"{person}: {refusal}"
    return f"{person} pays {session[-4:]} by {way} as {mailbox}"


def let_time_pass(world: World, dice: Random) -> str:
    """Minutes or hours, never more than reconcile looks back."""
    hours = dice.choice([0.05, 0.05, 0.2, 1, 6, 23, 25])
    if world.clock.passed + timedelta(hours=hours) > timedelta(hours=47):
        raise Idle
    world.clock.jump(timedelta(hours=hours))
    return f"{hours} h"


def delete_account(world: World, dice: Random) -> str:
    """Somebody leaves; the browser stays."""
    person = somebody(world, dice)
    user = person.account()
    if user is None:
        raise Idle
    with transaction.atomic():  # as the pages that do it
        user.delete()
    return f"{person}"
