"""Bar charts as geometry: numbers for SVG attributes, and the same as text for a table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.owner.figures import WEEKS, Figures, Period, signed_money

# In the units of the viewBox, which are about pixels on a phone.
WIDTH, HEIGHT = 360, 150
TOP, BOTTOM = 18, 126
GAP = 5
# Half of a letter above a bar: no label reaches over the edge.
HALF_LETTER = 3.7
# So many characters fit above a bar; when one label is longer only the highest bar is labelled.
LABEL_FITS = 4


@dataclass(frozen=True)
class Bar:
    """One period: `label` stands above the bar (or nothing), `value` is the number in full."""

    name: str
    value: str
    x: float
    y: float
    width: float
    height: float
    label: str
    label_x: float
    label_y: float
    is_partial: bool


@dataclass(frozen=True)
class Chart:
    """A row of bars over (or under) the line at `zero_y`; `summary` says it in one sentence."""

    title: str
    tone: str
    summary: str
    bars: list[Bar]
    zero_y: float
    first_label: str

    width, height = WIDTH, HEIGHT


def weekly_charts(figures: Figures) -> list[Chart]:
    """Joins, what was given back, and the income in each currency."""
    weeks = figures.weeks
    charts = [
        _chart(_("Joins"), "good", weeks, [week.joins for week in weeks], str),
        _chart(_("Money given back"), "bad", weeks, [week.refunds for week in weeks], str),
    ]
    for currency in figures.currencies:
        cents = [week.income[currency] for week in weeks]
        show = partial(signed_money, currency=currency)
        charts.append(
            _chart(
                _("Income, %(currency)s") % {"currency": currency.upper()},
                "good",
                weeks,
                cents,
                show,
            )
        )
    return charts


def _chart(
    title: str, tone: str, weeks: list[Period], values: list[int], show: Callable[[int], str]
) -> Chart:
    highest, lowest = max(0, *values), min(0, *values)
    per_unit = (BOTTOM - TOP) / ((highest - lowest) or 1)
    zero_y = TOP + highest * per_unit
    shown = [show(value) for value in values]
    labels = _labels(values, shown)
    bars = [
        _bar(week, shown[at], at, values[at] * per_unit, zero_y, labels[at])
        for at, week in enumerate(weeks)
    ]
    best = values.index(max(values))
    summary = _(
        "%(title)s in the last %(weeks)s weeks: %(sum)s in all, "
        "most in %(best_week)s (%(best)s), this week so far %(now)s."
    ) % {
        "title": title,
        "weeks": len(weeks),
        "sum": show(sum(values)),
        "best_week": weeks[best].name,
        "best": shown[best],
        "now": shown[-1],
    }
    first = date_format(weeks[0].first, "j M")
    return Chart(title, tone, summary, bars, round(zero_y, 1), first)


def _bar(week: Period, value: str, at: int, rise: float, zero_y: float, label: str) -> Bar:
    """The bar of one week; `rise` is how far it goes up from the line, or (below zero) down."""
    step = WIDTH / WEEKS
    top = zero_y - max(0.0, rise)
    half = len(label) * HALF_LETTER
    return Bar(
        name=week.name,
        value=value,
        x=round(at * step + GAP / 2, 1),
        y=round(top, 1),
        width=round(step - GAP, 1),
        height=round(abs(rise), 1),
        label=label,
        label_x=round(min(max((at + 0.5) * step, half), WIDTH - half), 1),
        label_y=round(top - 5, 1),
        is_partial=week.is_current,
    )


def _labels(values: list[int], shown: list[str]) -> list[str]:
    """What stands above each bar; nothing above those that are not above the line."""
    best = values.index(max(values))
    all_fit = all(len(text) <= LABEL_FITS for text in shown)
    return [
        text if value > 0 and (all_fit or at == best) else ""
        for at, (value, text) in enumerate(zip(values, shown, strict=True))
    ]
