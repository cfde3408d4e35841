"""A person's own pages."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Where somebody stands, and how they sign in; other rooms of the house add their sections."""
    context = {"sections": settings.ACCOUNT_PAGE_SECTIONS}
    return render(request, "account/home.html", context)
