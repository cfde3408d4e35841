"""People in the admin, with what support needs to find them."""

from typing import Any

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.admin import AuthenticatorAdmin
from allauth.mfa.models import Authenticator
from allauth.usersessions.admin import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from nerdherd.accounts.models import User
from nerdherd.lib.large import LargeAdmin, YearsFilter


@admin.register(User)
class UserAdmin(LargeAdmin, DjangoUserAdmin):
    ordering = ["-date_joined"]
    list_display = ["email", "name", "date_joined", "is_staff"]
    list_filter = ["is_staff", "is_active", "groups", ("date_joined", YearsFilter)]
    sortable_by = ("email", "date_joined")
    search_fields = ["email", "name"]
    search_beginnings = ("email",)
    readonly_fields = ["last_login", "date_joined", "leaves_at"]
    filter_horizontal = ["groups"]
    fieldsets = [
        (None, {"fields": ["email", "name", "language", "password"]}),
        (_("What they may do"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (_("When"), {"fields": ["date_joined", "last_login", "leaves_at"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": ["email", "name", "usable_password", "password1", "password2"],
                "description": _(
                    "Without a password they sign in by a code sent to their address."
                ),
            },
        )
    ]


# allauth's own list would count them all.
admin.site.unregister(EmailAddress)


@admin.register(EmailAddress)
class AddressAdmin(LargeAdmin, EmailAddressAdmin):
    """The addresses of people, and which of them are proved."""

    ordering = ["-pk"]
    list_select_related = ["user"]
    sortable_by = ("email",)
    search_beginnings = ("email", "user__email")


# allauth's own pages would show what the codes are made of, and look for names we do not have.
admin.site.unregister([Authenticator, UserSession])
# And have no words for these but English ones.
Authenticator._meta.verbose_name = _("second factor")
Authenticator._meta.verbose_name_plural = _("second factors")


@admin.register(Authenticator)
class FactorAdmin(AuthenticatorAdmin):
    """To take away what somebody has lost; nothing here can be read or made."""

    exclude = ["data"]
    search_fields = ["user__email"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only on the device itself."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only by the person."""
        return False
