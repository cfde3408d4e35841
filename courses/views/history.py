"""What somebody has seen, on a page of their own: to go on with, to clear, or not to be kept."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses.models import PausedHistory, Post, Progress
from courses.pages import stretch_of
from nerdherd.lib.requests import signed_in_post


@require_safe
@login_required
def history(request: HttpRequest) -> HttpResponse:
    """Everything seen within a year, the latest first."""
    posts = Post.objects.visible_to(request.user).history_of(request.user)
    context = {
        "page": stretch_of(posts, request, by="moment"),
        "paused": PausedHistory.objects.filter(person=request.user.pk).first(),
    }
    return render(request, "courses/account/history.html", context)


@signed_in_post
def clearing(request: HttpRequest) -> HttpResponse:
    """Forget everything that was seen, and every place."""
    Progress.objects.filter(person=request.user.pk).delete()
    messages.success(request, _("Your history is empty now."))
    return redirect("history")


@signed_in_post
def pause(request: HttpRequest) -> HttpResponse:
    """Remember nothing from now on."""
    PausedHistory.objects.get_or_create(person_id=request.user.pk)
    messages.success(request, _("Paused. Nothing you see from now on is kept."))
    return redirect("history")


@signed_in_post
def resumption(request: HttpRequest) -> HttpResponse:
    """Remember again."""
    PausedHistory.objects.filter(person=request.user.pk).delete()
    messages.success(request, _("What you see is kept again, so that you can go on anywhere."))
    return redirect("history")
