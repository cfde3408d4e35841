"""Whoever paid and has no line in the ledger gets in by themselves, however long ago it was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.mending import mend_ledger
from billing.models import Gift, Membership, Purchase
from nerdherd.lib.models import AuditLine, OutboxMail
from tests import cast
from tests.billing.owners_books import sold
from tests.large import faults_of, fill, watched

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = timezone.now() - timedelta(days=400)


def lines_of(purchase: Purchase) -> list[tuple[int | None, str]]:
    return list(Membership.objects.filter(purchase=purchase).values_list("user_id", "source"))


def test_an_old_purchase_without_its_line_is_mended_and_the_owner_told_once():
    rui, olga = cast.rui(), cast.olga()
    lost = sold(LONG_AGO, user=rui, claimed_at=LONG_AGO)
    sold()  # of today, so that there are spans without any between them

    assert [mend_ledger(), mend_ledger()] == [1, 0]

    assert lines_of(lost) == [(rui.pk, "purchase")]
    assert AuditLine.objects.filter(on=f"person {rui.pk}", what="granted: purchase").count() == 1
    told = OutboxMail.objects.get(to=olga.email)
    assert told.subject == "Somebody who had paid was shut out, and is in again"
    assert f"/admin/billing/purchase/{lost.pk}/change/" in told.text


def test_a_gift_that_was_opened_is_mended_as_well():
    gita = cast.rui()
    given = sold(LONG_AGO, kind="gift")
    Gift.objects.create(purchase=given, redeemed_by=gita, redeemed_at=LONG_AGO)
    assert mend_ledger() == 1
    assert lines_of(given) == [(gita.pk, "gift")]


def test_what_nobody_holds_or_somebody_ended_stays_as_it_is(bought):
    Membership.objects.get().revoke()
    sold(LONG_AGO)  # nobody has typed the code
    Gift.objects.create(purchase=sold(LONG_AGO, kind="gift"))  # nobody has opened it
    sold(LONG_AGO, user=cast.olga(), status="refunded")
    assert mend_ledger() == 0
    assert Membership.objects.live().count() == 0


def test_no_query_grows_with_all_that_was_ever_sold():
    fill()
    with watched() as statements:
        assert mend_ledger() == 0
    assert len(statements) > 2 * 3000 / 4 / 30  # two for each month of the three thousand
    assert [fault for sql, params in statements for fault in faults_of(sql, params)] == []
