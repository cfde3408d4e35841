"""Some thousand rows of everything that grows, and how the database goes about a page's queries."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection
from django.db.models import F, Model
from django.utils import timezone

from billing.models import Gift, Membership, Purchase, StripeEvent
from courses.models import (
    Announcement,
    DailyCount,
    InnerLink,
    Picture,
    Post,
    Progress,
    Redirect,
    Saved,
    SearchMiss,
    Series,
    SimilarPost,
    Topic,
    Video,
)
from nerdherd.accounts.models import User
from nerdherd.lib.models import AuditLine, OutboxMail

SIZE = 3000


def fill(size: int = SIZE) -> None:
    """So many posts and people, and what hangs on them; then the database counts its rows."""
    now = timezone.now()
    topics = [Topic.objects.create(name=f"T{n}", slug=f"t{n}") for n in range(3)]
    series = Series.objects.create(title="S", slug="s")
    posts = Post.objects.bulk_create(
        Post(
            title=f"Post {n:05}", slug=f"post-{n}", summary="What it is about. " * 5,
            body="<p>" + "Long. " * 150, opening="<p>Long.", access=("free", "members")[n % 2],
            age=("all", "teen", "baby")[n % 3], published_at=now - timedelta(hours=n + 1),
            video_seconds=400 + n if n % 4 == 0 else None, read_minutes=n % 9 + 1, related_at=now,
            picture_copies=COPIES, picture_alt="A child", index_due_at=None, share_due_at=None,
            series=series if n < 20 else None, episode=n + 1 if n < 20 else None,
        )
        for n in range(size)
    )  # fmt: skip
    people = User.objects.bulk_create(
        User(email=f"p{n}@example.com", date_joined=now - timedelta(hours=n)) for n in range(size)
    )
    _of_the_posts(posts, topics, people)
    _of_the_people(people)
    if connection.vendor == "postgresql":  # which does so by itself; SQLite knows nothing of rows
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


COPIES = {"name": "p", "width": 800, "height": 450, "widths": [400, 800]}


def _of_the_posts(posts: list[Post], topics: list[Topic], people: list[User]) -> None:
    now, reader = timezone.now(), people[0]
    about = Post.topics.through
    about.objects.bulk_create(about(post=post, topic=topics[n % 2]) for n, post in enumerate(posts))
    about.objects.bulk_create(about(post=post, topic=topics[2]) for post in posts[::1000])
    _write(Video, (
        {"post": post, "state": "ready", "folder": "f", "made": {"has_sound": True}, "seconds": 400,
         "no_captions_reason": "Nobody speaks."}
        for post in posts[::4]
    ))  # fmt: skip
    _write(SimilarPost, (
        {"post": post, "other": posts[(n + step) % len(posts)], "rank": step}
        for n, post in enumerate(posts) for step in (1, 2)
    ))  # fmt: skip
    _write(Picture, ({"name": f"p{n}", "width": 800, "height": 450} for n in range(len(posts))))
    _write(Redirect, ({"path": f"/old/{n}", "post": post} for n, post in enumerate(posts)))
    _write(InnerLink, (
        {"post": post, "path": f"/posts/post-{n}", "kind": "post", "slug": f"post-{n}"}
        for n, post in enumerate(posts)
    ))  # fmt: skip
    _write(DailyCount, ({"post": post, "day": now.date()} for post in posts))
    _write(Announcement, ({"post": post, "announced_at": now} for post in posts))
    days = [timezone.localdate() - timedelta(days=n) for n in range(100)]
    _write(SearchMiss, ({"day": day, "query": f"zebra {n}"} for n in range(40) for day in days))
    _write(Progress, (
        {"person": reader if n < 200 else people[n], "post": post, "place": 1, "seen_at": now}
        for n, post in enumerate(posts)
    ))  # fmt: skip
    _write(Saved, (
        {"person": reader if n < 200 else people[n], "post": post} for n, post in enumerate(posts)
    ))  # fmt: skip


def _of_the_people(people: list[User]) -> None:
    now = timezone.now()
    moments = [now - timedelta(days=n / 4) for n in range(len(people))]
    both = list(zip(people, moments, strict=True))
    _write(EmailAddress, ({"user": person, "email": person.email} for person in people))
    Purchase.objects.bulk_create(
        Purchase(
            user=person, buyer=f"user:{n}", amount_cents=2900, paid_cents=2900, currency="usd",
            email=f"p{n}@example.com", status="paid", paid_at=moment, claimed_at=moment,
            session_id=f"cs_{n}", payment_intent_id=f"pi_{n}", next_path=f"/posts/post-{n}/",
        )
        for n, (person, moment) in enumerate(both)
    )  # fmt: skip
    Purchase.objects.update(created_at=F("paid_at"))
    bought = list(Purchase.objects.order_by("pk"))
    _write(Membership, (
        {"user": purchase.user, "source": "purchase", "purchase": purchase, "granted_at": moment}
        for purchase, moment in zip(bought, moments, strict=True)
    ))  # fmt: skip
    _write(Gift, ({"purchase": purchase, "to_email": purchase.email} for purchase in bought[::2]))
    _write(StripeEvent, (
        {"event_id": f"evt_{n}", "type": f"charge.{n % 5}", "done_at": now}
        for n in range(len(people))
    ))  # fmt: skip
    _write(AuditLine, (
        {"kind": "access", "who": person.pk, "on": f"person {person.pk}", "what": "…", "at": moment}
        for person, moment in both
    ))  # fmt: skip
    _write(OutboxMail, (
        {"key": f"k{n}", "to": person.email, "due_at": moment, "sent_at": moment}
        for n, (person, moment) in enumerate(both)
    ))  # fmt: skip


def _write(model: type[Model], rows: Iterator[dict[str, Any]]) -> None:
    model._default_manager.bulk_create((model(**row) for row in rows), batch_size=500)


BIG = {
    model._meta.db_table
    for model in (
        Announcement, AuditLine, DailyCount, EmailAddress, Gift, InnerLink, Membership, OutboxMail,
        Picture, Post, Post.topics.through, Progress, Purchase, Redirect, Saved, SearchMiss,
        SimilarPost, StripeEvent, User, Video,
    )
}  # fmt: skip


Statement = tuple[str, Any]  # with its parameters


@contextmanager
def watched() -> Iterator[list[Statement]]:
    """The statements of the pages asked for inside that read."""
    statements: list[Statement] = []

    def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        yield statements


def faults_of(sql: str, params: Any) -> list[str]:
    """Where a table of those that grow is read or sorted as a whole."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            faults = list(_of_sqlite([row[3] for row in cursor.fetchall()], sql))
        else:
            faults = [_said(node) for node in _read(sql, params) if node["Node Type"] == "Seq Scan"]
    work = work_of(sql, params)
    return [*faults, f"{work} {UNIT}"] if work > MOST else faults


def work_of(sql: str, params: Any) -> int:
    """What no plan tells: how much a condition passes over, or a sort has to do with.

    On SQLite in instructions of its machine, on PostgreSQL in rows looked at.
    """
    if connection.vendor == "postgresql":
        return sum(_rows(node) for node in _read(sql, params))
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += STEP

    with connection.cursor() as cursor:
        connection.connection.set_progress_handler(count, STEP)
        try:
            cursor.execute(sql, params)
            cursor.fetchall()
        finally:
            connection.connection.set_progress_handler(None, 0)
    return steps


# A page of a hundred rows takes less; to look at each row of a filled table once takes more.
MOST, UNIT = (15_000, "steps") if connection.vendor == "sqlite" else (1500, "rows")
STEP = 100


def _of_sqlite(plan: list[str], sql: str) -> Iterator[str]:
    """A scan is the beginning of a list where it has an end, and nothing is sorted before.

    An index that holds but a few rows may be read from end to end.
    """
    names = {alias: table for table, alias in NAMED.findall(sql)}
    sorts = [step for step in plan if step.startswith("USE TEMP B-TREE") and " PART " not in step]
    for step in plan:
        scan = SCAN.match(step)
        if not scan or scan[2] in OF_A_FEW or names.get(scan[1], scan[1]) not in BIG:
            continue
        if "LIMIT" not in sql or sorts:
            yield ", ".join([step, *sorts])


OF_A_FEW = {
    index.name for model in apps.get_models() for index in model._meta.indexes if index.condition
}
SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
NAMED = re.compile(r'"(\w+)" (?:AS )?"?([A-Z]\d+|mine|entry)\b')
# A few thousand rows PostgreSQL would sooner read than look up; as if they were millions.
AS_IF_LARGE = [
    f"SET enable_{way} = off" for way in ("seqscan", "hashjoin", "mergejoin", "material")
]


def _read(sql: str, params: Any) -> list[dict[str, Any]]:
    """The parts of PostgreSQL's plan that read a table of those that grow, with what they did."""
    with connection.cursor() as cursor:
        for setting in AS_IF_LARGE:
            cursor.execute(setting)
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
        cursor.execute("RESET ALL")
    plan = json.loads(found) if isinstance(found, str) else found
    return [node for node in _nodes(plan[0]["Plan"]) if node.get("Relation Name") in BIG]


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for part in node.get("Plans", []):
        yield from _nodes(part)


def _rows(node: dict[str, Any]) -> int:
    return int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])


def _said(node: dict[str, Any]) -> str:
    return f"{node['Node Type']} on {node['Relation Name']}: {node.get('Filter', '')}"
