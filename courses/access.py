"""The paywall: who may have all of a post, and what everybody may have. Decided here only."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.utils.safestring import SafeString

from courses import richtext
from courses.models import Post
from courses.models.post import PostQuerySet

Person = AbstractBaseUser | AnonymousUser


class Somebody(AnonymousUser):
    """A reader who is nobody in particular, a visitor or a member: for them previews are made.

    `behind` is an editor, whose passes let the video of a draft play.
    """

    def __init__(self, behind: AbstractBaseUser | AnonymousUser, *, is_member: bool) -> None:
        self.pk = self.id = behind.pk
        self.is_member = is_member

    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]
        """Members are signed in."""
        return self.is_member

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """What a member may, and nothing else."""
        return self.is_member and perm == "courses.watch_members_only"


def can_watch(user: Person, post: Post) -> bool:
    """Whether `user` may have all of `post`: it is free, or they have the permission."""
    return post.is_free or may_have_everything(user)


def watchable(posts: PostQuerySet, user: Person) -> PostQuerySet:
    """Those of `posts` that `user` may have all of (`can_watch`, as a query)."""
    return posts if may_have_everything(user) else posts.free()


def may_have_everything(user: Person) -> bool:
    """Asked in the framework's own words; whoever sells it answers in a backend."""
    return isinstance(user, PermissionsMixin | Somebody) and user.has_perm(
        "courses.watch_members_only"
    )


def readable_body(post: Post, *, whole: bool) -> SafeString:
    """The text of `post`, the whole or its opening, cleaned once more on the way to the page."""
    return richtext.shown(post.body if whole else post.opening)
