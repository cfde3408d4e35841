"""Posts of another site, row by row of its export: looked at, then written."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from courses.models import ImportedPost, Picture, Post, Redirect, Series, SimilarPost, Topic
from courses.moving import columns
from courses.moving.drafts import OLD_PATHS, Draft, Reader, SkippedError
from nerdherd.lib.tables import Outcome, Table


class PostsImport:
    """One export, with its columns as guessed or as somebody corrected them."""

    LABELS = columns.LABELS
    NEEDED = "title"
    PERMISSION = "courses.add_post"
    TITLE = _("Posts")

    def __init__(
        self,
        table: Table,
        *,
        found: Mapping[str, str] | None = None,
        media_dir: Path | None = None,
        old_paths: Sequence[str] = OLD_PATHS,
    ) -> None:
        self.table = table
        self.found = columns.guess(table.columns) if found is None else found
        slugs = Post.objects.values_list("slug", flat=True)
        self.reader = Reader(
            self.found, table.rows, slugs, media_dir=media_dir, old_paths=old_paths
        )
        self.written: list[tuple[Post, Draft]] = []

    @property
    def unused(self) -> list[str]:
        """The columns that are taken for nothing."""
        return columns.unused(self.table.columns, self.found)

    def run(self, *, dry: bool = False) -> Iterator[Outcome]:
        """Each row's outcome as it is done; a dry run tells the same and writes nothing.

        Whatever stops it, it may be run again: a row counts as brought when all of it is.
        """
        seen: dict[str, int] = {}
        for row in self.table.rows:
            outcome = Outcome(row.number, self.reader.slug(row))
            try:
                draft = self.reader.read(row)
                outcome.notes = draft.notes
                if draft.slug in seen:
                    raise SkippedError(f"row {seen[draft.slug]} has the same address")
                seen[draft.slug] = row.number
                outcome.did = self._take(draft, dry=dry)
            except SkippedError as error:
                outcome.notes = [str(error)]
            yield outcome
        for post, draft in self.written:
            self._finish(post, draft)

    def _take(self, draft: Draft, *, dry: bool) -> str:
        there = Post.objects.filter(slug=draft.slug).first()
        if there and ImportedPost.objects.filter(post=there, row_sha256=draft.digest).exists():
            return "unchanged"
        post = there or Post(**draft.defaults)
        for name, value in draft.fields.items():
            setattr(post, name, value)
        try:
            post.clean_fields(exclude=["picture", "opening"])
        except ValidationError as error:
            raise SkippedError(" ".join(error.messages)) from error
        if there is None and draft.defaults:
            draft.notes.append("it has no summary: its opening serves, please write one")
        if not dry:
            _write(post, draft)
            self.written.append((post, draft))
        return "updated" if there else "created"

    def _finish(self, post: Post, draft: Draft) -> None:
        """What needs the other posts; only then is the row brought."""
        for rank, slug in enumerate(draft.related, 1):
            other = Post.objects.filter(slug=slug).exclude(pk=post.pk).first()
            if other is not None:
                SimilarPost.objects.update_or_create(
                    post=post,
                    other=other,
                    defaults={"is_pinned": True, "is_blocked": False, "rank": rank},
                )
        row = {"row_sha256": draft.digest, "imported_at": timezone.now()}
        ImportedPost.objects.update_or_create(post=post, defaults=row)


def _write(post: Post, draft: Draft) -> None:
    if draft.series:
        _place(post, draft)
    if draft.picture:
        post.picture = _on_the_shelf(draft.picture)
    for name, file in draft.text_pictures.items():
        post.body = post.body.replace(name, _on_the_shelf(file).name)
    post.save()
    if draft.topics:
        post.topics.set([_topic(name) for name in draft.topics])
    for path in draft.addresses:
        Redirect.objects.get_or_create(path=path, defaults={"post": post})


def _on_the_shelf(path: Path) -> Picture:
    with path.open("rb") as file:
        return Picture.take(File(file))


def _place(post: Post, draft: Draft) -> None:
    """Its place in its series: as the file says, else where it is, else behind the others."""
    slug = slugify(draft.series)
    series, _is_new = Series.objects.get_or_create(
        slug=slug, defaults={"title": _named(draft.series)}
    )
    others = series.episodes.exclude(pk=post.pk)
    kept = post.episode if post.series_id == series.pk else None
    wanted = draft.episode or kept
    if wanted is None or others.filter(episode=wanted).exists():
        last = others.aggregate(last=Max("episode"))["last"] or 0
        if wanted is not None:
            draft.notes.append(f"place {wanted} of its series is taken: it is number {last + 1}")
        wanted = last + 1
    post.series, post.episode = series, wanted


def _topic(name: str) -> Topic:
    """The topic that is called so, by slug or name; made when there is none."""
    found = Topic.objects.filter(slug=slugify(name)).first()
    found = found or Topic.objects.filter(name__iexact=_named(name)).first()
    return found or Topic.objects.create(slug=slugify(name)[:60], name=_named(name)[:60])


def _named(reference: str) -> str:
    """What a reference names: `time-in` is "Time in"; a name in words stays as it is."""
    is_slug = slugify(reference) == reference
    return reference.replace("-", " ").capitalize() if is_slug else reference
