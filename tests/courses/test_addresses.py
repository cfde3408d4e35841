"""The address of a post changes, or the post goes: whoever has the old one is led on."""

import pytest
from django.test import Client

from courses.models import Post, Redirect, Topic
from tests import cast
from tests.courses.desk import change, press_save
from tests.library import post

pytestmark = pytest.mark.django_db


@pytest.fixture
def ed(client) -> Client:
    client.force_login(cast.ed())
    return client


def deletion(target: Post) -> str:
    return f"/admin/courses/post/{target.pk}/delete/"


def old_address(ed: Client, **fields) -> str:
    """Write an old address; returns what the form complains of."""
    typed = {"path": "/old/", "post": "", "to_path": "", **fields}
    answer = ed.post("/admin/courses/redirect/add/", typed)
    return "" if answer.status_code == 302 else answer.context["adminform"].form.errors.as_text()


def test_an_old_address_that_was_not_typed_is_asked_for_and_nothing_else(ed):
    assert old_address(ed, path="") == "* path\n  * This field is required."


def test_an_address_that_changes_and_changes_back_never_loops(ed):
    target = post("Target", slug="first")
    for slug, old in (("second", "first"), ("third", "second"), ("first", "third")):
        assert press_save(ed, change(target), slug=slug) == ""
        answer = Client().get(f"/posts/{old}/", follow=True)
        assert answer.redirect_chain == [(f"/posts/{slug}/", 301)]
    assert Client().get("/posts/first/").status_code == 200
    assert Client().get("/posts/second/", follow=True).redirect_chain == [("/posts/first/", 301)]


def test_a_draft_leaves_no_address_behind(ed):
    target = post("Target", slug="first", published_at=None)
    draft = {"published_at_0": "", "published_at_1": ""}
    assert press_save(ed, change(target), slug="second", **draft) == ""
    assert not Redirect.objects.exists()


class TestDeleting:
    """The form asks what its address should answer then."""

    def test_it_is_gone_for_good_unless_said_otherwise(self, ed):
        target = post("Target", slug="first")
        assert press_save(ed, change(target), slug="second") == ""
        page = ed.get(deletion(target)).text
        assert "Nothing chosen: it is gone for good." in page
        ed.post(deletion(target), {"post": "yes", "other": ""})
        for slug in ("first", "second"):
            assert Client().get(f"/posts/{slug}/").status_code == 410

    def test_it_leads_to_another_post_and_so_do_its_older_addresses(self, ed):
        target, other = post("Target", slug="first"), post("Other")
        assert press_save(ed, change(target), slug="second") == ""
        ed.post(deletion(target), {"post": "yes", "other": other.pk})
        for slug in ("first", "second"):
            answer = Client().get(f"/posts/{slug}/", follow=True)
            assert answer.redirect_chain == [("/posts/other/", 301)]

    def test_another_post_that_is_gone_by_then_is_asked_for_again(self, ed):
        target = post("Target")
        answer = ed.post(deletion(target), {"post": "yes", "other": 999}, follow=True)
        assert "no longer there" in answer.text
        assert Post.objects.exists()

    def test_of_a_draft_nothing_is_asked_or_kept(self, ed):
        target = post("Target", published_at=None)
        assert "gone for good" not in ed.get(deletion(target)).text
        ed.post(deletion(target), {"post": "yes"})
        assert Client().get("/posts/target/").status_code == 404

    def test_several_at_once_are_gone(self, ed):
        chosen = [post("One").pk, post("Two").pk]
        typed = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
        ed.post("/admin/courses/post/", typed)
        assert Client().get("/posts/one/").status_code == 410


class TestTable:
    """Circles and chains are refused, and the sentence says what to write."""

    def test_a_circle(self, ed):
        assert old_address(ed, to_path="/new/") == ""
        assert "in a circle" in old_address(ed, path="/new/", to_path="/old/")
        assert "in a circle" in old_address(ed, path="/same/", to_path="/SAME")

    def test_a_chain_from_either_end(self, ed):
        assert old_address(ed, path="/b/", to_path="/c/") == ""
        said = old_address(ed, path="/a/", to_path="/b/")
        assert "Write where it leads now: /c/." in said
        assert "/b leads here" in old_address(ed, path="/c/", to_path="/d/")

    def test_an_address_that_is_gone_is_no_aim(self, ed):
        assert old_address(ed, path="/b/") == ""
        assert "gone for good" in old_address(ed, path="/a/", to_path="/b/")

    def test_the_post_s_own_address(self, ed):
        target = post("Target")
        said = old_address(ed, path="/posts/target/", post=target.pk)
        assert "where the post is now" in said

    def test_a_topic_renamed_twice_leads_on_in_one_step(self, ed):
        topic = Topic.objects.create(name="Sleep", slug="a")
        for slug in ("b", "c"):
            topic.slug = slug
            topic.save()
        answer = Client().get("/topics/a/", follow=True)
        assert answer.redirect_chain == [("/topics/c/", 301)]
