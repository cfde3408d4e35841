"""The admin's lists over large tables: counted so far, searched by beginnings, cut by years."""

from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import Membership, Purchase
from courses.models import Topic
from nerdherd.accounts.models import User
from nerdherd.lib.large import LargeAdmin
from nerdherd.moving.models import Move
from tests import cast
from tests.large import BIG
from tests.library import post

pytestmark = pytest.mark.django_db
LARGE = [model for model in admin.site._registry if model._meta.db_table in BIG]


@pytest.fixture
def owner(client):
    client.force_login(cast.olga())
    return client


def listed(client, model, **asked):
    return client.get(
        reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist"), asked
    )


def found(client, model, words):
    return set(listed(client, model, q=words).context["cl"].result_list)


@pytest.mark.parametrize("model", LARGE, ids=lambda model: model._meta.label)
def test_no_list_counts_a_whole_table(owner, model, monkeypatch):
    assert isinstance(admin.site.get_model_admin(model), LargeAdmin)
    monkeypatch.setattr("courses.admin.similar.ALL_READ", lambda: True)
    with CaptureQueriesContext(connection) as queries:
        assert listed(owner, model).status_code == 200
    counts = [query["sql"] for query in queries if "COUNT(*)" in query["sql"]]
    assert counts
    assert all("LIMIT 10000" in sql for sql in counts if model._meta.db_table in sql)


def test_there_are_no_fewer_than_the_models_that_grow():
    names = {model._meta.label for model in LARGE}
    assert {"accounts.User", "billing.Purchase", "courses.Post", "lib.AuditLine"} <= names


def test_what_was_not_counted_cannot_be_chosen_all_at_once(owner, monkeypatch):
    for n in range(4):
        post(f"Post {n}")
    monkeypatch.setattr("courses.admin.post.PostAdmin.list_per_page", 2)
    page = listed(owner, type(post("Last"))).text
    assert "Select all 5 posts" in page
    assert "5 posts" in page
    monkeypatch.setattr("nerdherd.lib.large.MOST_COUNTED", 4)
    page = listed(owner, type(post("The very last"))).text
    assert "Select all 4 posts" not in page
    assert "The first 4 posts. There are more" in page


def test_all_is_offered_only_where_something_is_narrowed(owner):
    kind = type(post("Sleep"))
    post("Shame")
    assert "Show all" not in listed(owner, kind).text
    assert "Show all" in listed(owner, kind, q="Sleep").text
    assert "Show all" in listed(owner, kind, state="published").text


def named(address, name):
    person = cast.person(address)
    person.name = name
    person.save()
    return person


class TestSearch:
    """By what was typed at the beginning of something, else by what stands anywhere."""

    @pytest.fixture(autouse=True)
    def people(self):
        self.ann = named("ann.smith", "Ann Smith")
        self.ben = named("ben", "Ben Annesley")

    @pytest.mark.parametrize(
        ("words", "names"),
        [
            ("ann", {"ann.smith"}), ("Ann.Smith@Example.com", {"ann.smith"}), ("annesley", {"ben"}),
            ("smith", {"ann.smith"}), ("example", {"ann.smith", "ben", "olga"}), ("zebra", set()),
            ("100%", set()), ("_", set()), ("", {"ann.smith", "ben", "olga"}), ("\x00", None),
        ],
    )  # fmt: skip
    def test_of_people(self, owner, words, names):
        expected = {"ann.smith", "ben", "olga"} if names is None else names
        assert found(owner, User, words) == {
            User.objects.get(email=f"{name}@example.com") for name in expected
        }

    @pytest.mark.parametrize("words", ["nh_abc", "cs_1", "pi_1", "Buyer@", "ann.s", "uyer"])
    def test_of_purchases(self, owner, words):
        common = {"amount_cents": 2900, "currency": "usd"}
        hers = Purchase.objects.create(
            user=self.ann, buyer="a", reference="nh_abc1", session_id="cs_1", email="Buyer@x.com",
            payment_intent_id="pi_1", **common,
        )  # fmt: skip
        Purchase.objects.create(user=self.ben, buyer="b", session_id="cs_2", **common)
        assert found(owner, Purchase, words) == {hers}

    def test_of_memberships(self, owner):
        hers = Membership.objects.create(user=self.ann)
        Membership.objects.create(user=self.ben, note="of the ann fund")
        assert found(owner, Membership, "ann") == {hers}
        assert found(owner, Membership, "fund") != {hers}

    def test_while_a_person_is_being_chosen(self, owner):
        asked = {"app_label": "billing", "model_name": "membership", "field_name": "user"}
        answer = owner.get("/admin/autocomplete/", {**asked, "term": "ann"}).json()
        assert [one["text"] for one in answer["results"]] == ["ann.smith@example.com"]


def test_a_list_is_cut_by_years(owner):
    for year in (2023, 2025):
        cast.person(f"p{year}", date_joined=datetime(year, 12, 31, 23, tzinfo=UTC))
    page = listed(owner, User)
    choices = {
        choice["display"]: choice["query_string"]
        for choice in page.context["cl"].filter_specs[-1].choices(page.context["cl"])
    }
    assert {"2023", "2024", "2025"} <= choices.keys()
    assert "2022" not in choices
    address = reverse("admin:accounts_user_changelist")
    in_2023 = owner.get(address + choices["2023"]).context["cl"].result_list
    assert [person.email for person in in_2023] == ["p2023@example.com"]
    assert not owner.get(address + choices["2024"]).context["cl"].result_list


def test_it_is_sorted_by_what_has_an_index_and_by_nothing_else(owner):
    for name in ("zoe", "ben"):
        named(name, f"{name} of the list")
    by_address = [person.email for person in listed(owner, User, o="1").context["cl"].result_list]
    assert by_address == ["ben@example.com", "olga@example.com", "zoe@example.com"]
    by_name = [person.email for person in listed(owner, User, o="2").context["cl"].result_list]
    assert by_name == [person.email for person in listed(owner, User).context["cl"].result_list]


def test_before_a_topic_goes_its_posts_are_counted_not_named(owner):
    for n in range(3):
        post(f"Post {n}", topics=("Sleep",))
    page = owner.get(reverse("admin:courses_topic_delete", args=[Topic.objects.get().pk])).text
    assert "Post-topic relationships: 3" in page
    assert "Post 1" not in page


def test_the_files_brought_in_are_listed_without_all_their_rows(owner):
    Move.objects.create(kind="posts", name="blog.csv", outcomes=[[1, "One", "created", []]])
    with CaptureQueriesContext(connection) as queries:
        assert "blog.csv" in owner.get("/admin/moving/").text
    assert not [query for query in queries if '"outcomes"' in query["sql"]]
