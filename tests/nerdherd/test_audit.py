"""The audit log: everything that matters is in it, with who did it; nobody can take it out again."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from billing.models import Membership, Purchase
from billing.offer import note_price
from billing.timetable import note_price as at_the_start
from courses.models import Post
from nerdherd.accounts import leaving
from nerdherd.accounts.models import User
from nerdherd.lib import worker
from nerdherd.lib.models import AuditLine, OnlyAddedToError
from nerdherd.moving.models import Move
from nerdherd.moving.work import go_through_next
from tests import cast
from tests.billing.shop import come_back, deliver, press_join
from tests.library import post
from tests.nerdherd.test_own_pages import proved, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_tried_before():
    cache.clear()


@pytest.fixture
def olga() -> User:
    return cast.olga()


@pytest.fixture
def owner(olga) -> Client:
    browser = Client()
    browser.force_login(olga)
    return browser


@pytest.fixture
def bought(client, stripe) -> Purchase:
    """Rui has paid and got in; signed in as `client`."""
    client.force_login(cast.rui())
    purchase = press_join(client)
    stripe.pay(purchase.session_id or "")
    come_back(client, purchase)
    return Purchase.objects.get(pk=purchase.pk)


def told(kind: str) -> list[tuple[str, str, str]]:
    """Of one kind: who did it, on what, and what; the oldest first."""
    lines = AuditLine.objects.filter(kind=kind).order_by("pk")
    return [(line.label or str(line.who or "-"), line.on, line.what) for line in lines]


class TestWhatIsInIt:
    def test_access_that_we_give_and_take_back(self, owner):
        rui = cast.rui()
        owner.post("/admin/billing/membership/add/", {"user": rui.pk, "note": "for Rui"})
        line = Membership.objects.get()
        chosen = {"action": "take_back", "_selected_action": line.pk}
        owner.post("/admin/billing/membership/", chosen)
        assert told("access") == [
            ("olga@example.com", f"person {rui.pk}", "granted: staff"),
            ("olga@example.com", f"person {rui.pk}", "ended: staff"),
        ]

    def test_a_payment_a_refund_and_who_asked_for_it(self, owner, olga, stripe, bought):
        person, purchase = f"person {bought.user_id}", f"purchase {bought.pk}"
        rui = str(bought.user_id)
        assert told("payment") == [(rui, purchase, "status: open > paid")]
        assert told("access") == [(rui, person, "granted: purchase")]
        owner.post(f"/admin/billing/purchase/{bought.pk}/refund/")
        assert told("payment")[1:] == [
            (olga.email, purchase, "refund asked for"),
            (olga.email, purchase, "status: paid > refunded, refunded_cents: - > 2900"),
        ]
        assert told("access")[1:] == [(olga.email, person, "ended: refunded")]

    def test_a_dispute_begins_and_ends_by_the_bank(self, client, stripe, bought):
        AuditLine.objects.count()
        dispute = stripe.dispute(bought.payment_intent_id)
        deliver(Client(), stripe, "charge.dispute.created")
        stripe.dispute_update(dispute["id"], "won")
        deliver(Client(), stripe, "charge.dispute.closed")
        purchase, person = f"purchase {bought.pk}", f"person {bought.user_id}"
        begun = "status: paid > disputed, dispute_status: - > needs_response"
        over = "status: disputed > paid, dispute_status: needs_response > won"
        assert told("payment")[1:] == [("-", purchase, begun), ("-", purchase, over)]
        assert told("access")[1:] == [
            ("-", person, "ended: disputed"), ("-", person, "granted: purchase")
        ]  # fmt: skip

    def test_a_new_price_once(self, settings):
        assert at_the_start in worker.beginnings
        for price in (2900, 2900, 3900, 3900, 2900):
            settings.OFFER_PRICE_CENTS = price
            note_price()
        assert [what for _, _, what in told("price")] == ["2900 usd", "3900 usd", "2900 usd"]

    def test_what_comes_out_goes_in_is_planned_and_deleted(self, owner):
        draft = post("Nap", published_at=None)
        later = timezone.now() + timedelta(days=1)
        for moment in (timezone.now(), later, later, None):
            Post.objects.get(pk=draft.pk).save()
            changed = Post.objects.get(pk=draft.pk)
            changed.published_at = moment
            changed.save()
        due = f"due {later:%Y-%m-%d %H:%M} UTC, free"
        assert [what for _, _, what in told("publication")] == [
            "draft > out, free", f"out, free > {due}", f"{due} > draft"
        ]  # fmt: skip
        owner.post(f"/admin/courses/post/{draft.pk}/delete/", {"post": "yes"})
        last = ("olga@example.com", f"post {draft.slug}", "deleted, was draft")
        assert told("publication")[-1] == last

    def test_a_post_that_is_for_others_now(self):
        shown = post("Nap")
        shown.access = "members"
        shown.save()
        assert told("publication")[-1][2] == "out, free > out, members"

    def test_what_somebody_may_do(self, owner):
        rui = cast.rui()
        page = f"/admin/accounts/user/{rui.pk}/change/"
        editors = Group.objects.get(name="Editors")
        form = {"email": rui.email, "is_active": "on", "is_staff": "on", "groups": editors.pk}
        owner.post(page, form)
        owner.post(page, {"email": rui.email, "is_active": "on", "is_superuser": "on"})
        who, on = "olga@example.com", f"person {rui.pk}"
        assert [line for line in told("rights") if line[1] == on] == [
            (who, on, "is_staff: on"),
            (who, on, "given: group Editors"),
            (who, on, "is_staff: off"),
            (who, on, "is_superuser: on"),
            (who, on, "taken away: group Editors"),
        ]

    def test_what_a_group_may_do(self):
        editors = Group.objects.get(name="Editors")
        editors.permissions.remove(Permission.objects.get(codename="add_post"))
        assert told("rights")[-1] == ("-", "group Editors", "taken away: courses.add_post")
        editors.permissions.clear()
        assert told("rights")[-1] == ("-", "group Editors", "taken away: every permission")

    def test_signing_in_and_a_new_name_are_nothing_of_it(self):
        rui = proved(cast.rui())
        signed_in(rui)
        rui.name = "Rui"
        rui.save()
        assert not AuditLine.objects.filter(on=f"person {rui.pk}").exists()

    def test_taking_along_and_leaving(self):
        rui = proved(cast.rui())
        client, me = signed_in(rui), str(rui.pk)
        client.post("/account/export/")
        client.post("/account/delete/")
        client.post("/account/delete/withdrawal/")
        client.post("/account/delete/withdrawal/")
        client.post("/account/delete/")
        User.objects.update(leaves_at=timezone.now())
        leaving.finish_due()
        on = f"person {me}"
        assert told("account") == [
            (me, on, "taken along in a file"),
            (me, on, "asked to be deleted"),
            (me, on, "stays after all"),
            (me, on, "asked to be deleted"),
            ("-", on, "deleted"),
        ]

    def test_members_who_are_brought_in_by_whoever_brought_the_file(self, olga):
        content = ContentFile(b"email\nzoe@example.com\nnobody\n", "members.csv")
        Move.objects.create(
            kind="members", name="members.csv", file=content, by=olga, stage="moving",
            columns={"email": "email"},
        )  # fmt: skip
        go_through_next()
        zoe = User.objects.get(email="zoe@example.com")
        assert told("access") == [(olga.email, f"person {zoe.pk}", "granted: imported")]
        assert told("import") == [
            (olga.email, "members", "created 1  updated 0  unchanged 0  skipped 1")
        ]


def test_it_is_written_with_its_cause_or_not_at_all():
    rui = cast.rui()
    with suppress(RuntimeError), transaction.atomic():
        Membership.grant(user_id=rui.pk, source="staff")
        raise RuntimeError
    assert (Membership.objects.count(), told("access")) == (0, [])


def test_nothing_in_it_names_a_member(owner):
    rui = User.objects.create_user("rui@example.com", name="Rui Quillfeather")
    owner.post("/admin/billing/membership/add/", {"user": rui.pk, "note": "for Rui Quillfeather"})
    owner.post(f"/admin/accounts/user/{rui.pk}/delete/", {"post": "yes"})
    whole = " ".join(f"{line.label} {line.on} {line.what}" for line in AuditLine.objects.all())
    assert "deleted" in whole
    assert "rui" not in whole.lower().replace("accounts.", "")


class TestNobodyCanTakeItOut:
    @pytest.fixture
    def line(self) -> AuditLine:
        return AuditLine.objects.create(kind="price", on="offer", what="2900 usd")

    def test_not_by_the_models(self, line):
        line.what = "1 usd"
        for act in (
            line.save,
            line.delete,
            AuditLine.objects.all().delete,
            lambda: AuditLine.objects.update(what="1 usd"),
        ):
            with pytest.raises(OnlyAddedToError):
                act()

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE lib_auditline SET what = '1 usd'",
            "DELETE FROM lib_auditline",
            "DELETE FROM lib_auditline WHERE id = {pk}",
            "INSERT INTO lib_auditline (id, at, kind, label, \"on\", what) "
            "VALUES ({pk}, '2026-01-01', 'price', '', 'offer', '1 usd') "
            "ON CONFLICT (id) DO UPDATE SET what = '1 usd'",
            {"sqlite": "REPLACE INTO lib_auditline (id, at, kind, label, \"on\", what) "
                       "VALUES ({pk}, '2026-01-01', 'price', '', 'offer', '1 usd')",
             "postgresql": "TRUNCATE lib_auditline"},
        ],
    )  # fmt: skip
    def test_not_by_the_database(self, line, statement):
        said = statement if isinstance(statement, str) else statement[connection.vendor]
        with (
            pytest.raises(DatabaseError, match="only added to"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(said.format(pk=line.pk))
        assert AuditLine.objects.get(pk=line.pk).what == "2900 usd"

    def test_not_by_the_admin(self, owner, line):
        page = f"/admin/lib/auditline/{line.pk}/"
        assert owner.get(f"{page}change/").status_code == 200
        assert owner.post(f"{page}change/", {"what": "1 usd"}).status_code == 403
        assert owner.post(f"{page}delete/", {"post": "yes"}).status_code == 403
        assert owner.post("/admin/lib/auditline/add/", {}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": line.pk, "post": "yes"}
        owner.post("/admin/lib/auditline/", chosen)
        assert AuditLine.objects.get(pk=line.pk).what == "2900 usd"


class TestPage:
    LIST = "/admin/lib/auditline/"

    def shown(self, owner: Client, **asked: str) -> str:
        return owner.get(self.LIST, asked).text

    def test_it_is_found_by_kind_person_and_thing(self, owner, olga):
        rui = cast.rui()
        owner.post("/admin/billing/membership/add/", {"user": rui.pk, "note": ""})
        note_price()
        everything = self.shown(owner)
        assert "granted: staff" in everything
        assert "2900 usd" in everything
        assert "2900 usd" not in self.shown(owner, kind="access")
        for asked in (str(rui.pk), "rui@example.com", "olga@example.com", f"person {rui.pk}"):
            page = self.shown(owner, q=asked)
            assert "granted: staff" in page, asked
            assert "2900 usd" not in page, asked
        assert "granted: staff" not in self.shown(owner, q="zoe@example.com")
        assert "granted: staff" not in self.shown(owner, q="9" * 18)
        assert self.shown(owner, at__year="2001").count("granted: staff") == 0

    def test_nobody_but_an_owner_sees_it(self):
        support = cast.person("sue", is_staff=True)
        support.groups.add(*Group.objects.all())
        client = Client()
        client.force_login(support)
        assert client.get(self.LIST).status_code == 403
        assert "auditline" not in client.get("/admin/").text

    def test_a_long_log_is_counted_so_far_and_no_further(self, owner, monkeypatch):
        monkeypatch.setattr("nerdherd.lib.large.MOST_COUNTED", 3)
        for number in range(5):
            AuditLine.objects.create(kind="price", on="offer", what=f"{number} usd")
        page = self.shown(owner)
        assert "The first 3 audit log. There are more" in page
        assert "5 audit log" not in page
