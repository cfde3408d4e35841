"""The numbers of the owner's page: exact cents, whole weeks, and charts that anybody can read."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from billing.decision import decide
from billing.facts import Facts
from billing.models import Membership, Purchase
from billing.owner import figures
from billing.owner.charts import weekly_charts
from tests import cast
from tests.billing.owners_books import PAGE, sold
from tests.billing.shop import come_back, deliver, press_join

pytestmark = pytest.mark.django_db(transaction=True)

WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)


class TestFigures:
    """Cents, weeks and months."""

    def test_income_is_what_was_paid_less_what_went_back_each_in_its_week(self):
        last_week = WEDNESDAY - timedelta(weeks=1)
        sold(last_week, paid_cents=2950)
        sold(WEDNESDAY, paid_cents=1451, amount_cents=2900)
        sold(last_week, refunded_cents=1001, refunded_at=WEDNESDAY)
        sold(last_week, status="lost", ended_at=WEDNESDAY)
        sold(WEDNESDAY, currency="eur", paid_cents=1)

        numbers = figures.figures(WEDNESDAY)

        before, current = numbers.weeks[-2:]
        assert (before.joins, before.refunds, dict(before.income)) == (3, 0, {"usd": 8750})
        assert (current.joins, current.refunds) == (2, 2)
        assert dict(current.income) == {"usd": 1451 - 1001 - 2900, "eur": 1}
        assert numbers.month.income == {"usd": 8750 + 1451 - 1001 - 2900, "eur": 1}
        assert numbers.currencies == ["eur", "usd"]

    def test_weeks_begin_on_monday_where_the_site_is(self, settings):
        settings.TIME_ZONE = "America/Los_Angeles"
        monday = datetime(2026, 11, 23, 8, tzinfo=UTC)  # midnight there
        sold(monday - timedelta(seconds=1))
        sold(monday)

        weeks = figures.figures(WEDNESDAY).weeks

        assert [week.joins for week in weeks[-2:]] == [1, 1]
        assert [week.is_current for week in weeks] == [False] * 11 + [True]
        assert weeks[-1].name == "2026-W48, from November 23"

    def test_a_week_with_a_change_of_clocks_is_a_week(self, settings):
        settings.TIME_ZONE = "America/New_York"
        for moment in ("2026-10-26T04:00Z", "2026-11-02T04:59Z", "2026-11-02T05:00Z"):
            sold(datetime.fromisoformat(moment))
        weeks = {week.first.isoformat(): week.joins for week in figures.figures(WEDNESDAY).weeks}
        assert (weeks["2026-10-26"], weeks["2026-11-02"]) == (2, 1)

    def test_what_is_older_than_twelve_weeks_is_not_counted(self):
        monday = datetime(2026, 9, 7, tzinfo=UTC)
        sold(monday - timedelta(seconds=1))
        sold(monday)
        assert sum(week.joins for week in figures.figures(WEDNESDAY).weeks) == 1

    def test_a_misfit_and_an_unpaid_one_are_no_income(self):
        Purchase.objects.create(
            buyer="b", amount_cents=2900, currency="usd", status="misfit", paid_cents=900
        )
        numbers = figures.figures(timezone.now())
        assert numbers.month.income["usd"] == numbers.month.joins == 0

    def test_what_a_promotion_code_took_off_is_not_income(self, client, owner, stripe):
        stripe.promotion_code("HALF", percent_off=50)
        stripe.promotion_code("FRIENDS", percent_off=100)
        for code, name in (("HALF", "ann"), ("FRIENDS", "ben")):
            client.force_login(cast.person(name))
            purchase = press_join(client)
            stripe.pay(purchase.session_id, promotion_code=code)
            come_back(client, purchase)
        month = figures.figures(timezone.now()).month
        assert (month.joins, month.income["usd"]) == (2, 1450)
        assert "$14.50" in owner.get(PAGE).text

    def test_a_refund_that_failed_is_income_again(self, client, owner, stripe, bought):
        refund = stripe.refund(payment_intent=bought.payment_intent_id, amount=1000)
        deliver(client, stripe, "charge.refunded")
        assert figures.figures(timezone.now()).month.income["usd"] == 1900
        stripe.fail_refund(refund["id"])
        deliver(client, stripe, "refund.failed")
        month = figures.figures(timezone.now()).month
        assert (month.refunds, month.income["usd"]) == (0, 2900)
        assert Purchase.objects.get().refunded_at is None

    def test_buyers_are_counted_by_the_page_whose_button_it_was(self, owner, bought):
        for _ in range(2):
            sold(next_path="/posts/shame/")
        sold(timezone.now() - timedelta(days=91), next_path="/posts/old/")
        sold(kind="gift", next_path="/gift/")
        assert figures.sources(timezone.now()) == [
            {"next_path": "/posts/shame/", "joins": 2, "this_month": 2},
            {"next_path": "/posts/why/", "joins": 1, "this_month": 1},
        ]
        assert '<a href="/posts/shame/">/posts/shame/</a>' in owner.get(PAGE).text

    def test_the_month_is_counted_beside_the_twelve_weeks(self):
        for moment in ("2026-10-31T23:59Z", "2026-11-01T00:00Z", "2026-09-06T23:59Z"):
            sold(datetime.fromisoformat(moment), next_path="/posts/shame/")
        assert figures.sources(WEDNESDAY) == [
            {"next_path": "/posts/shame/", "joins": 2, "this_month": 1}
        ]

    def test_only_the_ten_best_pages_are_named(self):
        for number in range(12):
            sold(next_path=f"/posts/{number:02}/")
        assert len(figures.sources(timezone.now())) == 10

    def test_a_member_is_counted_once_however_many_lines_are_live(self):
        mona = cast.mona()
        Membership.objects.create(user=mona, source=Membership.Source.GIFT)
        cast.rex()
        Membership.objects.create(user=None)
        assert figures.members_now() == 1


class TestCharts:
    """Bars that anybody can read."""

    def test_each_chart_has_a_name_and_the_same_numbers_as_a_table(self, owner, bought):
        page = owner.get(PAGE).text
        charts = re.findall(r'<svg viewBox[^>]*role="img" aria-label="([^"]+)"', page)
        assert [name.split(" in the")[0] for name in charts] == [
            "Joins", "Money given back", "Income, USD",
        ]  # fmt: skip
        assert "$29 in all" in charts[2]
        assert page.count("as a table</summary>") == 3
        assert page.count(" (so far)</th>") == 3
        assert page.count('class="bar good partial"') == 2

    def test_bars_stay_inside_and_hang_below_the_line_when_more_went_back(self):
        sold(WEDNESDAY - timedelta(weeks=3), paid_cents=123_456)
        sold(WEDNESDAY - timedelta(weeks=30), refunded_cents=50_000, refunded_at=WEDNESDAY)
        chart = weekly_charts(figures.figures(WEDNESDAY))[-1]
        for bar in chart.bars:
            assert 0 <= bar.x <= bar.x + bar.width <= chart.width
            assert 0 <= bar.y <= bar.y + bar.height <= chart.height
        assert chart.bars[-1].y == chart.zero_y
        assert chart.bars[-1].value == "−$500"
        assert [bar.label for bar in chart.bars if bar.label] == ["$1,234.56"]

    def test_nothing_sold_is_no_error(self, owner):
        assert "0 in all" in owner.get(PAGE).text


def test_the_decision_takes_what_was_paid_and_by_when_to_answer():
    due = datetime(2026, 12, 1, tzinfo=UTC)
    facts = Facts(
        session_id="cs_1", status="complete", payment_status="paid", reference="nh_one",
        is_live=False, amount_subtotal=2900, currency="usd", amount_paid=1450,
        dispute_status="needs_response", dispute_due_at=due,
    )  # fmt: skip
    row = Purchase(reference="nh_one", amount_cents=2900, currency="usd")
    decision = decide(row, facts)
    assert (decision.paid_cents, decision.dispute_due_at) == (1450, due)
