"""What a post was before: every save is kept, compared in words, and brought back."""

import pytest
from django.test import Client

from courses import richtext
from courses.comparing import compare, words
from courses.models import Picture, Post, Topic
from tests import cast
from tests.courses.desk import ADD, change, press_save
from tests.library import post

pytestmark = pytest.mark.django_db


@pytest.fixture
def ed(client) -> Client:
    client.force_login(cast.ed())
    return client


def at(target: Post, rest: str = "") -> str:
    return f"/admin/posts/{target.pk}/versions/{rest}"


def test_every_save_that_changes_something_is_a_version(ed):
    topic = Topic.objects.create(name="Sleep", slug="sleep")
    assert press_save(ed, ADD) == ""
    target = Post.objects.get()
    for _twice in range(2):
        assert press_save(ed, change(target), topics=[topic.pk], title="New title") == ""
    assert [version.number for version in target.versions.all()] == [2, 1]
    page = ed.get(f"/admin/courses/post/{target.pk}/history/").text
    assert "Version 2" in page
    assert "ed@example.com" in page
    page = ed.get(at(target, "2/")).text
    assert "<del>Staying close</del><ins>New title</ins>" in page
    assert "<del>(nothing)</del><ins>Sleep</ins>" in page
    assert "<dt>Text</dt>" not in page


def test_what_was_there_before_the_first_version_is_kept_too(ed):
    target = post("From the import", body="<p>As it was.</p>")
    assert press_save(ed, change(target), slug=target.slug) == ""
    first = target.versions.get(number=1)
    assert (first.fields["title"], first.saved_by) == ("From the import", None)


def test_a_version_comes_back_as_a_new_one_and_moves_nothing(ed):
    topic = Topic.objects.create(name="Sleep", slug="sleep")
    draft = {"published_at_0": "", "published_at_1": ""}
    assert press_save(ed, ADD, topics=[topic.pk], **draft) == ""
    target = Post.objects.get()
    assert press_save(ed, change(target), title="Other", slug="other", body="<p>New.</p>") == ""
    assert ed.post(at(target, "1/restoration/")).status_code == 302
    target.refresh_from_db()
    assert (target.title, [*target.topics.all()]) == ("Staying close", [topic])
    assert "Stay <strong>close" in target.body
    assert (target.slug, target.state) == ("other", "published")
    assert [version.number for version in target.versions.all()] == [3, 2, 1]
    page = ed.get(at(target, "3/since/2/")).text
    assert "<del>New.</del>" in page


def test_a_picture_comes_back_and_is_not_swept_meanwhile(ed):
    picture = Picture.objects.create(name="pictures/a", width=960, height=540)
    target = post("Target", picture=picture, focus_x=80)
    assert press_save(ed, change(target), **{"picture-clear": "on"}) == ""
    assert Post.objects.get().cover is None
    assert not Picture.objects.unused().exists()
    ed.post(at(target, "1/restoration/"))
    target.refresh_from_db()
    assert (target.picture, target.focus_x) == (picture, 80)
    assert target.cover
    assert target.cover.largest == "pictures/a-960.webp"


@pytest.mark.parametrize("who", ["mona", "support", "nobody"])
def test_for_editors_only(client, who):
    editor = Client()
    editor.force_login(cast.ed())
    assert press_save(editor, ADD) == ""
    target = Post.objects.get()
    cast.enter(client, who)
    assert client.get(at(target, "1/")).status_code in (302, 403)
    assert client.post(at(target, "1/restoration/")).status_code in (302, 403)
    assert editor.get(at(target, "9/")).status_code == 404


def test_a_text_is_compared_as_one_would_write_it():
    html = '<h2>Why</h2><p>Stay <strong>close</strong>, <a href="/a/">here</a>.</p><ul><li><p>one</p></li><li><p>two</p></li></ul>'
    assert richtext.written(html) == "## Why\nStay *close*, here (/a/).\n• one\n• two"
    spread = html.replace("><", ">\n<")
    assert richtext.written(spread) == richtext.written(html)


def test_of_what_stays_only_the_ends_are_shown():
    long = " ".join(f"w{n}" for n in range(100))
    (change,) = compare({"body": f"<p>old {long}</p>"}, {"body": f"<p>new {long}</p>"})
    kinds = [kind for kind, _text in change.parts]
    assert kinds == ["removed", "added", "same"]
    assert change.parts[-1][1].startswith("w0 w1 ")
    assert "[…]" in change.parts[-1][1]
    assert change.parts[-1][1].endswith("w98 w99")


def test_what_only_a_machine_tells_apart_is_no_change():
    assert compare({"body": "<p>a</p>\n<p>b</p>"}, {"body": "<p>a</p><p>b</p>"}) == []


def test_words_are_kept_removed_or_added():
    assert words("one two three", "one 2 three") == [
        ("same", "one "),
        ("removed", "two "),
        ("added", "2 "),
        ("same", "three"),
    ]
    assert words("", "new") == [("added", "new")]
