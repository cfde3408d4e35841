"""What buyers do in their browsers."""

from datetime import timedelta
from random import Random

from django.db import transaction
from django.http import HttpResponse

from billing.standin.errors import Refusal
from tests.billing.histories.stripe_inside import BASE
from tests.billing.histories.world import Person, World

PAYMENT_PAGE = f"{BASE}/c/pay/"
CARDS = ["4242424242424242"] * 6 + ["4000000000000002", "4000000000000259", "4000000000001976"]


def _somebody(world: World, dice: Random) -> Person:
    person = dice.choice(world.people)
    world.actors.add(person)
    return person


def _answered(answer: HttpResponse, *expected: int) -> str:
    assert answer.status_code in expected, f"answered {answer.status_code}"
    return str(answer.status_code)


def _led_on(person: Person, answer: HttpResponse, *expected: int) -> str:
    """Note the payment page that an answer leads to; a crash before this is an answer lost."""
    said = _answered(answer, *expected)
    address = answer.headers.get("Location", "")
    if address.startswith(PAYMENT_PAGE):
        session = address.removeprefix(PAYMENT_PAGE)
        person.shown.append(session)
        return f"{person} is shown the payment page of {session[-4:]}"
    return f"{person}: {said} {address[:40]}"


def join(world: World, dice: Random) -> str:
    """Somebody presses Join."""
    person = _somebody(world, dice)
    answer = person.browser.post("/join/", {"next": "/posts/"})
    return _led_on(person, answer, 302, 303, 503)


def come_back(world: World, dice: Random) -> str:
    """The return address is opened, mostly by who was shown the page, sometimes by a stranger."""
    person = _somebody(world, dice)
    shown = person.shown if dice.random() < 0.85 else [s["id"] for s in world.stripe.sessions()]
    if not shown:
        return "nothing to come back from"
    session = dice.choice(shown)
    answer = person.browser.get("/join/thanks/", {"session_id": session})
    return f"{person} from {session[-4:]}: {_answered(answer, 200, 302, 404)}"


def prove(world: World, dice: Random) -> str:
    """Somebody proves their own address by a code, asked for on the page they are on."""
    person = _somebody(world, dice)
    if dice.random() < 0.7:
        _answered(person.browser.post("/join/code/", {"email": person.email}), 200)
    answer = person.browser.post("/join/proof/", {"code": person.code()})
    return f"{person}: {_answered(answer, 200, 302, 422)}"


def sign_out(world: World, dice: Random) -> str:
    """Somebody signs out, and with that the browser forgets what it had begun."""
    person = _somebody(world, dice)
    person.browser.logout()
    return f"{person}"


def sign_in(world: World, dice: Random) -> str:
    """Somebody with an account signs in; the browser keeps what it had begun."""
    person = _somebody(world, dice)
    user = person.account()
    if user is None:
        return f"{person} has no account"
    person.browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return f"{person}"


def pay(world: World, dice: Random) -> str:
    """Somebody pays on a page they were shown, which may have been open for hours."""
    person = _somebody(world, dice)
    is_open = {row["id"] for row in world.stripe.sessions("open")}
    pages = [session for session in person.shown if session in is_open]
    if not pages:
        return "nothing to pay"
    session, mailbox = pages[-1], dice.choice([person, person, *world.people])
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
        return "none left"
    world.clock.jump(timedelta(hours=hours))
    return f"{hours} h"


def delete_account(world: World, dice: Random) -> str:
    """Somebody leaves; the browser stays."""
    person = _somebody(world, dice)
    user = person.account()
    if user is None:
        return f"{person} has no account"
    with transaction.atomic():  # as the pages that do it
        user.delete()
    return f"{person}"
