"""The owner's charts: joins, what was given back, and the income in each currency."""

from collections.abc import Callable
from functools import partial

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.owner.figures import Figures, Period, signed_money
from nerdherd.lib.charts import Chart, Column


def weekly_charts(figures: Figures) -> list[Chart]:
    """One for each, with a bar a week."""
    weeks = figures.weeks
    charts = [
        _chart(_("Joins"), "good", weeks, [week.joins for week in weeks], str),
        _chart(_("Money given back"), "bad", weeks, [week.refunds for week in weeks], str),
    ]
    for currency in figures.currencies:
        title = _("Income, %(currency)s") % {"currency": currency.upper()}
        cents = [week.income[currency] for week in weeks]
        charts.append(_chart(title, "good", weeks, cents, partial(signed_money, currency=currency)))
    return charts


def _chart(
    title: str, tone: str, weeks: list[Period], values: list[int], show: Callable[[int], str]
) -> Chart:
    best = values.index(max(values))
    summary = _(
        "%(title)s in the last %(weeks)s weeks: %(sum)s in all, "
        "most in %(best_week)s (%(best)s), this week so far %(now)s."
    ) % {
        "title": title,
        "weeks": len(weeks),
        "sum": show(sum(values)),
        "best_week": weeks[best].name,
        "best": show(values[best]),
        "now": show(values[-1]),
    }
    columns = [
        Column(week.name, value, week.is_current) for week, value in zip(weeks, values, strict=True)
    ]
    ends = (date_format(weeks[0].first, "MONTH_DAY_FORMAT"), _("this week"))
    return Chart.of(
        title, columns, summary=summary, unit=_("Week"), ends=ends, tone=tone, show=show
    )
