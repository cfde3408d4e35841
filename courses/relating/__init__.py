"""Keeps the similar lists right: after a change those it touches, every night all of them."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.utils import timezone

from courses.models import Post, PostVector, SimilarPost
from courses.relating.few import relate_few
from courses.relating.library import Library, documents
from courses.relating.reading import AT_ONCE, note_doubles, read, vectors_of
from courses.relating.rows import Writer
from courses.similar import weights
from courses.similar.choosing import Shelf
from courses.similar.document import Near
from courses.similar.leading import Scores, arrange
from courses.similar.vectors import Vectors, neighbours
from courses.similar.words import Words

ALL_UP_TO = 2000  # posts; so few are worked out all together after each change
FEW = 200  # changed posts; when there are more, working out all is quicker
WORDS_UP_TO = 10_000  # posts; more than plain Python can compare


def relate_changed() -> bool:
    """Bring the lists up to date with the posts that changed; returns whether one had.

    In a big library some of them at a time, the oldest change first.
    """
    due = dict(SimilarPost.due().order_by("updated_at").values_list("pk", "updated_at"))
    if not due:
        return False
    if _is_being_read():
        first_reading.is_over = False
        relate_all()
    elif len(due) > FEW or not _is_big():
        _read(due)
        relate_all()
    else:
        due = dict(islice(due.items(), AT_ONCE))
        _read(due)
        library = Library()
        relate_few(library, vectors_of(library), [library.places[key] for key in due])
    for key, saved_at in due.items():
        # One that was saved again meanwhile stays to be done.
        Post.objects.filter(pk=key, updated_at=saved_at).update(related_at=timezone.now())
    return True


def _read(keys: Iterable[int]) -> None:
    waiting = iter(keys)
    while some := list(islice(waiting, AT_ONCE)):
        read(Post.objects.filter(pk__in=some))


def relate_all() -> int:
    """Work out every list anew and write those that differ; returns how many did."""
    library = Library()
    engine = engine_for(library)
    if engine is None:
        return 0
    near: Scores = engine.near
    if isinstance(engine, Vectors):
        near = _Found(engine)
        note_doubles(library, engine, near, range(len(library.keys)))
    shelf = Shelf(library.cards)
    rows = arrange(shelf, near)
    writer = Writer(library, engine.floor, shelf.next)
    return writer.write((place, row, dict(near(place))) for place, row in rows.items())


class FirstReading:
    """Reads the whole library, a little at each call, until there is nothing more to read."""

    is_over = False

    def __call__(self) -> bool:
        """Read on; the lists change over to what was read when all is."""
        if self.is_over or weights.folder() is None:
            return False
        if not read(PostVector.unread()[:AT_ONCE]):
            self.is_over = True
        elif not PostVector.unread().exists():
            relate_all()
        return not self.is_over


first_reading = FirstReading()


def engine_for(library: Library) -> Vectors | Words | None:
    """Meaning once everything has been read, words until then; None when too much for words.

    Nor is there one for a library without posts.
    """
    if not library.keys:
        return None
    if weights.folder() is not None and not PostVector.unread().exists():
        return vectors_of(library)
    if len(library.keys) > WORDS_UP_TO:
        return None
    return Words(list(_all_documents(library)), [card.is_listed for card in library.cards])


def _is_being_read() -> bool:
    """Whether words serve: there is no model, or it has more to read than what has just changed.

    In a big library words would not do, and all lists take minutes: there more is read first.
    """
    few = FEW if _is_big() else AT_ONCE
    return weights.folder() is None or PostVector.unread().count() > few


def _is_big() -> bool:
    return Post.objects.count() > ALL_UP_TO


def _all_documents(library: Library) -> Iterator:
    posts = Post.objects.newest().select_related("video").prefetch_related("topics")
    by_key = {
        post.pk: document
        for post in posts.iterator(chunk_size=500)
        if post.pk in library.places
        for document in documents([post])
    }
    return (by_key[key] for key in library.keys)


class _Found:
    """The neighbours of everybody, worked out at once and kept compactly."""

    def __init__(self, vectors: Vectors) -> None:
        self.others, self.scores = vectors.near_all()

    def __call__(self, place: int) -> list[Near]:
        return neighbours(self.others[place], self.scores[place])
