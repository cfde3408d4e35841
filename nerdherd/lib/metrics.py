"""The metrics: what is counted as it happens, what is asked when somebody looks, and where.

Labels are names of our own code (views, jobs, states), so there are only so many, and no person's.
"""

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from errno import EADDRINUSE
from functools import cache
from threading import Thread
from time import sleep
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils.module_loading import autodiscover_modules
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

log = logging.getLogger(__name__)

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # `make run` says where all processes count
AGAIN = 5.0  # seconds, until it is seen whether another process still answers

requests = Counter("nerdherd_requests", "Requests that Django answered.", ["view", "status"])
seconds = Histogram(
    "nerdherd_request_seconds",
    "How long they took.",
    ["view"],
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
queries = Counter("nerdherd_queries", "Queries of the database that they needed.", ["view"])
kept_pages = Counter("nerdherd_kept_pages", "Visitors’ pages given out without asking Django.")
limits = Counter("nerdherd_rate_limits", "Tries that were one too many.", ["limit"])
jobs = Counter("nerdherd_jobs", "Work that the worker did.", ["job", "outcome"])
lane_seconds = Counter("nerdherd_lane_seconds", "Time that each lane was busy.", ["lane"])


@cache
def of_request(view: str, status: str) -> tuple[Counter, Histogram, Counter]:
    """What counts requests, their seconds and their queries, for one kind of them."""
    return requests.labels(view, status), seconds.labels(view), queries.labels(view)


class Gauge(NamedTuple):
    """Something that can be asked at any time, by the values of one label (or none: "")."""

    name: str
    text: str
    label: str
    read: Callable[[], Mapping[str, float]]


gauges: list[Gauge] = []


def gauge(name: str, text: str, read: Callable[[], Mapping[str, float]], label: str = "") -> None:
    """Have `read` called when somebody looks; each app's `gauges.py` says what there is."""
    gauges.append(Gauge(name, text, label, read))


class Asked(Collector):
    """The gauges as they stand at the moment; one that cannot be read is left out."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Runs in a thread of its own, which leaves no connection behind."""
        try:
            for one in gauges:
                family = GaugeMetricFamily(one.name, one.text, labels=[one.label] * bool(one.label))
                try:
                    for value, number in one.read().items():
                        family.add_metric([value] * bool(one.label), number)
                except DatabaseError as error:
                    log.warning("%s cannot be read: %s", one.name, error)
                    continue
                yield family
        finally:
            connections.close_all()


def serve(*, after: float = 0.0) -> None:
    """Have METRICS_ADDRESS answer, if there is one; of several processes one does it for all.

    When that one has gone another takes its place. Whoever should rather not be the one begins to
    try `after` so many seconds.
    """
    if settings.METRICS_PORT:
        autodiscover_modules("gauges")
        Thread(target=_serve, args=[_registry(), after], name="metrics", daemon=True).start()


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    if SHARED in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(REGISTRY)
    registry.register(Asked())
    return registry


def _serve(registry: CollectorRegistry, after: float) -> None:
    sleep(after)
    while True:
        try:
            start_http_server(settings.METRICS_PORT, settings.METRICS_HOST, registry)
        except OSError as error:
            if error.errno != EADDRINUSE:
                log.warning("no metrics from here: %s", error.strerror)
                return
            sleep(AGAIN)
        else:
            return
