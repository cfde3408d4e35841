"""Where a person sees where they stand: membership, what they paid, and the ledger's history."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nerdherd.accounts.models import User


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own page."""
    person: User = request.user  # type: ignore[assignment]  # login_required stands above
    ledger = list(person.memberships.all())
    live = [row for row in ledger if row.revoked_at is None]
    purchases = person.purchases.filter(paid_at__isnull=False)
    context = {
        "member_since": min((row.granted_at for row in live), default=None),
        "ledger": ledger,
        "purchases": purchases,
    }
    return render(request, "billing/account.html", context)
