"""What was counted of posts, as charts and as CSV, for those who may see posts in the admin."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from courses.models import Post
from courses.numbers.charts import charts_of
from courses.numbers.counted import Numbers, Span
from courses.numbers.table import table
from courses.views.desk import for_those_who_see_posts

DAYS = (30, 90)
ISO = "%Y-%m-%d"  # what browsers send and understand, in every language


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format=ISO)


class SpanForm(forms.Form):
    """From one day to another, whichever comes first."""

    first = forms.DateField(label=gettext_lazy("From"), widget=DayInput, input_formats=[ISO])
    last = forms.DateField(label=gettext_lazy("to"), widget=DayInput, input_formats=[ISO])

    @classmethod
    def of(cls, span: Span) -> "SpanForm":
        """To begin with."""
        return cls(initial={"first": span.first, "last": span.last}, label_suffix="")

    def span(self) -> Span:
        """What was chosen; the last thirty days where it makes no sense."""
        if not self.is_valid():
            return Span.of_last(DAYS[0])
        return Span(*sorted([self.cleaned_data["first"], self.cleaned_data["last"]]))


@require_safe
@for_those_who_see_posts
def numbers(request: HttpRequest, pk: int) -> HttpResponse:
    """Of one post, day by day, over the last thirty or ninety days."""
    post = get_object_or_404(Post, pk=pk)
    chosen = next((days for days in DAYS if str(days) == request.GET.get("days")), DAYS[0])
    span = Span.of_last(chosen)
    context = {
        **admin.site.each_context(request),
        "title": _("Numbers of “%(post)s”") % {"post": post},
        "post": post,
        "charts": charts_of(post, Numbers.of(span, post)),
        "days": DAYS,
        "chosen": chosen,
        "range": SpanForm.of(span),
    }
    return render(request, "admin/courses/post/numbers.html", context)


@require_safe
@for_those_who_see_posts
def numbers_csv(request: HttpRequest, pk: int | None = None) -> StreamingHttpResponse:
    """Of one post or of all, over the days from `first` to `last`."""
    post = get_object_or_404(Post, pk=pk) if pk else None
    span = SpanForm(request.GET).span()
    name = f"{post.slug if post else 'numbers'}-{span.first}-{span.last}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(
        table(span, post), content_type="text/csv; charset=utf-8", headers=headers
    )
