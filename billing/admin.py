"""The owner's books in the admin: read everything, grant, take back, refund; type in nothing."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from billing import gateway
from billing.models import Gift, Membership, Purchase, StripeEvent
from billing.settle import Contended, give_back
from nerdherd.lib.large import LargeAdmin, YearsFilter


class ReadOnlyAdmin(LargeAdmin):
    """What Stripe or the site itself wrote down; people look at it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody invents one."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody rewrites one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody loses one."""
        return False


class ReadOnlyInline(admin.TabularInline):
    """What belongs to a purchase, to be looked at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody invents one."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody rewrites one."""
        return False


class LedgerInline(ReadOnlyInline):
    model = Membership
    verbose_name_plural = _("who got in with it")
    fields = ["user", "source", "granted_at", "revoked_at", "reason"]


class GiftInline(ReadOnlyInline):
    model = Gift
    fields = ["from_name", "to_name", "to_email", "deliver_on", "delivered_at", "redeemed_at"]


@admin.register(Purchase)
class PurchaseAdmin(ReadOnlyAdmin):
    change_form_template = "admin/billing/purchase.html"
    list_display = ["created_at", "who", "amount_display", "status", "paid_at", "next_path"]
    list_filter = ["status", "kind", ("created_at", YearsFilter)]
    list_select_related = ["user"]
    sortable_by = ("created_at", "paid_at")
    search_fields = ["email", "user__email", "reference", "session_id", "payment_intent_id"]
    search_beginnings = tuple(search_fields)
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "who", "kind", "status", "amount_display", "paid_display", "refunded_display",
                    "email",
                ]
            },
        ),
        (
            _("When"),
            {
                "fields": [
                    "created_at", "paid_at", "claimed_at", "refunded_at", "ended_at", "expires_at",
                ]
            },
        ),
        (
            _("At Stripe"),
            {
                "fields": [
                    "reference", "session_id", "payment_intent_id", "dispute_status",
                    "dispute_due_at", "fraud_warning_at", "receipt_url", "next_path", "nameless_at",
                ]
            },
        ),
    ]  # fmt: skip

    @admin.display(description=_("buyer"))
    def who(self, purchase: Purchase) -> str:
        """The account, or what is known while there is none."""
        nobody = gettext("somebody who has not paid yet")
        if purchase.nameless_at is not None:
            nobody = gettext("somebody who has left")
        return str(purchase.user or purchase.email or nobody)

    @admin.display(description=_("amount"), ordering="amount_cents")
    def amount_display(self, purchase: Purchase) -> str:
        """What was offered."""
        return purchase.amount_display

    @admin.display(description=_("paid"))
    def paid_display(self, purchase: Purchase) -> str:
        """What came in."""
        return purchase.paid_display

    @admin.display(description=_("given back"))
    def refunded_display(self, purchase: Purchase) -> str:
        """What was given back."""
        return purchase.refunded_display

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """Who got in with it, and of a gift its card."""
        is_gift = obj is not None and obj.kind == Purchase.Kind.GIFT
        return [GiftInline, LedgerInline] if is_gift else [LedgerInline]

    def get_urls(self) -> list[URLPattern]:
        """The admin's own, and the refund button's."""
        view = self.admin_site.admin_view(require_POST(self.refund))
        mine = path("<int:pk>/refund/", view, name="billing_purchase_refund")
        return [mine, *super().get_urls()]

    def refund(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give the money back through Stripe, and then read there what came of it."""
        get_object_or_404(Purchase, pk=pk)
        page = redirect(reverse("admin:billing_purchase_change", args=[pk]))
        if not request.user.has_perm("billing.refund_purchase"):
            messages.error(request, _("Only an owner or support may give money back."))
            return page
        try:
            purchase = give_back(pk)
        except gateway.Refused as error:
            said = _("Stripe refused the refund: %(reason)s") % {"reason": error}
            messages.error(request, said)
        except (gateway.Unavailable, Contended):
            text = _("Stripe did not answer. Press again; it will be one refund.")
            messages.error(request, text)
        else:
            now = {"amount": purchase.refunded_display, "status": purchase.get_status_display()}
            messages.success(request, _("%(amount)s given back. Now: %(status)s.") % now)
        return page


@admin.register(Membership)
class MembershipAdmin(LargeAdmin):
    list_display = ["user", "source", "granted_at", "revoked_at", "reason", "note"]
    list_filter = ["source", "reason", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    sortable_by = ("granted_at",)
    search_fields = ["user__email", "note"]
    search_beginnings = ("user__email",)
    autocomplete_fields = ["user"]
    actions = ["take_back"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A ledger is added to, not rewritten; ending one is an action of its own."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A ledger forgets nothing."""
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Giving asks whom and why; looking shows the whole line."""
        if obj is None:
            description = _(
                "Complete access as a gift of yours, now. Somebody without an account yet gets one "
                "by the plus sign; they sign in with a code that is mailed to their address."
            )
            return [(None, {"fields": ["user", "note"], "description": description})]
        why = ["user", "source", "purchase", "invitation", "note"]
        return [(None, {"fields": [*why, "granted_at", "revoked_at", "reason"]})]

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        """A membership that we give."""
        obj.source, obj.granted_at = Membership.Source.STAFF, timezone.now()
        super().save_model(request, obj, form, change)
        Membership.follow_inviter(form.cleaned_data["user"].pk)

    @admin.action(description=_("Take access back"), permissions=["add"])
    def take_back(self, request: HttpRequest, rows: Any) -> None:
        """End the chosen memberships now; the people keep their accounts."""
        live = list(rows.live())
        for membership in live:
            membership.revoke()
        said = ngettext("%(count)d taken back.", "%(count)d taken back.", len(live))
        messages.success(request, said % {"count": len(live)})


@admin.register(Gift)
class GiftAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "from_name", "to_name", "purchase", "deliver_on", "redeemed_at"]
    list_filter = ["purchase__status", ("redeemed_at", admin.EmptyFieldListFilter)]
    list_select_related = ["purchase"]
    sortable_by = ("created_at",)
    search_fields = ["code", "to_email", "purchase__email", "purchase__user__email"]


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "type", "event_id", "done_at", "error"]
    list_filter = [("done_at", admin.EmptyFieldListFilter), ("received_at", YearsFilter)]
    sortable_by = ("received_at", "event_id")
    search_fields = ["event_id", "type"]
    search_beginnings = ("event_id", "type")
