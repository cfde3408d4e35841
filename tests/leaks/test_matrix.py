"""Who gets what at every address of the site: a table, in which a new address must have its row."""

import pytest
from django.core.cache import cache

from tests.leaks.matrix import CAST, statuses

pytestmark = [pytest.mark.django_db, pytest.mark.crawl]

# What GET and POST answer to nobody, Rui (signed up), Rex (was refunded), Mona (member), Sue
# (support), Ed (editor) and Olga (owner); one word where all get the same; in: to the sign-in.
# Things in the addresses are there: keys and codes are Mona's, links and drafts are Ed's.
ROWS: list[tuple[str, str, list[str]]] = [
    ("200", "200", [
        "accounts/password/reset/", "feed/", "sitemap-<slug:section>.xml", "sitemap.xml",
    ]),
    ("200", "200 302 302 302 302 302 302", [
        "partner/<slug:token>/",
    ]),
    ("200", "405", [
        "", ".well-known/security.txt", "accessibility/", "accounts/inactive/",
        "accounts/password/reset/done/", "cover.jpg", "drafts/<str:key>/", "feed/<str:key>/",
        "gift/<slug:code>/", "health/", "join/help/", "offline/<slug:language>/", "posts/",
        "posts/<slug:slug>/", "posts/<slug:slug>/playback/", "robots.txt", "search/",
        "series/<slug:slug>/", "site.webmanifest", "situations/<slug:slug>/",
        "topics/<slug:slug>/",
    ]),
    ("200", "422", [
        "gift/",
    ]),
    ("200", "503 503 503 302 503 302 302", [
        "join/",
    ]),
    ("200 302 302 302 302 302 302", "200 302 302 302 302 302 302", [
        "accounts/login/", "accounts/login/code/", "accounts/signup/",
    ]),
    ("302 200 200 200 200 200 200", "302", [
        "accounts/logout/",
    ]),
    ("302 302 302 302 200 200 200", "302 302 302 302 200 200 200", [
        "admin/moving/",
    ]),
    ("302 302 302 302 200 403 200", "405", [
        "admin/money/", "admin/money/members.csv", "admin/money/purchases.csv",
    ]),
    ("302", "302", [
        ".well-known/change-password", "accounts/password/reset/complete/", "join/proof/",
    ]),
    ("302", "405", [
        "feed/<str:key>/<slug:slug>.m4a",
    ]),
    ("302", "422", [
        "gift/<slug:code>/code/", "gift/<slug:code>/proof/", "join/code/",
        "partner/<slug:token>/code/", "partner/<slug:token>/proof/",
    ]),
    ("302 302 302 302 403 200 200", "405", [
        "admin/numbers.csv", "admin/pictures/choices/", "admin/posts.csv",
        "admin/posts/<int:pk>/numbers.csv", "admin/posts/<int:pk>/numbers/",
        "admin/posts/<int:pk>/preview/<slug:reader>/",
        "admin/posts/<int:pk>/versions/<int:number>/",
        "admin/posts/<int:pk>/versions/<int:number>/since/<int:since>/",
        "admin/videos/<int:pk>/",
    ]),
    ("302 302 302 302 403 200 404", "405", [
        "admin/uploads/<slug:pk>/", "admin/uploads/<slug:pk>/parts/<int:number>/address/",
    ]),
    ("302 302 302 302 403 302 302", "405", [
        "admin/posts/<int:pk>/writing/<slug:reader>/",
    ]),
    ("302 302 302 302 403 404 404", "405", [
        "admin/posts/new/writing/<slug:reader>/",
    ]),
    ("302 302 302 302 404 200 200", "405", [
        "admin/moving/<int:pk>/", "admin/moving/<int:pk>/report.csv",
        "admin/moving/<int:pk>/standing/",
    ]),
    ("404", "404", [
        "emails/<str:key>/",
    ]),
    ("404", "405", [
        "join/thanks/", "media/<path:name>",
        "service-worker-<slug:language>.<slug:version>.js",
        "watch/<str:pass_>/<int:video>/<slug:attempt>/<str:name>",
        "watch/<str:pass_>/<int:video>/captions-<slug:language>.vtt",
        "watch/<str:pass_>/<int:video>/chapters.vtt",
    ]),
    ("405", "204", [
        "posts/<slug:slug>/counts/",
    ]),
    ("405", "302", [
        "gift/<slug:code>/redemption/", "language/",
    ]),
    ("405", "302 302 302 302 302 403 302", [
        "admin/money/events/<int:pk>/replay/", "admin/money/reconciliation/",
    ]),
    ("405", "302 302 302 302 403 200 200", [
        "admin/posts/<int:pk>/writing/", "admin/posts/new/writing/",
    ]),
    ("405", "302 302 302 302 403 204 404", [
        "admin/uploads/<slug:pk>/deletion/",
    ]),
    ("405", "302 302 302 302 403 302 302", [
        "admin/links/<int:pk>/revocation/", "admin/posts/<int:pk>/links/",
        "admin/posts/<int:pk>/versions/<int:number>/restoration/",
        "admin/posts/<int:pk>/writing/deletion/", "admin/posts/new/writing/deletion/",
        "admin/videos/<int:pk>/attempt/",
    ]),
    ("405", "302 302 302 302 403 400 400", [
        "admin/pictures/", "admin/uploads/",
    ]),
    ("405", "302 302 302 302 403 409 404", [
        "admin/uploads/<slug:pk>/completion/",
    ]),
    ("405", "302 302 302 302 404 302 302", [
        "admin/moving/<int:pk>/bringing/", "admin/moving/<int:pk>/forgetting/",
    ]),
    ("405", "302 302 302 302 404 422 422", [
        "admin/moving/<int:pk>/columns/",
    ]),
    ("405", "400", [
        "stripe/webhook", "stripe/webhook/",
    ]),
    ("405", "403 400 400 400 400 400 400", [
        "account/progress/",
    ]),
    ("405", "405", [
        "admin/uploads/<slug:pk>/parts/<int:number>/",
    ]),
    ("405", "in 302 302 302 302 302 302", [
        "account/delete/withdrawal/", "account/history/clearing/", "account/history/pause/",
        "account/history/resumption/", "account/saved/<slug:slug>/",
        "account/saved/<slug:slug>/removal/",
    ]),
    ("in 200 200 200 200 200 200", "405", [
        "account/", "account/history/", "account/saved/",
    ]),
    ("in 200 200 200 200 200 200", "in 200 200 200 200 200 200", [
        "account/export/", "accounts/keys/recovery-codes/generate/",
        "accounts/keys/totp/activate/", "accounts/keys/webauthn/add/",
        "accounts/password/set/",
    ]),
    ("in 200 200 200 200 200 200", "in 302 302 302 302 302 302", [
        "account/podcast/", "accounts/devices/", "accounts/email/",
    ]),
    ("in 200 200 200 200 200 200", "in 400 400 400 400 400 400", [
        "account/emails/",
    ]),
    ("in 200 200 200 200 200 200", "in 405 405 405 405 405 405", [
        "accounts/keys/", "accounts/keys/webauthn/",
    ]),
    ("in 200 200 200 200 200 200", "in in in in 403 403 403", [
        "account/delete/",
    ]),
    ("in 302 302 302 302 302 302", "in 302 302 302 302 302 302", [
        "account/partner/", "account/partner/removal/", "accounts/confirm-email/",
        "accounts/keys/authenticate/", "accounts/keys/webauthn/login/",
        "accounts/login/code/confirm/", "accounts/password/change/",
    ]),
    ("in 403 403 403 403 403 403", "in 403 403 403 403 403 403", [
        "accounts/keys/reauthenticate/", "accounts/keys/webauthn/reauthenticate/",
        "accounts/reauthenticate/",
    ]),
    ("in 404 404 404 404 404 404", "in 404 404 404 404 404 404", [
        "accounts/keys/recovery-codes/download/", "accounts/keys/totp/deactivate/",
        "accounts/keys/webauthn/keys/<int:pk>/edit/",
        "accounts/keys/webauthn/keys/<int:pk>/remove/",
    ]),
    ("in 404 404 404 404 404 404", "in 405 405 405 405 405 405", [
        "accounts/keys/recovery-codes/",
    ]),
    ("in", "in", [
        "accounts/password/reset/confirm/",
    ]),
]  # fmt: skip


def whole(row: str) -> str:
    """A row with a word for everybody."""
    return " ".join([row] * len(CAST)) if " " not in row else row


def test_everybody_gets_what_the_table_says_and_every_address_is_in_it():
    said = {route: (whole(get), whole(post)) for get, post, routes in ROWS for route in routes}
    cache.clear()
    heard = statuses()
    assert set(said) == set(heard), "an address without a row, or a row without an address"
    assert {route: row for route, row in heard.items() if row != said[route]} == {}
