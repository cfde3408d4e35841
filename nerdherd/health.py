"""How the site is: what does not work as it should, in words that anybody may know."""

import shutil
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from nerdherd.lib import emails
from nerdherd.lib.models import TimedWork
from nerdherd.lib.passing import passes

# Some of the timed work is done every minute; the longest of it holds up the rest for a while.
HEARD_WITHIN = timedelta(minutes=15)
MAIL_WAITS = timedelta(minutes=10)
ROOM = 1024**3  # bytes that should be free


def degraded() -> list[str]:
    """What a person should look at, by name; raises DatabaseError when the database cannot be read.

    One or two rows of each table are read: it may be asked every few seconds.
    """
    now = timezone.now()
    heard = TimedWork.objects.aggregate(at=Max("done_at"))["at"]
    signs = {
        "worker": heard is None or heard < now - HEARD_WITHIN,
        "timed work": TimedWork.objects.exclude(error="").exists(),
        "mail": emails.waiting().filter(created_at__lt=now - MAIL_WAITS).exists(),
        "cache": _cache_is_away(),
        "disk": shutil.disk_usage(settings.DATA_DIR).free < ROOM,
    }
    return [name for name, is_bad in signs.items() if is_bad]


def _cache_is_away() -> bool:
    try:
        cache.get("health")
    except Exception as error:
        if not passes(error):
            raise
        return True
    return False
