"""`python -m tests.bench.search [HOW MANY POSTS]`: how long a search takes on the page.

On SQLite; after `python -m tests.postgres` on PostgreSQL.

The library is synthetic: sentences of the demo library in other orders, and made-up words, rare ones
and common ones; every fourth post is a video with captions. Ten thousand are written and indexed as
an editor's would be; of those the rest are copies, rows and index and all. Each page is asked for as
a browser would, by a visitor and by a member, with words, sentences, slips, beginnings, phrases and
filters; what a page asks for while somebody types is the same page. "Search" is finding the posts, the best
first, and marking the first dozen; "page" is the whole request with the page around them.
"""

import argparse
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from statistics import median, quantiles

from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models import F
from django.http import QueryDict
from django.test import Client, override_settings
from django.test.utils import setup_databases
from django.utils import timezone

import tests.conftest  # noqa: F401 - sets Django up
from courses import richtext
from courses.demo.library import load_library
from courses.library import Selection
from courses.models import (
    Caption,
    Post,
    PublicEntry,
    SearchWord,
    Topic,
    Video,
    WholeEntry,
)
from courses.pages import PER_PAGE
from courses.search.finding import search
from courses.search.indexing import index_changed
from courses.search.snippets import hits
from courses.video.captions import parse
from courses.video.paragraphs import paragraphs
from nerdherd.accounts.models import User
from tests import cast

PLAIN_FILES = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
BUDGET = 30  # milliseconds at the 95th of a hundred
SENTENCES, SPOKEN = 24, 30
BATCH = 1000
ORIGINALS, BIG = 10_000, 1_000_000
SYLLABLES = [a + b for a in "bdfghjklmn" for b in "aeiou"]


class Writer:
    """Writes posts of sentences that somebody wrote, and words that nobody did; the same each time."""

    def __init__(self) -> None:
        self.dice = random.Random(1)
        posts = load_library().posts
        text = "\n".join(richtext.plain(post.body) for post in posts)
        self.sentences = [s for s in re.split(r"(?<=[.?!])\s+", text) if len(s.split()) > 3]
        self.titles = [post.title for post in posts]
        self.made_up = ["".join(self.dice.choices(SYLLABLES, k=4)) for _ in range(50_000)]

    def text(self, sentences: int) -> list[str]:
        """So many sentences, and three words of which some are rare and some are not."""
        words = [self.made_up[int(len(self.made_up) * self.dice.random() ** 4)] for _ in range(3)]
        return [*self.dice.choices(self.sentences, k=sentences), " ".join(words) + "."]

    def post(self, number: int) -> Post:
        """A published post, by turns free and for members."""
        one, other = (title.split() for title in self.dice.choices(self.titles, k=2))
        title = " ".join([*one[: len(one) // 2 + 1], *other[len(other) // 2 :]])
        body = "".join(f"<p>{sentence}</p>" for sentence in self.text(SENTENCES))
        return Post(
            title=title[:200], slug=f"post-{number}", summary=self.dice.choice(self.sentences)[:300],
            body=body, opening=body[: body.index("</p>") + 4],
            access=Post.Access.FREE if number % 3 == 0 else Post.Access.MEMBERS,
            age=self.dice.choice(Post.Age.values), published_at=timezone.now() - timedelta(hours=number),
            video_seconds=None if number % 4 else 240,
        )  # fmt: skip

    def film(self, posts: list[Post]) -> None:
        """Videos with captions, and the transcripts that come of them."""
        said = [self.captions() for _ in posts]
        english = {"language": "en", "label": "English", "is_default": True}
        videos = Video.objects.bulk_create(
            Video(post=post, seconds=240, tracks=[english], transcript=paragraphs(parse(text)))
            for post, text in zip(posts, said, strict=True)
        )
        Caption.objects.bulk_create(
            Caption(video=video, text=text) for video, text in zip(videos, said, strict=True)
        )

    def captions(self) -> str:
        """What is said in two minutes."""
        cues = enumerate(self.text(SPOKEN))
        return "WEBVTT\n\n" + "\n".join(
            f"00:{n // 15:02}:{n % 15 * 4:02}.000 --> 00:{n // 15:02}:{n % 15 * 4 + 3:02}.000\n{said}\n"
            for n, said in cues
        )

    def fill(self, count: int) -> None:
        """So many posts, in as few statements as may be."""
        topics = [
            Topic.objects.create(name=topic.name, slug=topic.slug)
            for topic in load_library().topics
        ]
        for first in range(0, count, BATCH):
            posts = Post.objects.bulk_create(
                self.post(n) for n in range(first, min(first + BATCH, count))
            )
            about = Post.topics.through
            about.objects.bulk_create(
                about(post=post, topic=topic)
                for post in posts
                for topic in self.dice.sample(topics, 2)
            )
            self.film([post for post in posts if post.video_seconds])

    def queries(self, count: int) -> dict[str, list[str]]:
        """The addresses to ask for, by kind."""
        words = sorted({w for s in self.sentences for w in re.findall(r"[a-z]{4,}", s)})

        def some(make) -> list[str]:
            return [make() for _ in range(count)]

        def sentence() -> list[str]:
            return self.dice.choice(self.sentences).split()[:14]

        def slipped(word: str) -> str:
            place = self.dice.randrange(1, len(word))
            return word[:place] + word[place + 1 :]

        return {
            "one word": some(lambda: self.dice.choice(words)),
            "a word in most posts": some(
                lambda: self.dice.choice(["child", "feel", "you", "time"])
            ),
            "two words": some(lambda: " ".join(self.dice.choices(words, k=2))),
            "a remembered sentence": some(lambda: " ".join(sentence())),
            "… with slips": some(
                lambda: " ".join(
                    slipped(w) if i % 4 == 1 and len(w) > 4 else w for i, w in enumerate(sentence())
                )
            ),
            "… with two words wrong": some(
                lambda: " ".join([*sentence(), *self.dice.choices(words, k=2)])
            ),
            "a beginning": some(lambda: self.dice.choice(words)[:4]),
            "a phrase": some(lambda: '"' + " ".join(sentence()[:4]) + '"'),
            "a word and filters": some(
                lambda: self.dice.choice(words) + "&topic=sleep&kind=video&age=baby"
            ),
            "nothing": some(lambda: slipped(slipped(self.dice.choice(self.made_up))) + "qqq"),
        }


def copy(times: int) -> None:
    """As many copies of everything, under keys of their own."""
    ours: dict[type[models.Model], dict[str, str]] = {
        Post: {"id": "id + {0}", "slug": "slug || '-' || {0}"},
        Post.topics.through: {"id": "id + {0}", "post_id": "post_id + {0}"},
        Video: {"id": "id + {0}", "post_id": "post_id + {0}"},
        Caption: {"id": "id + {0}", "video_id": "video_id + {0}"},
        PublicEntry: {"post_id": "post_id + {0}"},
        WholeEntry: {"post_id": "post_id + {0}"},
    }
    with connection.cursor() as cursor, index_at_the_end(cursor):
        for number in range(1, times + 1):
            for model, changes in ours.items():
                cursor.execute(copying(model, changes, number * BIG))
    SearchWord.objects.update(posts=F("posts") * (times + 1))


@contextmanager
def index_at_the_end(cursor: CursorWrapper) -> Iterator[None]:
    """PostgreSQL makes an index of many rows sooner than it keeps one up to date."""
    if connection.vendor == "sqlite":
        yield
        return
    cursor.execute("SET statement_timeout = 0")
    cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '%USING gin%'")
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    cursor.execute("VACUUM ANALYZE")


def copying(model: type[models.Model], changes: dict[str, str], by: int) -> str:
    """The statement that copies the first rows of a table, with keys that are `by` higher."""
    options = model._meta
    columns = [str(field.column) for field in options.concrete_fields]
    values = [changes.get(column, column).format(by) for column in columns]
    return (
        f"INSERT INTO {options.db_table} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM {options.db_table} "
        f"WHERE {options.pk.column} < {BIG}"
    )


def measure(count: int, database: str) -> None:
    """Fill, index, ask, print; a star marks what does not keep within the budget."""
    writer, began = Writer(), time.monotonic()
    originals = min(count, ORIGINALS)
    writer.fill(originals)
    filled, worked = time.monotonic(), time.process_time()
    while index_changed():
        pass
    indexed, own = time.monotonic() - filled, time.process_time() - worked
    copy(count // originals - 1)
    print(f"{database}: {Post.objects.count():,} posts, of which {originals:,} written in "
          f"{filled - began:.0f} s and indexed in {indexed:.0f} s ({own:.0f} s of our own work), "
          f"all in {time.monotonic() - began:.0f} s")  # fmt: skip
    mona = cast.mona()
    print(f"{'':33}{'search':>9}{'p95':>9}{'page':>9}{'p95':>9}   ms")
    for kind, queries in writer.queries(40).items():
        for who, user in (("visitor", None), ("member", mona)):
            searches, pages = zip(*(asked(user, query) for query in queries), strict=True)
            over = " *" if p95(searches) > BUDGET else ""
            figures = [median(searches), p95(searches), median(pages), p95(pages)]
            row = "".join(f"{figure:9.1f}" for figure in figures)
            print(f"{kind:24}{who:9}{row}{over}", flush=True)


def p95(times: Sequence[float]) -> float:
    """What 95 of a hundred keep within."""
    return quantiles(times, n=20)[-1]


def asked(user: User | None, query: str) -> tuple[float, float]:
    """Milliseconds of the search and of the page.

    The best of three, so that what else the machine does counts little.
    """
    client = Client(SERVER_NAME="127.0.0.1")
    if user:
        client.force_login(user)
    get = QueryDict("q=" + query.replace(" ", "+"))

    def page() -> None:
        assert client.get(f"/search/?{get.urlencode()}").status_code == 200

    def search_alone() -> None:
        selection = Selection(get, list(Topic.objects.all()), page="search", kept={})
        person = user or AnonymousUser()
        found = search(Post.objects.visible_to(person), get["q"], person, selection)
        hits(found.keys[:PER_PAGE], found, person)

    return best_of_three(search_alone), best_of_three(page)


def best_of_three(act: Callable[[], None]) -> float:
    """Milliseconds."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return min(times)


def main() -> None:
    """Fill the database of the tests, and ask."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search")
    parser.add_argument("posts", type=int, nargs="?", default=100_000)
    options = parser.parse_args()
    setup_databases(verbosity=0, interactive=False)
    with override_settings(STORAGES={"default": PLAIN_FILES, "staticfiles": PLAIN_FILES}):
        measure(options.posts, connection.vendor)


if __name__ == "__main__":
    main()
