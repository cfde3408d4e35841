"""The outbox: a mail is written down in the same transaction as its cause and sent afterwards."""

import logging
import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from nerdherd.lib.languages import language_of
from nerdherd.lib.models import OutboxMail

log = logging.getLogger(__name__)

# While one worker sends, the row is not due for the others; after a crash it comes due again.
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
ONCE = "once:"  # how the keys of mails begin that have no cause by which to know them again
KEPT = timedelta(days=30)  # for so long it is known to whom a mail went
WORDLESS = {"subject": "", "text": "", "html": "", "unsubscribe": "", "error": ""}


def post(
    to: str, template: str, context: Mapping[str, Any], *, key: str = "", language: str = ""
) -> None:
    """Write a mail into the outbox, once per `key`; a second one with the same key is dropped.

    Without a key every call is a mail of its own.
    """
    post_all([compose(to, template, context, key=key, language=language)])


def post_all(mails: Iterable[OutboxMail]) -> None:
    """Write composed mails into the outbox, each key once."""
    # Not get_or_create: on a doubled key PostgreSQL would abort the caller's transaction.
    OutboxMail.objects.bulk_create(mails, ignore_conflicts=True)


def compose(
    to: str,
    template: str,
    context: Mapping[str, Any],
    *,
    key: str = "",
    language: str = "",
    unsubscribe: str = "",
) -> OutboxMail:
    """A mail that is not written into the outbox yet.

    `template` names two files, `<template>_subject.txt` and `<template>_message.txt`; the HTML part
    is the same text in the layout of all our mails. It comes in `language`, if that is given, else
    in that of the account with this address, else in that of this moment. With an address to
    `unsubscribe` by it is one of many: what is written to one person alone never waits for it.
    """
    everything = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
    with override(language or language_of(to)):
        subject = " ".join(render_to_string(f"{template}_subject.txt", everything).split())
        text = render_to_string(f"{template}_message.txt", everything).strip() + "\n"
        html = render_to_string("emails/layout.html", {"subject": subject, "text": text})
    return OutboxMail(
        key=key or f"{ONCE}{uuid.uuid4()}",
        to=to,
        subject=subject,
        text=text,
        html=html,
        unsubscribe=unsubscribe,
        due_at=timezone.now(),
    )


def withdraw(key_begins: str) -> None:
    """Take back what has not been sent of the mails whose keys begin like that."""
    OutboxMail.objects.filter(key__startswith=key_begins, sent_at=None).delete()


def forget_sent(key_begins: str) -> None:
    """Forget the mails whose keys begin like that, as soon as they have been sent."""
    OutboxMail.objects.filter(key__startswith=key_begins, sent_at__isnull=False).delete()


def forget(addresses: Iterable[str]) -> None:
    """Forget all mails to these addresses, also those that have not been sent."""
    _forget(OutboxMail.objects.filter(to__in=addresses))


def forget_old() -> None:
    """Forget to whom mails went (or could not be brought) that were written long ago."""
    old = OutboxMail.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(to="")
    _forget(old.exclude(sent_at=None, attempts__lt=MAX_ATTEMPTS))


def _forget(mails: QuerySet[OutboxMail]) -> None:
    """Of a mail that has a cause its key stays, so that the same is not said again."""
    mails.filter(key__startswith=ONCE).delete()
    mails.update(to="", attempts=MAX_ATTEMPTS, **WORDLESS)


def waiting() -> QuerySet[OutboxMail]:
    """Mails to one person alone that have not gone out yet."""
    return OutboxMail.objects.filter(sent_at=None, attempts__lt=MAX_ATTEMPTS, unsubscribe="")


def given_up() -> QuerySet[OutboxMail]:
    """Mails that could not be brought, and that are not forgotten yet."""
    return OutboxMail.objects.filter(sent_at=None, attempts__gte=MAX_ATTEMPTS).exclude(to="")


def send_due(limit: int = 50, *, to_many: bool = False) -> int:
    """Send what is due to one person alone (or `to_many`), each row by one worker only.

    Returns how many went out.
    """
    due = OutboxMail.objects.filter(
        sent_at=None, due_at__lte=timezone.now(), attempts__lt=MAX_ATTEMPTS
    )
    due = due.exclude(unsubscribe="") if to_many else due.filter(unsubscribe="")
    return sum(_send(mail) for mail in due.order_by("due_at")[:limit])


def send_due_to_many() -> int:
    """Send what is due of the mails that go to many; returns how many went out."""
    return send_due(to_many=True)


def _send(mail: OutboxMail) -> bool:
    claim = OutboxMail.objects.filter(pk=mail.pk, sent_at=None, due_at=mail.due_at)
    if not claim.update(due_at=timezone.now() + LEASE, attempts=F("attempts") + 1):
        return False
    message = EmailMultiAlternatives(
        mail.subject, mail.text, to=[mail.to], headers=_headers(mail.unsubscribe)
    )
    message.attach_alternative(mail.html, "text/html")
    row = OutboxMail.objects.filter(pk=mail.pk)
    try:
        message.send()
    except (SMTPException, OSError) as error:
        wait = timedelta(seconds=15 * 2**mail.attempts)
        row.update(due_at=timezone.now() + wait, error=str(error)[:200])
        log.warning("mail %s not sent, next try in %s", mail.pk, wait)
        return False
    # What was said (codes, links) is nobody's business once it has been sent.
    row.update(sent_at=timezone.now(), **WORDLESS)
    return True


def _headers(unsubscribe: str) -> dict[str, str]:
    """RFC 8058: a mail program's own button ends these mails, without a page or a sign-in."""
    if not unsubscribe:
        return {}
    return {
        "List-Unsubscribe": f"<{unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
