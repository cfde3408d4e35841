"""A film on its way here from an editor's browser: begun, completed, given up, or swept."""

import time
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError
from django.db import transaction
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Post, Upload, Video
from courses.models.video import original_name
from courses.parts import store
from courses.video.look import is_video
from nerdherd.lib.stores import gated_storage

PART_SIZE = 8 * 1024**2  # the largest file comes in 1024 parts; a bucket takes 10,000
MAX_SIZE = 8 * 1024**3
SPARE = 1024**3  # what must be left on the disk for everything else
HEAD = 64
LIFE = timedelta(days=1)
NOT_A_VIDEO = _(
    "This file is not a video. Please choose the file that your phone or camera made, for example "
    "one that ends in .mp4 or .mov."
)
CHANGED = _("The file arrived with another length than it had. Please choose it again.")


class Refused(Exception):
    """We cannot take the file; the message says what to do, `status` says it in HTTP's words."""

    def __init__(self, message: object, status: int) -> None:
        super().__init__(str(message))
        self.status = status


class Incomplete(Exception):
    """Parts are missing."""


def begin(editor: Any, name: str, size: int, head: bytes, post: Post | None) -> Upload:
    """The upload of this file by this editor: the one that was left, or else a new one.

    `head` is how the file begins, 64 bytes of it. Raises Refused.
    """
    _check(size, head)
    video = Video.objects.get_or_create(post=post)[0] if post else None
    unused = Q(video=None) | Q(video=video, finished_at=None)
    mine = Upload.objects.filter(unused, editor=editor, file_name=name, size=size)
    upload = mine.order_by("-touched_at").first() or _begin_new(editor, name, size)
    if video:
        attach(upload, video)
    return upload


def _check(size: int, head: bytes) -> None:
    if not is_video(head):
        raise Refused(NOT_A_VIDEO, 415)
    if size > MAX_SIZE:
        raise Refused(
            _(
                "This file has %(size)s; %(most)s are the most. "
                "Please export it smaller, for example at 1080p."
            )
            % {"size": filesizeformat(size), "most": filesizeformat(MAX_SIZE)},
            413,
        )


def _begin_new(editor: Any, name: str, size: int) -> Upload:
    room, needed = store().room(), 2 * size + SPARE
    if room is not None and room < needed:
        raise Refused(
            _(
                "The server’s disk is too full: this video needs %(needed)s free, and there are "
                "%(room)s. Please have room made, then try again."
            )
            % {"needed": filesizeformat(needed), "room": filesizeformat(room)},
            507,
        )
    key = original_name(None, name)
    upload = Upload(editor=editor, file_name=name, size=size, part_size=PART_SIZE, key=key)
    store().begin(upload)
    upload.save()
    return upload


@transaction.atomic
def attach(upload: Upload, video: Video) -> None:
    """Say which video it is for, the first time; a complete one is taken at once."""
    unattached = Upload.objects.filter(pk=upload.pk, video=None)
    if unattached.update(video=video, touched_at=timezone.now()):
        upload.refresh_from_db()
        if upload.finished_at:
            video.take_file(upload.key)


def complete(upload: Upload) -> None:
    """Put the parts together and have the video prepared, if it is known; twice is once.

    Raises Incomplete when parts are missing, and Refused when it turns out to be no video, or
    another file.
    """
    if upload.finished_at:
        return
    _assemble(upload)
    is_right_size = gated_storage().size(upload.key) == upload.size
    if not is_right_size or not is_video(store().first_bytes(upload, HEAD)):
        give_up(upload)
        raise Refused(NOT_A_VIDEO if is_right_size else CHANGED, 415)
    _finish(upload)


def _assemble(upload: Upload) -> None:
    missing = set(range(1, upload.parts + 1)) - store().here(upload)
    if not missing:
        try:
            store().assemble(upload)
        except ClientError:  # of two at once a bucket may refuse the second in its own words
            if not _appears(upload.key, tries=10):
                raise
    # Where no part is left, another request may be putting them together at this moment.
    elif not _appears(upload.key, tries=10 if len(missing) == upload.parts else 1):
        raise Incomplete


def _appears(key: str, tries: int) -> bool:
    """Whether the whole film is there by now: another request was quicker."""
    for _try in range(tries - 1):
        if gated_storage().exists(key):
            return True
        time.sleep(0.1)
    return gated_storage().exists(key)


@transaction.atomic
def _finish(upload: Upload) -> None:
    now = timezone.now()
    unfinished = Upload.objects.filter(pk=upload.pk, finished_at=None)
    if unfinished.update(finished_at=now, touched_at=now):
        # Read again: the post may have been saved, and the video so become known, this moment.
        upload.refresh_from_db()
        if upload.video:
            upload.video.take_file(upload.key)


def give_up(upload: Upload) -> None:
    """Forget the upload, with all that is here of it and is no video's file."""
    Upload.objects.filter(pk=upload.pk).delete()
    _throw_away(upload)


def _throw_away(upload: Upload) -> None:
    store().discard(upload)
    if not Video.objects.filter(original=upload.key).exists():
        gated_storage().delete(upload.key)


def sweep() -> None:
    """Throw away what nobody has touched for a day: left in the middle, or whole and never used."""
    before = timezone.now() - LIFE
    for upload in Upload.objects.filter(touched_at__lt=before):
        # Somebody may have gone on with it this moment.
        if Upload.objects.filter(pk=upload.pk, touched_at__lt=before).delete()[0]:
            _throw_away(upload)
    store().sweep(before, list(Upload.objects.all()))
