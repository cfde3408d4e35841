"""`manage.py fill`: a large library in a place of its own."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from courses.models import Post
from courses.relating import relate_all
from nerdherd.accounts.models import User
from tests.library import post

pytestmark = pytest.mark.django_db


def test_it_fills_and_goes_on_where_it_was_broken_off():
    call_command("fill", "--posts", "12", "--members", "3", verbosity=0)
    first = list(Post.objects.order_by("pk").values_list("title", "body"))
    call_command("fill", "--posts", "30", "--members", "5", verbosity=0)
    assert list(Post.objects.order_by("pk").values_list("title", "body"))[:12] == first
    assert Post.objects.published().count() == Post.objects.values("title").distinct().count() == 30
    members = User.objects.filter(email__startswith="filled-")
    assert len(members) == 5
    assert all(person.has_perm("courses.watch_members_only") for person in members)
    assert not any(person.has_usable_password() for person in members)


def test_its_posts_are_posts_like_any(settings, tmp_path):
    settings.SIMILAR_MODEL_DIR = str(tmp_path)
    call_command("fill", "--posts", "30", verbosity=0)
    relate_all()
    for made in Post.objects.prefetch_related("topics"):
        assert made.topics.exists()
        assert made.similar.exists()
        made.full_clean()
    series = Post.objects.exclude(series=None).order_by("series", "episode")
    assert [made.episode for made in series] == list(range(1, len(series) + 1))
    page = Client().get(Post.objects.free()[0].get_absolute_url()).text
    assert "Similar to what you just read" in page


def test_it_keeps_away_from_a_library_that_somebody_wrote():
    post("Written by hand")
    with pytest.raises(CommandError, match="place of its own"):
        call_command("fill", "--posts", "5", verbosity=0)
    assert Post.objects.count() == 1
