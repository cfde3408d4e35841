"""How allauth behaves here: its mails go through our outbox."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

from nerdherd.lib import emails


class AccountAdapter(DefaultAccountAdapter):
    """allauth's own adapter, except that no page waits for a mail server."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail into the outbox; the request itself is not something a mail may quote."""
        site = SimpleNamespace(name=settings.SITE_NAME, domain=settings.SITE_HOST)
        said = {name: value for name, value in context.items() if name != "request"}
        emails.post(email, template_prefix, {"email": email, "current_site": site, **said})
