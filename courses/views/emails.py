"""Which mails somebody wants: chosen on a page of their own, ended from any mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from courses.models import NewsChoice


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def email_choices(request: HttpRequest) -> HttpResponse:
    """How often to be told of new posts; POST changes it."""
    if request.method == "POST":
        pace = request.POST.get("pace")
        if pace not in NewsChoice.Pace.values:
            raise BadRequest
        NewsChoice.choose(request.user, pace)
        messages.success(request, _("Your choice is saved."))
        return redirect("email_choices")
    choice = NewsChoice.objects.filter(person=request.user.pk).first() or NewsChoice()
    return render(request, "courses/account/emails.html", {"pace": choice.pace})


@csrf_exempt  # mail programs press the button themselves (RFC 8058); the key is all they have
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscription(request: HttpRequest, key: str) -> HttpResponse:
    """Who has the key may end the mails that it came with; it opens nothing and tells nothing."""
    choice = get_object_or_404(NewsChoice, key=key)
    if request.method == "POST":
        choice.end()
    context = {"has_ended": choice.pace == NewsChoice.Pace.NEVER}
    response = render(request, "courses/unsubscription.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response
