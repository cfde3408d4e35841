"""How things stand between Stripe, the worker and us: what was heard last, whose clock is off."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from billing import gateway
from billing.models import StripeEvent
from billing.offer import current_offer
from billing.reconcile import NAME
from nerdherd.lib.models import OutboxMail, TimedWork

CLOCK_KEPT_FOR = 5 * 60
CLOCK_KEY = "billing.clock_ahead"
# Stripe's signatures are good for five minutes; long before that somebody should know.
CLOCK_MAY_DIFFER = 60
RECONCILE_MAY_WAIT = timedelta(minutes=30)


@dataclass(frozen=True)
class Standing:
    """What the status line says; a moment is None when it never was, the clock when not known."""

    is_test: bool
    last_webhook: datetime | None
    last_reconcile: datetime | None
    is_reconcile_late: bool
    clock_ahead: int | None
    unsent_mails: int

    @property
    def clock_difference(self) -> int:
        """Seconds, whichever way."""
        return abs(self.clock_ahead or 0)

    @property
    def is_clock_wrong(self) -> bool:
        """Whether somebody should set it."""
        return self.clock_difference > CLOCK_MAY_DIFFER


def standing(now: datetime) -> Standing:
    """Three queries, and every five minutes one question to Stripe."""
    done = TimedWork.objects.filter(name=NAME).values_list("done_at", flat=True).first()
    return Standing(
        is_test=current_offer().is_test,
        last_webhook=StripeEvent.objects.order_by("-pk")
        .values_list("received_at", flat=True)
        .first(),
        last_reconcile=done,
        is_reconcile_late=done is None or done < now - RECONCILE_MAY_WAIT,
        clock_ahead=cache.get_or_set(CLOCK_KEY, _clock_ahead, CLOCK_KEPT_FOR),
        unsent_mails=OutboxMail.objects.filter(sent_at=None).exclude(error="").count(),
    )


def _clock_ahead() -> int | None:
    try:
        return gateway.clock_ahead()
    except gateway.Unavailable:
        return None


def note_reconciled(now: datetime) -> None:
    """A person has just done what the worker does by the clock."""
    TimedWork.objects.filter(name=NAME).update(done_at=now, error="")
    cache.delete(CLOCK_KEY)
