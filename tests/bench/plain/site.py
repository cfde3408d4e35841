"""The plain site, in one file: settings, one view, one template, a library, a WSGI application."""

import os
from pathlib import Path

from django.conf import settings

FOLDER = Path(os.environ["PLAIN_DIR"])
PAGE = """<!doctype html><html lang="en"><head><title>{{ post.title }}</title></head><body>
<header>{% if user.is_authenticated %}{{ user.username }}{% else %}Sign in{% endif %}</header>
<h1>{{ post.title }}</h1>{{ post.body|safe }}
<ul>{% for other in related %}<li><a href="/{{ other.slug }}/">{{ other.title }}</a></li>{% endfor %}</ul>
<form method="post" action="/join/"><button>Join</button></form></body></html>"""

settings.configure(
    SECRET_KEY="of-the-yardstick",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "tests.bench.plain",
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
            "BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [FOLDER],
            "OPTIONS": {"context_processors": ["django.contrib.auth.context_processors.auth"]},
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

from tests.bench.plain.models import Post  # noqa: E402


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One post, and three like it."""
    post = get_object_or_404(Post, slug=slug)
    related = post.related.all()[:3]
    return render(request, "page.html", {"post": post, "related": related})


urlpatterns = [path("<slug:slug>/", page)]


def make() -> str:
    """The library of 200; returns the session of somebody who has signed in."""
    (FOLDER / "page.html").write_text(PAGE)
    call_command("migrate", run_syncdb=True, verbosity=0)
    posts = Post.objects.bulk_create(
        Post(slug=f"post-{number}", title=f"Post {number}", body="<p>Words and words.</p>" * 500)
        for number in range(200)
    )
    for post in posts[:20]:
        post.related.set(posts[20:23])
    client = Client()
    client.force_login(User.objects.create_user("mona"))  # type: ignore[arg-type]
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    print(make())
