"""`python -m tests.bench.similar [--sizes N …] [--lee DIR]`: quality and cost of the similar lists.

The libraries are random: vectors in crowds, three topics a post, written straight into the database
that `DATABASE_URL` names, or into a file of its own. Seconds are of CPU; the wall is said beside
them, since other work on the machine moves it.
"""

import argparse
import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from django.core.management import call_command
from django.utils import timezone

import tests.conftest  # noqa: F401 - sets Django up
from courses.demo.library import DemoPost, load_library
from courses.models import Post, PostVector, SimilarPost, Topic
from courses.relating import relate_all, relate_changed
from courses.relating.reading import METHOD
from courses.similar import weights
from courses.similar.document import Document
from courses.similar.model import DIMENSIONS, Model
from courses.similar.vectors import embed
from courses.similar.words import Words
from tests.emptying import audit_log_may_be_emptied

SET = Path(__file__).parent.parent / "courses/similar_set"
BUDGETS = {10_000: 10.0, 100_000: 180.0}


@contextmanager
def clocked(what: str, budget: float | None = None) -> Iterator[None]:
    """Print what the block cost, CPU and wall seconds, and the process's peak memory so far."""
    cpu, wall = time.process_time(), time.monotonic()
    yield
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    limit = f"of {budget:g} s" if budget else ""
    print(
        f"{what:<52} {cpu:8.2f} s CPU {wall:8.2f} s wall {limit:<10} peak {peak:5.0f} MB",
        flush=True,
    )


def fill(count: int) -> None:
    """A library of `count` posts that have been read."""
    with audit_log_may_be_emptied():
        call_command("flush", verbosity=0, interactive=False)
    random = np.random.default_rng(count)
    now = timezone.now()
    topics = [
        Topic.objects.get_or_create(name=f"Topic {n}", slug=f"topic-{n}")[0] for n in range(40)
    ]
    crowds = random.normal(size=(max(10, count // 100), DIMENSIONS))
    for start in range(0, count, 5000):
        numbers = range(start, min(start + 5000, count))
        posts = Post.objects.bulk_create(
            Post(
                title=f"Post {n}", slug=f"post-{n}", summary=f"Summary {n}", related_at=now,
                access="free" if n % 5 == 0 else "members",
                published_at=now - timedelta(minutes=n + 1),
            )
            for n in numbers
        )  # fmt: skip
        rows = crowds[random.integers(0, len(crowds), len(posts))]
        rows = rows + 0.7 * random.normal(size=rows.shape)
        rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("<f2")
        PostVector.objects.bulk_create(
            PostVector(post=post, method=METHOD, text_sha256="", vector=row.tobytes())
            for post, row in zip(posts, rows, strict=True)
        )
        Post.topics.through.objects.bulk_create(
            Post.topics.through(post=post, topic=topics[n])
            for post in posts
            for n in set(random.integers(0, 40, 3).tolist())
        )


def costs(count: int) -> None:
    """Everything anew, then one post changed, added and withdrawn."""
    fill(count)
    with clocked(f"{count:>7,} posts: all lists from stored vectors", BUDGETS.get(count)):
        written = relate_all()
    print(f"{'':9}{written:,} lists, {SimilarPost.objects.count():,} rows")
    body = "<p>" + "Stay near and say that the fear is real. " * 40 + "</p>"
    new = Post(title="A new post", slug="new", summary="About fear.", body=body)
    for what, moment in [("published", timezone.now()), ("withdrawn", None)]:
        new.published_at = moment
        new.save()
        before = SimilarPost.objects.filter(other=new).count()
        with clocked(f"{count:>7,} posts: one {what}", 2.0):
            assert relate_changed()
        print(
            f"{'':9}stands in {before} lists before, {SimilarPost.objects.filter(other=new).count()} after"
        )
    assert not relate_changed()


def words(count: int) -> None:
    """The words engine on texts of 300 words drawn from 20,000."""
    random = np.random.default_rng(0)
    names = np.array(
        [
            f"w{chr(97 + n % 26)}{n:x}".translate(str.maketrans("0123456789", "ghijklmnop"))
            for n in range(20_000)
        ]
    )
    common = 1 / np.arange(50, 20_050)
    texts = [" ".join(random.choice(names, 300, p=common / common.sum())) for _ in range(count)]
    documents = [Document(text[:40], text[40:120], text) for text in texts]
    with clocked(f"{count:>7,} posts: words, all neighbours"):
        engine = Words(documents, [True] * count)
        for place in range(count):
            engine.near(place)


def reading() -> None:
    """A post of 600 words, read by the model."""
    folder = weights.folder()
    if folder is None:
        print("The language model is not there.")
        return
    with clocked("loading the model"):
        model = Model(folder)
    with clocked("reading a post of 600 words"):
        embed(model, Document("Title", "Summary.", "Some words on how it is to be small. " * 75))


def quality() -> None:
    """Both judged sets, each engine with topics and without."""
    with TemporaryDirectory() as folder:
        library = Path(folder) / "library.json"
        library.write_text(json.dumps([_as_entry(post) for post in load_library().posts]))
        sets = {"domain": (SET / "corpus.json", SET / "qrels.json")}
        sets["demo"] = (library, SET / "demo_qrels.json")
        for (name, files), engine, topics in product(
            sets.items(), ("meaning", "words"), ([], ["--no-topics"])
        ):
            print(
                f"{name:<7} {engine:<8} {' '.join(topics) or 'with topics':<12}",
                end=" ",
                flush=True,
            )
            call_command("evaluate_similar", *files, f"--engine={engine}", *topics)


def _as_entry(post: DemoPost) -> dict[str, object]:
    return {
        "slug": post.slug,
        "title": post.title,
        "topics": post.topics,
        "description": post.summary,
        "body": post.body,
    }


def lee(folder: Path) -> None:
    """Pearson, Spearman and nDCG@3 on the pairs that people judged, both engines."""
    texts = (folder / "lee.cor").read_text(encoding="latin-1").splitlines()
    judged = np.loadtxt(folder / "similarities0-1.txt")
    judged = np.triu(judged, 1) + np.triu(judged, 1).T
    found = weights.folder()
    documents = [Document("", "", text) for text in texts]
    engine = Words(documents, [True] * len(texts))
    by_words = np.array(
        [[engine._scores(n).get(p, 0.0) for p in range(len(texts))] for n in range(len(texts))]
    )
    print("Lee, words:  ", agreement(by_words, judged))
    if found:
        rows = Model(found).embed(texts)
        print("Lee, meaning:", agreement(rows @ rows.T, judged), "(raw)")
        rows = rows - rows.mean(axis=0)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        print("Lee, meaning:", agreement(rows @ rows.T, judged), "(centred)")


def agreement(found: np.ndarray, judged: np.ndarray) -> str:
    pairs = np.triu_indices(len(judged), 1)
    ours, theirs = found[pairs], judged[pairs]
    gains = []
    for n, row in enumerate(judged):
        order = sorted((p for p in range(len(row)) if p != n), key=lambda p: -found[n, p])[:3]
        discount = 1 / np.log2([2, 3, 4])
        best = np.sort(np.delete(row, n))[::-1][:3]
        gains.append(((2 ** row[order] - 1) @ discount) / ((2**best - 1) @ discount))
    r = np.corrcoef(ours, theirs)[0, 1]
    rho = np.corrcoef(middle_ranks(ours), middle_ranks(theirs))[0, 1]
    return f"r {r:.2f}  rho {rho:.2f}  nDCG@3 {np.mean(gains):.2f}"


def middle_ranks(values: np.ndarray) -> np.ndarray:
    """The rank of each value; equal ones share the middle of theirs."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[which]


def main() -> None:
    """Quality first, then costs by size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--lee", type=Path, help="folder of the Lee & Pincombe set")
    options = parser.parse_args()
    quality()
    if options.lee:
        lee(options.lee)
    reading()
    words(1000)
    call_command("migrate", verbosity=0)
    for count in options.sizes:
        costs(count)


if __name__ == "__main__":
    main()
