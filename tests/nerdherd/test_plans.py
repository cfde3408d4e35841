"""However large the site is: every page finds what it shows by an index, and counts no table."""

import pytest
from django.db import connection, transaction

from courses.models import PodcastKey, Post
from courses.pages import Key
from nerdherd.accounts.models import User
from tests import cast
from tests.large import faults_of, fill, watched, work_of

pytestmark = pytest.mark.django_db


# What is worth looking at many rows for, and why it may.
ALLOWED = {
    'AS "articles"': "the library in numbers is counted once a minute",
    'AS "completions__sum"': "what was counted in a month, added up for the desk",
    'AS "of_day"': "the posts of one month, as a calendar",
    '"courses_searchmiss"."query" AS "query"': "a thousand searches a day at most are kept",
    'COUNT(DISTINCT "billing_membership"."user_id")': "how many members there are, for the owner",
    'HAVING COUNT(U0."id")': "nobody shall have paid twice; looked up in an index alone",
    '"courses_video"."made"': "the three hundred newest films of a podcast",
}


@pytest.fixture(autouse=True)
def large_site(monkeypatch):
    """Lists are counted a little way, so that a few thousand rows are a large site."""
    monkeypatch.setattr("nerdherd.lib.large.MOST_COUNTED", 300)
    monkeypatch.setattr("courses.views.posts.MOST_COUNTED", 300)
    monkeypatch.setattr("courses.models.post.MANY", 300)
    monkeypatch.setattr("courses.desk.piles.LOOKED_AT", 50)
    monkeypatch.setattr("courses.admin.similar.ALL_READ", lambda: True)
    fill()


def faults(client, addresses):
    """By address, what is wrong with its queries."""
    found = {}
    for address in addresses:
        with watched() as statements:
            answer = client.get(address)
        assert answer.status_code == 200, address
        wrong = [
            f"{fault} | {sql[-300:]}"
            for sql, params in statements
            if not any(part in sql for part in ALLOWED)
            for fault in faults_of(sql, params)
        ]
        if wrong:
            found[address] = wrong
    return found


def test_no_page_reads_or_sorts_a_whole_table(client):
    assert faults(client, FOR_EVERYBODY) == {}
    reader = User.objects.get(email="p0@example.com")
    PodcastKey.renew(reader)
    client.force_login(reader)
    assert faults(client, [*FOR_MEMBERS, f"/feed/{reader.podcast_key.key}/"]) == {}
    client.force_login(cast.olga())
    assert faults(client, FOR_EDITORS) == {}


def key(post):
    return Key(post.published_at, post.pk)


def work(client, address):
    """How much a page asks of the database."""
    with watched() as statements:
        assert client.get(address).status_code == 200
    return sum(work_of(*statement) for statement in statements)


def test_the_last_page_of_a_long_list_costs_what_the_first_does(client):
    far, near = Post.objects.order_by("published_at")[50], Post.objects.newest()[50]
    client.force_login(User.objects.get(email="p0@example.com"))
    for path in ("/posts/?", "/posts/?age=teen&", "/topics/t0/?"):
        first = work(client, path)
        for asked in (f"older={key(far)}", f"newer={key(far)}", f"newer={key(near)}"):
            assert work(client, path + asked) < 1.5 * first, (path, asked)


def test_without_its_index_a_page_is_found_out(client):
    client.force_login(cast.olga())
    for index, address in (
        ("post_by_title", "/admin/courses/post/?o=1"),
        ("purchase_newest", "/admin/billing/purchase/"),
        ("user_newest", "/admin/accounts/user/"),
    ):
        assert faults(client, [address]) == {}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'DROP INDEX "{index}"')
            assert faults(client, [address])
            transaction.set_rollback(True)


FOR_EVERYBODY = [
    "/", "/posts/", "/posts/?page=100", "/posts/?topic=t0", "/posts/?topic=t2",
    "/posts/?age=teen", "/posts/?kind=video", "/posts/?access=free", "/posts/?minutes=5",
    "/posts/?access=free&age=baby", "/topics/t0/", "/topics/t2/",
    "/series/s/", "/posts/post-2000/", "/posts/post-2001/", "/feed/", "/sitemap.xml",
    "/sitemap-posts.xml", "/sitemap-posts.xml?p=2", "/search/?q=zebra", "/join/",
]  # fmt: skip
FOR_MEMBERS = [
    "/", "/posts/", "/posts/?page=100", "/posts/post-2000/", "/account/", "/account/history/",
    "/account/history/?page=9", "/account/saved/", "/account/saved/?page=9",
]  # fmt: skip
FOR_EDITORS = [
    "/posts/", "/posts/?page=100",
    "/admin/", "/admin/money/", "/admin/moving/", "/admin/pictures/choices/",
    *(
        f"/admin/{name}/{query}"
        for name, queries in {
            "courses/post": [
                "", "?p=1", "?state=draft", "?state=published", "?state=scheduled", "?o=1", "?o=2",
                "?o=-5", "?published_at__isnull=False", "?access__exact=free", "?age__exact=teen",
                "?topic=t0", "?topic=t2",
            ],
            "courses/video": ["", "?state__exact=failed"],
            "courses/picture": [""],
            "courses/redirect": ["", "?q=/old/77", "?o=1"],
            "courses/searchmiss": ["", "?o=3"],
            "accounts/user": [
                "", "?q=p77", "?q=p77@example.com", "?is_staff__exact=1", "?o=1", "?o=3", "?p=1",
            ],
            "billing/purchase": [
                "", "?q=p77", "?q=cs_77", "?q=pi_77", "?status__exact=disputed", "?o=0", "?o=4",
                "?p=1",
            ],
            "billing/membership": [
                "", "?q=p77", "?source__exact=staff", "?reason__exact=refunded",
                "?revoked_at__isempty=0", "?revoked_at__isempty=1", "?o=3", "?p=1",
            ],
            "billing/gift": [""],
            "billing/stripeevent": ["", "?q=evt_77", "?done_at__isempty=1", "?o=0", "?o=2"],
            "lib/auditline": [
                "", "?q=77", "?q=purchase+12", "?q=olga@example.com", "?kind__exact=price", "?o=0",
            ],
        }.items()
        for query in queries
    ),
    "/admin/courses/post/add/", "/admin/billing/membership/add/",
    *(
        f"/admin/autocomplete/?app_label={app}&model_name={model}&field_name={field}&term={term}"
        for app, model, field, term in [
            ("courses", "similarpost", "other", ""), ("billing", "membership", "user", ""),
            ("billing", "membership", "user", "p77"), ("courses", "redirect", "post", ""),
        ]
    ),
]  # fmt: skip
