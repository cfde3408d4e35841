"""With every translated message in marks, nothing on a page or in a mail may stand outside them.

What editors and buyers wrote is known by its `lang`, or by the words that the tests gave it.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from billing.emails import tell, tell_of_fraud_warning
from billing.models import Gift, Membership, Purchase
from courses.models import Picture, Post, Series, Situation, SituationPost
from nerdherd.accounts.models import User
from nerdherd.accounts.people import send_code
from nerdherd.lib.models import OutboxMail
from tests import cast
from tests.billing.owners_books import failed_event, sold
from tests.courses.films import prepared
from tests.library import members_post, post

pytestmark = pytest.mark.django_db

# Where Django keeps the languages that have been spoken.
CATALOGUES = import_module("django.utils.translation.trans_real")._translations
OPENING, CLOSING = "⟦", "⟧"
# Names, addresses, codes, and what a date is written with between its numbers and its month.
NOT_OURS = re.compile(
    "|".join(
        [
            re.escape(settings.SITE_NAME), "Nerd Herd", r"https?://\S+", r"/[\w/-]*/", r"\S+@\S+",
            r"nh_\w+", r"evt_\w+", "charge.refunded", "Unavailable", "WORDS", "English", "Español",
            r"\bde\b", "UTC",
            # Django's admin has no other words for these; groups are called so in the books.
            r"^Search$", r"^True$", r"^False$", "Editors", "Support",
        ]
    ),
    re.MULTILINE,
)  # fmt: skip
SHOWN = {"aria-label", "alt", "title", "placeholder", "copied", "label"}


class Marks:
    """Stands in the place of the Spanish catalogue, and of Django's own Spanish."""

    def gettext(self, message: str) -> str:
        return OPENING + message.rpartition("\x04")[2] + CLOSING

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)

    def to_language(self) -> str:
        return "es"


class Page(HTMLParser):
    """Gathers what a page shows and says, without what is marked as another language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.said: list[str] = []
        self.silent: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        is_foreign = tag != "html" and "lang" in known
        if (self.silent or is_foreign or tag in {"script", "style"}) and tag not in VOID:
            self.silent.append(tag)
        if not self.silent and not (is_foreign and tag in VOID):
            names = [name for name in known if name in SHOWN or name.startswith("words-")]
            names += ["value"] if known.get("type") == "submit" else []
            self.said += [known.get(name) or "" for name in names]

    def handle_endtag(self, tag: str) -> None:
        if self.silent and tag not in VOID:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.text.append(data)

    def untranslated(self) -> list[str]:
        return [left for text in ["".join(self.text), *self.said] for left in outside_marks(text)]


VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track"}


def outside_marks(text: str) -> Iterator[str]:
    """The words of a text that stand in no marks."""
    before = ""
    while before != text:
        before, text = text, re.sub(f"{OPENING}[^{OPENING}{CLOSING}]*{CLOSING}", " ", text)
    for line in NOT_OURS.sub(" ", text).splitlines():
        if re.search(r"[^\W\d_]{2}", line):
            yield line.strip()


@pytest.fixture(autouse=True)
def marked(monkeypatch) -> None:
    cache.clear()
    monkeypatch.setitem(CATALOGUES, "es", Marks())


@pytest.fixture
def browser() -> Client:
    return Client(headers={"Accept-Language": "es"})


def check(browser: Client, *addresses: str) -> None:
    found = {address: Page(browser.get(address).text).untranslated() for address in addresses}
    assert {address: words for address, words in found.items() if words} == {}


@pytest.fixture(scope="module")
def film() -> bytes:
    from tests.courses.films import film

    return film(seconds=2)


@pytest.fixture
def library() -> None:
    """One of each kind."""
    series = Series.objects.create(title="WORDS", slug="series", summary="WORDS")
    first = post("WORDS", slug="article", topics=("WORDS",), series=series, episode=1)
    members_post("WORDS", slug="members", topics=("WORDS",), series=series, episode=2)
    situation = Situation.objects.create(name="WORDS", slug="situation", introduction="WORDS")
    SituationPost.objects.create(situation=situation, post=first)


EVERYBODYS = [
    "/", "/posts/", "/posts/?topic=words&age=baby&minutes=5&kind=article&access=free",
    "/posts/?topic=words", "/posts/article/", "/posts/members/", "/topics/words/",
    "/series/series/", "/situations/situation/", "/search/", "/search/?q=WORDS",
    "/search/?q=WORDSWORDS", "/nowhere/", "/join/", "/join/help/", "/join/thanks/", "/gift/",
    "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/",
    "/accounts/login/code/", "/posts/?nonsense=1&topic=words",
]  # fmt: skip
ONES_OWN = [
    "/", "/posts/article/", "/posts/members/", "/account/", "/account/history/", "/account/saved/",
    "/account/podcast/", "/join/", "/accounts/logout/", "/accounts/email/",
    "/accounts/password/set/", "/accounts/reauthenticate/", "/admin/",
]  # fmt: skip


def test_pages_for_everybody(browser, library):
    check(browser, *EVERYBODYS)


@pytest.mark.parametrize("person", [cast.rui, cast.rex, cast.mona])
def test_pages_for_one_person(browser, library, person):
    browser.force_login(person())
    browser.post("/account/partner/")
    check(browser, *ONES_OWN)


def test_the_page_of_a_video(browser, film):
    video = prepared(film)
    Post.objects.update(title="WORDS", access="free")
    check(browser, video.post.get_absolute_url())


def test_the_editors_room(browser, library, film, stripe):
    browser.force_login(User.objects.create_superuser("olga@example.com", name="WORDS"))
    video, purchase, event = prepared(film), sold(email="buyer@example.com"), failed_event()
    Post.objects.update(title="WORDS", summary="WORDS", body="", opening="")
    member = Membership.objects.create(user=cast.rui(), note="WORDS")
    gift = Gift.objects.create(purchase=sold(), from_name="WORDS", to_name="WORDS")
    picture = Picture.objects.create(name="pictures/a", width=960, height=540, alt="WORDS")
    series = Series.objects.create(title="WORDS", slug="words")
    for place, out in enumerate((None, timezone.now()), 1):
        post(
            "WORDS",
            slug=f"words-{place}",
            series=series,
            episode=place,
            published_at=out,
            picture=picture,
        )
    models = {
        "courses/post": video.post_id, "courses/video": video.pk, "courses/topic": None,
        "courses/series": series.pk, "courses/picture": picture.pk, "courses/situation": None, "courses/synonyms": None,
        "courses/searchmiss": None, "billing/purchase": purchase.pk, "billing/gift": gift.pk,
        "billing/membership": member.pk, "billing/stripeevent": event.pk,
        "accounts/user": cast.person("ed").pk,
    }  # fmt: skip
    lists = [f"/admin/{name}/" for name in models]
    forms = [f"/admin/{name}/{pk}/change/" for name, pk in models.items() if pk]
    new = [
        f"/admin/courses/{name}/add/"
        for name in ("post", "topic", "series", "situation", "picture")
    ]
    new += [f"/admin/posts/{video.post_id}/numbers/"]
    check(browser, "/admin/", "/admin/money/", *lists, *forms, *new)


def written(cause: Purchase | None = None) -> list[str]:
    """What the newest mails say outside the marks."""
    if cause:
        tell(cause)
    mails = list(OutboxMail.objects.all())
    assert mails
    return [left for m in mails for part in (m.subject, m.text) for left in outside_marks(part)]


STATES = [
    {"status": Purchase.Status.PAID},
    {"status": Purchase.Status.PAID, "paid_cents": 0, "receipt_url": "https://example.com/r"},
    {"status": Purchase.Status.FAILED},
    {"status": Purchase.Status.REFUNDED, "refunded_cents": 2900},
    {"status": Purchase.Status.DISPUTED, "dispute_status": "needs_response"},
    {"status": Purchase.Status.LOST, "dispute_status": "lost"},
]


@pytest.mark.parametrize("kind", [Purchase.Kind.OWN, Purchase.Kind.GIFT])
@pytest.mark.parametrize("state", STATES, ids=lambda state: "-".join(map(str, state.values())))
def test_mails_about_money(state, kind):
    User.objects.create_superuser("olga@example.com", language="es")
    purchase = sold(kind=kind, language="es", email="buyer@example.com", **state)
    if kind == Purchase.Kind.GIFT:
        names = {"from_name": "WORDS", "to_name": "WORDS", "to_email": "child@example.com"}
        Gift.objects.create(purchase=purchase, message="WORDS", **names)
    assert written(purchase) == []


def test_mails_to_a_person():
    rui = cast.person("rui", language="es")
    send_code(rui.email)
    tell_of_fraud_warning(sold())
    Client().post("/accounts/login/code/", {"email": rui.email})
    Client(headers={"Accept-Language": "es"}).post(
        "/accounts/login/code/", {"email": "nobody@example.com"}
    )
    assert written() == []


def test_the_marks_are_told_from_the_rest():
    with override("es"):
        page = Page('<p title="left">⟦a ⟦b⟧⟧ over</p><h1 lang="en" dir="ltr">title</h1><br>⟦c⟧')
    assert page.untranslated() == ["over", "left"]
