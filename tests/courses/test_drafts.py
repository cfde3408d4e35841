"""A post before it is out: previews for editors, and links that show a draft to others."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import DraftLink, Post
from courses.video.pipeline import prepare_next
from tests import cast
from tests.courses.desk import ADD, SRT, press_save, rows, upload, written
from tests.courses.films import film
from tests.library import CANARY, LONG_BODY, members_post, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def ed(client) -> Client:
    client.force_login(cast.ed())
    return client


def draft(**fields) -> Post:
    return members_post("Draft", published_at=None, **fields)


def link_to(ed: Client, target: Post) -> str:
    assert ed.post(f"/admin/posts/{target.pk}/links/").status_code == 302
    return DraftLink.objects.latest("made_at").get_absolute_url()


class TestPreview:
    """For the editor who writes it."""

    def test_a_visitor_gets_the_opening_and_a_member_all_of_it(self, ed):
        address = f"/admin/posts/{draft().pk}/preview/"
        visitor, member = ed.get(address + "visitor/"), ed.get(address + "member/")
        assert CANARY not in visitor.text
        assert "Sign in" in visitor.text
        assert CANARY in member.text
        assert "Your account" in member.text
        for page in (visitor, member):
            assert page["Cache-Control"] == "private, no-store"
            assert page["X-Robots-Tag"] == "noindex, nofollow"
            assert '<meta name="robots" content="noindex' in page.text

    def test_it_is_the_page_that_readers_get_then(self, ed):
        target = members_post("Out")
        mine = ed.get(f"/admin/posts/{target.pk}/preview/visitor/").text
        theirs = Client().get(target.get_absolute_url()).text
        article = theirs[theirs.index("<article") : theirs.index("</main>")]
        assert article in mine

    def test_it_shows_what_is_not_saved(self, ed):
        target = draft()
        typed = written(
            slug=target.slug, body="<p>Only <strong>typed</strong>.</p><script>x</script>"
        )
        ed.post(f"/admin/posts/{target.pk}/writing/", typed)
        page = ed.get(f"/admin/posts/{target.pk}/writing/member/").text
        assert "<p>Only <strong>typed</strong>.</p>" in page
        assert "<script>x" not in page
        assert CANARY in ed.get(f"/admin/posts/{target.pk}/preview/member/").text
        target.refresh_from_db()
        assert CANARY in target.body

    def test_a_visitor_gets_the_opening_of_what_is_typed(self, ed):
        target = draft()
        typed = LONG_BODY.replace("The opening is", "Another opening is")
        ed.post(f"/admin/posts/{target.pk}/writing/", written(slug=target.slug, body=typed))
        page = ed.get(f"/admin/posts/{target.pk}/writing/visitor/").text
        assert "Another opening is" in page
        assert CANARY not in page

    def test_of_a_new_post_too(self, ed):
        assert ed.get("/admin/posts/new/writing/member/").status_code == 404
        ed.post("/admin/posts/new/writing/", written(slug="", title="Not yet there"))
        assert "Not yet there" in ed.get("/admin/posts/new/writing/member/").text
        assert not Post.objects.exists()

    @pytest.mark.parametrize("who", ["mona", "support", "nobody"])
    def test_for_nobody_else(self, client, who):
        target = draft()
        cast.enter(client, who)
        for kind in ("preview", "writing"):
            answer = client.get(f"/admin/posts/{target.pk}/{kind}/member/")
            assert answer.status_code in (302, 403)
        assert client.get(target.get_absolute_url()).status_code == 404
        assert client.post(f"/admin/posts/{target.pk}/links/").status_code in (302, 403)


class TestLink:
    """For somebody without an account."""

    def test_it_shows_the_saved_draft_and_nothing_else(self, ed):
        target, other = draft(), members_post("Another")
        ed.post(f"/admin/posts/{target.pk}/writing/", written(body="<p>Only typed.</p>"))
        address = link_to(ed, target)
        visitor = Client()
        page = visitor.get(address)
        assert CANARY in page.text
        assert "Only typed." not in page.text
        assert page["Cache-Control"] == "private, no-store"
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert "/admin/" not in page.text
        assert visitor.get(target.get_absolute_url()).status_code == 404
        assert CANARY not in visitor.get(other.get_absolute_url()).text

    def test_its_video_plays_for_whoever_has_the_link(self, ed):
        new = {"original": upload(film(seconds=1), "clip.mp4"), "captions": SRT}
        moment = {"published_at_0": "2099-01-01", **rows("video", new)}
        assert press_save(ed, ADD, **moment) == ""
        prepare_next()
        page = Client().get(link_to(ed, Post.objects.get())).text
        assert "Hello, my dear." in page
        (address,) = set(re.findall(r'/watch/[^"]+/video\.mp4', page))
        assert Client().get(address).status_code == 200
        Post.objects.get().draft_links.get().made_by.groups.clear()
        assert Client().get(address).status_code == 404

    def test_taken_back_over_or_guessed_it_is_not_found(self, ed):
        missing = Client().get("/drafts/guessed/")
        assert missing.status_code == 404
        taken, over = link_to(ed, draft()), link_to(ed, Post.objects.get())
        ed.post(
            f"/admin/links/{DraftLink.objects.get(key__in=[taken.split('/')[2]]).pk}/revocation/"
        )
        DraftLink.objects.filter(key=over.split("/")[2]).update(
            ends_at=timezone.now() - timedelta(seconds=1)
        )
        for address in (taken, over):
            assert Client().get(address).status_code == 404
            assert (
                address not in ed.get(f"/admin/courses/post/{Post.objects.get().pk}/change/").text
            )

    def test_once_it_is_out_the_link_leads_to_the_page_with_its_paywall(self, ed):
        target = draft()
        address = link_to(ed, target)
        Post.objects.update(published_at=timezone.now())
        answer = Client().get(address, follow=True)
        assert answer.redirect_chain == [(target.get_absolute_url(), 302)]
        assert CANARY not in answer.text

    def test_it_ends_with_the_rights_of_who_made_it_and_with_the_post(self, ed):
        target = draft()
        address = link_to(ed, target)
        maker = DraftLink.objects.get().made_by
        maker.groups.clear()
        assert Client().get(address).status_code == 404
        target.delete()
        assert not DraftLink.objects.exists()


def test_a_preview_keeps_no_place_and_changes_nothing(client):
    client.force_login(cast.ed())
    target = post("Target")
    before = Post.objects.values().get()
    client.get(f"/admin/posts/{target.pk}/preview/member/")
    assert Post.objects.values().get() == before
