"""The outbox: a mail is written down in the same transaction as its cause and sent afterwards."""

import logging
import uuid
from collections.abc import Mapping
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from nerdherd.lib.models import OutboxMail

log = logging.getLogger(__name__)

# While one worker sends, the row is not due for the others; after a crash it comes due again.
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8


def post(to: str, template: str, context: Mapping[str, Any], *, key: str = "") -> None:
    """Write a mail into the outbox, once per `key`; a second one with the same key is dropped.

    `template` names two files, `<template>_subject.txt` and `<template>_message.txt`; the HTML part
    is the same text in the layout of all our mails. Without a key every call is a mail of its own.
    """
    everything = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
    subject = " ".join(render_to_string(f"{template}_subject.txt", everything).split())
    text = render_to_string(f"{template}_message.txt", everything).strip() + "\n"
    mail = OutboxMail(
        key=key or f"once:{uuid.uuid4()}",
        to=to,
        subject=subject,
        text=text,
        html=render_to_string("emails/layout.html", {"subject": subject, "text": text}),
        due_at=timezone.now(),
    )
    # Not get_or_create: on a doubled key PostgreSQL would abort the caller's transaction.
    OutboxMail.objects.bulk_create([mail], ignore_conflicts=True)


def send_due(limit: int = 50) -> int:
    """Send what is due, each row by one worker only; returns how many went out."""
    due = OutboxMail.objects.filter(
        sent_at=None, due_at__lte=timezone.now(), attempts__lt=MAX_ATTEMPTS
    ).order_by("due_at")[:limit]
    return sum(_send(mail) for mail in due)


def _send(mail: OutboxMail) -> bool:
    claim = OutboxMail.objects.filter(pk=mail.pk, sent_at=None, due_at=mail.due_at)
    if not claim.update(due_at=timezone.now() + LEASE, attempts=F("attempts") + 1):
        return False
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to])
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
    row.update(sent_at=timezone.now(), subject="", text="", html="", error="")
    return True
