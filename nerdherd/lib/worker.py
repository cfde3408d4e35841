"""The background worker: what there is to do in each lane, and what is done by the clock.

There is no queue. The rows themselves say what is to be done (a mail not yet sent, a video not
yet encoded), every piece of work claims its row by a conditional UPDATE, and so any number of
workers, started by mistake or on purpose, do each thing once.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from django.db import close_old_connections, connections
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from nerdherd.lib import metrics
from nerdherd.lib.doing import working
from nerdherd.lib.models import TimedWork

log = logging.getLogger(__name__)

Work = Callable[[], object]


@dataclass(frozen=True)
class Job:
    """Work that is done every so often by whichever worker comes first."""

    name: str
    every: timedelta
    work: Work


@dataclass
class Lane:
    """What one thread does in turn, and how many seconds it rests when there was nothing."""

    works: list[Work] = field(default_factory=list)
    rest: float = 1.0


lanes: dict[str, Lane] = defaultdict(Lane)
timetable: list[Job] = []
beginnings: list[Work] = []
# Set when this process has been told to end: what takes long looks, and hands its work back.
ending = threading.Event()

# A job that failed, or whose worker was killed in the middle of it, is done again after so long,
# whatever its interval; one that takes longer may find itself begun by a second worker.
AGAIN = timedelta(minutes=10)


def watch(work: Work, lane: str = "quick", rest: float = 1.0) -> None:
    """Have `work` called again and again; a truthy answer means there may be more at once.

    A lane whose works all had nothing rests before it asks again: for the shortest `rest` of
    theirs, in seconds.
    """
    lanes[lane].works.append(work)
    lanes[lane].rest = min(lanes[lane].rest, rest)


def at_start(work: Work) -> None:
    """Have `work` called once by every worker that starts."""
    beginnings.append(work)


def every(interval: timedelta, name: str, work: Work) -> None:
    """Have `work` called once per interval, by one worker, however many are running."""
    timetable.append(Job(name, interval, work))


def run(stop: threading.Event) -> None:
    """Work in every lane until `stop` is set; each app's `timetable.py` says what there is."""
    autodiscover_modules("timetable")
    for work in beginnings:
        attempt(work)
    # In a lane of its own: while Stripe is slow, the codes in the outbox must not wait.
    lanes["clock"] = Lane([run_due])
    threads = [
        threading.Thread(target=_run_lane, args=(lane, stop), name=name)
        for name, lane in lanes.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            # Awake now and then: of two signals at once, Python can leave both lying in a wait.
            thread.join(1.0)


def _run_lane(lane: Lane, stop: threading.Event) -> None:
    seconds = metrics.lane_seconds.labels(threading.current_thread().name)
    while not stop.is_set():
        close_old_connections()
        began = monotonic()
        busy = [attempt(work) for work in lane.works]
        seconds.inc(monotonic() - began)
        if not any(busy):
            stop.wait(lane.rest)
    connections.close_all()


def attempt(work: Work) -> bool:
    """Do a piece of work; a failure is logged and does not stop the others."""
    name = getattr(work, "__qualname__", type(work).__qualname__)
    with working(name):
        try:
            busy = bool(work())
        except Exception:
            log.exception("work failed: %s", name)
            metrics.jobs.labels(name, "failed").inc()
            return False
    if busy:
        metrics.jobs.labels(name, "done").inc()
    return busy


def run_due() -> bool:
    """Do the jobs of the timetable that are due; never reports more to do."""
    for job in timetable:
        now = timezone.now()
        row, _ = TimedWork.objects.get_or_create(name=job.name, defaults={"due_at": now})
        claim = TimedWork.objects.filter(pk=row.pk, due_at=row.due_at, due_at__lte=now)
        if claim.update(due_at=now + min(AGAIN, job.every)):
            _run_job(job, row, now)
    return False


def _run_job(job: Job, row: TimedWork, began: datetime) -> None:
    entry = TimedWork.objects.filter(pk=row.pk)
    with working(job.name):
        try:
            job.work()
        except Exception as error:
            log.exception("timed work failed: %s", job.name)
            metrics.jobs.labels(job.name, "failed").inc()
            entry.update(error=repr(error)[:200])
        else:
            metrics.jobs.labels(job.name, "done").inc()
            entry.update(due_at=began + job.every, done_at=timezone.now(), error="")
