"""What the metrics say of the mail and of the worker, when somebody looks."""

from django.db.models import Max

from nerdherd.lib.emails import given_up, waiting
from nerdherd.lib.metrics import gauge
from nerdherd.lib.models import TimedWork


def _heard() -> dict[str, float]:
    at = TimedWork.objects.aggregate(at=Max("done_at"))["at"]
    return {"": at.timestamp()} if at else {}


gauge(
    "nerdherd_outbox_mails",
    "Mails that wait, and that were given up.",
    lambda: {"waiting": waiting().count(), "given up": given_up().count()},
    label="state",
)
gauge("nerdherd_worker_heard_timestamp_seconds", "When timed work was last done.", _heard)
gauge(
    "nerdherd_timed_work_failed",
    "Timed work that failed the last time.",
    lambda: {"": TimedWork.objects.exclude(error="").count()},
)
