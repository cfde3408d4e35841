"""How allauth behaves here: its mails go through our outbox, and a first sign-in has a sequel."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from nerdherd.lib import emails, metrics

LIMITS = ("too_many_login_attempts", "rate_limited")


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own adapter, except that no page waits for a mail server."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail into the outbox; the request itself is not something a mail may quote."""
        site = SimpleNamespace(name=settings.SITE_NAME, domain=settings.SITE_HOST)
        said = {name: value for name, value in context.items() if name != "request"}
        emails.post(email, template_prefix, {"email": email, "current_site": site, **said})

    def validation_error(self, code: str, *args: object) -> ValidationError:
        """What a form complains of; that somebody has tried too often is counted."""
        if code in LIMITS:
            metrics.limits.labels(code).inc()
        return super().validation_error(code, *args)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in; the first time, a reader's next page offers a passkey where there can be one."""
        is_readers_first = user.last_login is None and not getattr(user, "is_staff", False)
        super().login(request, user)
        if leaves_at := getattr(user, "leaves_at", None):
            said = _("Your account is deleted on %(day)s. On your account page you can keep it.")
            messages.warning(request, said % {"day": date_format(leaves_at)})
        if is_readers_first:
            offer = _("Next time, you can sign in with your fingerprint, your face or your PIN.")
            messages.info(request, offer, extra_tags="passkey")
