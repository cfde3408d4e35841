"""The page of a post as members get it: made once for all of them, and filled in for each.

What is kept was made for a member who is nobody in particular (`Somebody`), on a request of its
own: there is nothing of one person in it to be given to another. Where something is said of one
person it has a hole. Whether somebody may have it is asked of each, each time.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.crypto import get_random_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from courses.access import Person, Somebody, may_have_everything
from courses.mine import Mine, place_of, saving
from courses.models import Post, Progress, Saved, SimilarPost
from courses.post_page import content_of
from courses.video import delivery
from nerdherd.lib.shelf import Shelf, shelf_of

MEMBER = Somebody(AnonymousUser(), is_member=True)
# Nobody can write one of these into a text: they are other ones in each process.
PLACE, SAVING, TOKEN, PASS = (f"hole-{get_random_string(32)}" for _ in range(4))


@dataclass(frozen=True)
class KeptPost:
    """A post and the numbers of those in its list; for all threads, so only to be read."""

    post: Post
    others: frozenset[int]

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return 8000 + len(self.post.body) + len(self.post.opening)


@dataclass(frozen=True)
class KeptPage:
    """The page with holes, and what goes into one of them: the button, for not saved and saved."""

    html: bytes
    buttons: tuple[str, str]

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return 1000 + len(self.html)


def members_page(request: HttpRequest, slug: str) -> HttpResponse | None:
    """For a member who asks for nothing special; None for others, and where nothing is kept."""
    shelf, user = shelf_of(request), request.user
    if shelf is None or user.is_staff or request.GET or not may_have_everything(user):
        return None
    kept = _kept_post(shelf, slug)
    if kept is None or len(get_messages(request)):
        return None
    post = kept.post
    seen = {row[0]: row[1:] for row in _seen(user, [post.pk, *kept.others])}
    finished = frozenset(pk for pk in kept.others if pk in seen and seen[pk][2])
    page = _kept_page(shelf, request, kept, finished)
    place, seen_at, finished_at = seen.get(post.pk, (0, None, None))
    is_saved = Saved.objects.filter(person=user.pk, post=post.pk).exists()
    token = get_token(request)
    is_over = finished_at is not None and finished_at == seen_at
    filling = {SAVING: page.buttons[is_saved], PLACE: place_of(token, place, seen_at, is_over)}
    if PASS.encode() in page.html:
        filling[PASS] = delivery.pass_for(post.video, post, user)
    filled = page.html
    for hole, text in (filling | {TOKEN: token}).items():  # the button has a hole of its own
        filled = filled.replace(hole.encode(), text.encode())
    return HttpResponse(filled)


def _seen(user: Person, posts: Iterable[int]) -> Iterable[tuple]:
    rows = Progress.objects.filter(person=user.pk, post__in=posts)
    return rows.values_list("post", "place", "seen_at", "finished_at")


def _kept_post(shelf: Shelf[object], slug: str) -> KeptPost | None:
    key = ("post", slug)
    kept = shelf.get(key)
    if isinstance(kept, KeptPost):
        return kept
    version = shelf.version()
    post = Post.objects.visible_to(MEMBER).for_page(AnonymousUser()).filter(slug=slug).first()
    if post is None:
        return None
    others = SimilarPost.objects.filter(post=post, is_blocked=False).values_list("other", flat=True)
    made = KeptPost(post, frozenset(others))
    shelf.put(key, made, made.size, version)
    return made


def _kept_page(
    shelf: Shelf[object], request: HttpRequest, kept: KeptPost, finished: frozenset[int]
) -> KeptPage:
    key = ("page", kept.post.slug, get_language(), finished)
    page = shelf.get(key)
    if isinstance(page, KeptPage):
        return page
    version = shelf.version()
    made = _made(request, kept.post, finished)
    shelf.put(key, made, made.size, version)
    return made


def _made(request: HttpRequest, post: Post, finished: frozenset[int]) -> KeptPage:
    """Of the request nothing is passed on but which page it is for."""
    for_nobody = HttpRequest()
    for_nobody.path, for_nobody.resolver_match = request.path, request.resolver_match
    for_nobody.user = MEMBER
    context = content_of(post, MEMBER, pass_=PASS, finished=finished)
    context["mine"] = Mine(SafeString(PLACE), SafeString(SAVING))
    html = render_to_string("courses/post_detail.html", context, for_nobody).encode()
    return KeptPage(html, (saving(post, TOKEN, False), saving(post, TOKEN, True)))
