"""The paywall: who may have all of a post, and what everybody may have. Decided here only."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.utils.safestring import SafeString

from courses import richtext
from courses.models import Post
from courses.models.post import PostQuerySet

Person = AbstractBaseUser | AnonymousUser


def can_watch(user: Person, post: Post) -> bool:
    """Whether `user` may have all of `post`: it is free, or they have the permission."""
    return post.is_free or _may_have_everything(user)


def watchable(posts: PostQuerySet, user: Person) -> PostQuerySet:
    """Those of `posts` that `user` may have all of (`can_watch`, as a query)."""
    return posts if _may_have_everything(user) else posts.free()


def _may_have_everything(user: Person) -> bool:
    """Asked in the framework's own words; whoever sells it answers in a backend."""
    return isinstance(user, PermissionsMixin) and user.has_perm("courses.watch_members_only")


def readable_body(post: Post, *, whole: bool) -> SafeString:
    """The text of `post`, the whole or its opening, cleaned once more on the way to the page."""
    return richtext.clean(post.body if whole else post.opening)
