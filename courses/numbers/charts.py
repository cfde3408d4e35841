"""The numbers as bars: each by day, and how far those come who play a video."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import DailyCount, Post
from courses.numbers.counted import Numbers
from nerdherd.lib.charts import Chart, Column

TITLES = {
    "views": gettext_lazy("Views"),
    "plays": gettext_lazy("Plays"),
    "reached_25": gettext_lazy("A quarter"),
    "reached_50": gettext_lazy("Half"),
    "reached_75": gettext_lazy("Three quarters"),
    "completions": gettext_lazy("To the end"),
    "joins": gettext_lazy("Joins"),
}
OF_A_TEXT = ("views", "completions", "joins")
OF_A_VIDEO = ("views", "plays", "completions", "joins")


def charts_of(post: Post, numbers: Numbers) -> list[Chart]:
    """What there is to see of a post, less of a text than of a video; none where all is nought."""
    if not numbers.days:
        return []
    if post.kind == "article":
        return daily_charts(numbers, OF_A_TEXT)
    return [*daily_charts(numbers, OF_A_VIDEO), how_far(numbers)]


def daily_charts(numbers: Numbers, names: Sequence[str]) -> list[Chart]:
    """A bar a day; today's is not over."""
    return [_by_day(str(TITLES[name]), numbers, numbers.each_day(name)) for name in names]


def _by_day(title: str, numbers: Numbers, values: list[int]) -> Chart:
    days = list(numbers.span)
    names = [date_format(day, "MONTH_DAY_FORMAT") for day in days]
    best = values.index(max(values))
    said = {
        "title": title,
        "first": names[0],
        "last": names[-1],
        "sum": sum(values),
        "best_day": names[best],
        "best": values[best],
    }
    summary = _("%(title)s from %(first)s to %(last)s: %(sum)s in all") % said
    if values[best]:
        summary += _(", most on %(best_day)s (%(best)s)") % said
    today = timezone.localdate()
    columns = [
        Column(name, value, day == today)
        for name, value, day in zip(names, values, days, strict=True)
    ]
    return Chart.of(title, columns, summary=summary, unit=_("Day"), ends=(names[0], names[-1]))


def how_far(numbers: Numbers) -> Chart:
    """How many of those who played it came to each quarter."""
    names = DailyCount.COUNTED[1:]
    columns = [Column(str(TITLES[name]), numbers.total(name)) for name in names]
    summary = ", ".join(f"{column.name}: {column.value}" for column in columns)
    ends = (str(TITLES[names[0]]), str(TITLES[names[-1]]))
    return Chart.of(_("How far they came"), columns, summary=summary, unit=_("Up to"), ends=ends)
