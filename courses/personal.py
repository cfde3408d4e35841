"""What the library holds about people."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q

from courses.models import (
    DraftLink,
    NewsChoice,
    PausedHistory,
    PodcastKey,
    Progress,
    Saved,
    Upload,
    Version,
    WorkingCopy,
)
from nerdherd.lib.personal import holds


def _theirs(person: AbstractBaseUser) -> Q:
    return Q(person_id=person.pk)


holds("seen", Progress, _theirs, "post__slug place seen_at finished_at")
holds("history paused", PausedHistory, _theirs, "paused_at")
holds("saved for later", Saved, _theirs, "post__slug saved_at")
holds(
    "mail about new posts",
    NewsChoice,
    _theirs,
    "pace told_until",
    {
        "key": "What ends these mails; it stands in each of them.",
    },
)
holds(
    "podcast feed",
    PodcastKey,
    _theirs,
    "made_at",
    {
        "key": "What opens the feed; it stands on the account's pages.",
    },
)
holds(
    "uploads",
    Upload,
    lambda person: Q(editor_id=person.pk),
    "file_name size touched_at finished_at video__post__slug",
    {
        "part_size": "How it was sent.",
        "key": "Where it lies.",
        "multipart_id": "Where it lies.",
    },
)
holds(
    "posts being written",
    WorkingCopy,
    lambda person: Q(editor_id=person.pk),
    "post__slug typed saved_at",
)
holds(
    "versions of posts",
    Version,
    lambda person: Q(saved_by_id=person.pk),
    "post__slug number saved_at",
    {
        "fields": "The post, which is the site's.",
    },
)
holds(
    "links to drafts",
    DraftLink,
    lambda person: Q(made_by_id=person.pk),
    "post__slug made_at ends_at revoked_at",
    {
        "key": "What opens the draft.",
    },
)
