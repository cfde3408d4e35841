"""Mails about new posts: what has come out becomes news once, and is told to those who want it.

Nobody hears of a post twice: a post is announced once (`Announcement`), and for everybody a moment
is kept up to which they have been told (`told_until`), which moves in the transaction that writes
their mail. A mail says what every visitor may read: title, length and summary.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from courses.metadata import absolute
from courses.models import Announcement, NewsChoice, Post
from courses.models.post import PostQuerySet
from nerdherd.lib import emails
from nerdherd.lib.models import OutboxMail

# Time for an editor to take back what went out by mistake.
GRACE = timedelta(minutes=10)
# What is older than this when it comes out is moving in, not news.
FRESH = timedelta(days=3)
# No statement runs for so long (see the settings), so nothing can still appear behind this.
SETTLED = timedelta(seconds=30)
# The weekly mail is written on Sunday morning, by the site's clock.
DAY, HOUR = 6, time(9)

BATCH = 200
MOST_NAMED = 12


def tell_at_once() -> int:
    """Announce what has come out, and tell those who want to hear each time; returns how many."""
    announce()
    return _tell(NewsChoice.Pace.AT_ONCE, timezone.now() - SETTLED)


def tell_weekly() -> int:
    """Tell the others what was announced until last Sunday; a week without news has no mail."""
    return _tell(NewsChoice.Pace.WEEKLY, last_edition(timezone.now() - SETTLED))


def announce() -> int:
    """Make news of what is out since a short while; returns how many posts became it."""
    now = timezone.now()
    fresh = _posts().filter(published_at__gt=now - FRESH, published_at__lte=now - GRACE)
    new = fresh.filter(announcement=None).values_list("pk", flat=True)
    news = [Announcement(post_id=pk, announced_at=now) for pk in new]
    # Of two workers one comes first, and the other changes nothing.
    Announcement.objects.bulk_create(news, ignore_conflicts=True)
    return len(news)


def last_edition(now: datetime) -> datetime:
    """The latest Sunday morning, by the site's clock, that is not after `now`."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    sunday = local.date() - timedelta(days=(local.weekday() - DAY) % 7)
    edition = datetime.combine(sunday, HOUR, tzinfo=local.tzinfo)
    return edition if edition <= now else edition - timedelta(days=7)


def _posts() -> PostQuerySet:
    return Post.objects.visible_to(AnonymousUser())


def _tell(pace: NewsChoice.Pace, until: datetime) -> int:
    announced = _posts().filter(announcement__announced_at__lte=until)
    newest = announced.aggregate(newest=Max("announcement__announced_at"))["newest"]
    if newest is None:
        return 0
    return sum(_write(batch, pace, newest) for batch in _waiting(pace, newest))


def _waiting(pace: NewsChoice.Pace, newest: datetime) -> Iterator[list[NewsChoice]]:
    """Those who have not been told of the newest, some at a time."""
    last = 0
    waiting = NewsChoice.objects.filter(pace=pace, told_until__lt=newest, person__is_active=True)
    waiting = waiting.select_related("person").order_by("pk")
    while batch := list(waiting.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _write(choices: Sequence[NewsChoice], pace: NewsChoice.Pace, newest: datetime) -> int:
    """Put the mails into the outbox, of those to whom nothing has happened meanwhile.

    They are worded before the transaction, which is then over in a moment however many they are.
    """
    earliest = min(choice.told_until for choice in choices)
    announced = Announcement.objects.filter(announced_at__gt=earliest, announced_at__lte=newest)
    posts = _posts().filter(announcement__in=announced).select_related("announcement")
    named = list(posts.newest().defer("body", "opening"))
    mails = {choice.pk: _mail(choice, named, newest) for choice in choices}
    as_read = {choice.pk: choice.told_until for choice in choices}
    with transaction.atomic():
        rows = NewsChoice.objects.filter(pk__in=as_read, pace=pace).order_by("pk")
        now = dict(rows.select_for_update().values_list("pk", "told_until"))
        mine = [pk for pk, moment in now.items() if moment == as_read[pk]]
        emails.post_all(mail for pk in mine if (mail := mails[pk]))
        return NewsChoice.objects.filter(pk__in=mine).update(told_until=newest)


def _mail(choice: NewsChoice, posts: Sequence[Post], newest: datetime) -> OutboxMail | None:
    """What `choice.person` has not heard of, or None when nothing of it is there any more."""
    news = [post for post in posts if post.announcement.announced_at > choice.told_until]
    if not news:
        return None
    stop = absolute(choice.get_absolute_url())
    context = {
        "posts": [(post, absolute(post.get_absolute_url())) for post in news[:MOST_NAMED]],
        "more": len(news) - MOST_NAMED,
        "library": absolute(reverse("post_list")),
        "choices": absolute(reverse("email_choices")),
        "stop": stop,
    }
    return emails.compose(
        choice.person.email,
        "emails/news",
        context,
        key=f"{choice.mail_key}{newest.isoformat()}",
        language=choice.person.language or settings.LANGUAGE_CODE,
        unsubscribe=stop,
    )
