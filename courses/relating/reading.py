"""Reads posts with the language model and keeps what they mean, post by post.

Being interrupted loses nothing: what is read is stored, and what has no vector is read next time.
"""

from collections.abc import Iterable
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from courses.models import Post, PostVector
from courses.models.post import PostQuerySet
from courses.relating.library import Library, documents, fingerprint, without_collecting
from courses.similar import weights
from courses.similar.leading import Scores
from courses.similar.model import DIMENSIONS, Model
from courses.similar.vectors import Vectors, embed

METHOD = PostVector.METHOD
AT_ONCE = 20  # posts; some seconds of work
ROWS = 5000  # vectors fetched at once


def read(posts: PostQuerySet) -> int:
    """Read those of `posts` whose words are not those that were read; returns how many.

    The model is in memory only meanwhile.
    """
    some = list(posts.select_related("video", "vector").prefetch_related("topics"))
    pending = [
        (post, document, sha)
        for post, document in zip(some, documents(some), strict=True)
        if (sha := fingerprint(document)) != _read_before(post)
    ]
    if not pending or not (folder := weights.folder()):
        return 0
    model = Model(folder)
    for post, document, sha in pending:
        vector = embed(model, document).astype("<f2").tobytes()
        values = {"method": METHOD, "text_sha256": sha, "vector": vector}
        PostVector.objects.update_or_create(post=post, defaults=values)
    return len(pending)


def _read_before(post: Post) -> str | None:
    vector = getattr(post, "vector", None)
    return vector.text_sha256 if vector and vector.method == METHOD else None


@without_collecting()
def vectors_of(library: Library) -> Vectors:
    """What all posts mean; one without a vector yet is near nothing."""
    table: NDArray[np.float16] = np.zeros((len(library.keys), DIMENSIONS), np.float16)
    known = PostVector.objects.filter(method=METHOD).values_list("post_id", "vector")
    rows = known.iterator(chunk_size=ROWS)
    while some := list(islice(rows, ROWS)):
        here = {library.places[post]: vector for post, vector in some if post in library.places}
        vectors = np.frombuffer(b"".join(here.values()), "<f2")
        table[list(here)] = vectors.reshape(-1, DIMENSIONS)
    return Vectors(table, library.topics, [card.is_listed for card in library.cards])


def note_doubles(library: Library, vectors: Vectors, near: Scores, places: Iterable[int]) -> None:
    """Remember of each post which other says nearly the same, for an editor to look at."""
    doubles = PostVector.objects.exclude(double=None)
    noted = dict(doubles.values_list("post_id", "double_id"))
    for place in places:
        found = vectors.double(place, [other for other, _ in near(place)])
        key = None if found is None else library.keys[found]
        if noted.get(library.keys[place]) != key:
            PostVector.objects.filter(pk=library.keys[place]).update(double=key)
