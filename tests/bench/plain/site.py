"""The plain site: settings, one page as one would write it first, a library, a WSGI application.

The page says what ours says: a text of 12 KB, its topics, three cards, who is signed in.
"""

import os
from pathlib import Path

from django.conf import settings

FOLDER = Path(os.environ["PLAIN_DIR"])

settings.configure(
    SECRET_KEY="of-the-yardstick",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    STATIC_URL="static/",
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "django.contrib.staticfiles", "tests.bench.plain",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "db.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL", "transaction_mode": "IMMEDIATE"},
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)  # fmt: skip

from django.core.wsgi import get_wsgi_application  # noqa: E402 - settings first

application = get_wsgi_application()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import get_object_or_404, render  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.bench.plain.models import Post, Topic  # noqa: E402

SENTENCE = "One or two sentences that say what it is about, and why one would want to read it now."


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One post, its topics, and three like it."""
    post = get_object_or_404(Post, slug=slug)
    context = {"post": post, "topics": post.topics.all(), "similar": post.similar.all()[:3]}
    return render(request, "page.html", context)


def elsewhere(request: HttpRequest) -> HttpResponse:
    """What the page links to."""
    return HttpResponse("Elsewhere.")


urlpatterns = [
    path("", elsewhere, name="home"),
    path("account/", elsewhere, name="account"),
    path("posts/<slug:slug>/", page, name="post"),
]


def make() -> str:
    """The library of 200; returns the session of somebody who has signed in."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    topics = [Topic.objects.create(slug=f"topic-{n}", name=f"Topic {n}") for n in range(5)]
    posts = Post.objects.bulk_create(
        Post(
            slug=f"post-{number}", title=f"Post {number}", summary=SENTENCE,
            body="<p>Words and words.</p>" * 420, picture=f"/media/{number}.webp",
            published_at=timezone.now(),
        )
        for number in range(200)
    )  # fmt: skip
    for post in posts[:20]:
        post.topics.set(topics[:2])
        post.similar.set(posts[20:23])
    client = Client()
    client.force_login(User.objects.create_user("mona"))  # type: ignore[arg-type]
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    print(make())
