"""An editor at work: the whole form of a post, what it refuses, and that nothing typed is lost."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from PIL import Image

from courses.models import Post, PostVector, Series, SimilarPost, Topic, Video
from courses.relating import relate_changed
from courses.video.pipeline import prepare_next
from tests import cast
from tests.courses.desk import ADD, SRT, change, press_save, rows, upload, written
from tests.courses.films import film
from tests.library import post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_desk(client):
    client.force_login(cast.ed())


def picture(size=(900, 600)) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, "JPEG")
    return file.getvalue()


def pins(target: Post) -> list[tuple[str, str]]:
    mine = target.similar.filter(is_pinned=True).select_related("other")
    return [(row.other.title, row.reason) for row in mine]


def with_film(client) -> Video:
    """A post whose video has been prepared."""
    new = {"original": upload(film(seconds=1), "clip.mp4"), "captions": SRT}
    assert press_save(client, ADD, **rows("video", new)) == ""
    prepare_next()
    return Video.objects.get()


def test_a_post_with_everything_is_made_in_one_go(client):
    topics = [Topic.objects.create(name=name, slug=name.lower()) for name in ("Shame", "Sleep")]
    series = Series.objects.create(title="Begin here", slug="begin-here")
    one, two = post("One"), post("Two")

    assert not press_save(
        client,
        ADD,
        topics=[topic.pk for topic in topics],
        series=series.pk,
        episode=1,
        access="free_until",
        free_until_0="2099-01-01",
        free_until_1="12:00:00",
        picture_alt="Two hands",
        body="<p>Stay <strong>close</strong>.<script>alert(1)</script></p>",
        **{"picture-file": upload(picture(), "IMG_1.jpg")},
        **rows("video", {"original": upload(film(seconds=1), "clip.mp4"), "captions": SRT}),
        **rows(
            "similar",
            {"rank": 2, "other": one.pk, "reason": ""},
            {"rank": 1, "other": two.pk, "reason": "Read this one next."},
        ),
    )

    made = Post.objects.get(slug="staying-close")
    assert set(made.topics.all()) == set(topics)
    assert (made.series, made.episode, made.picture_alt) == (series, 1, "Two hands")
    assert made.free_until == datetime(2099, 1, 1, 12, tzinfo=UTC)
    assert made.cover
    assert made.body == "<p>Stay <strong>close</strong>.</p>"
    assert made.video.state == Video.State.UPLOADED
    assert [part[0]["text"] for part in made.video.transcript] == ["Hello, my dear."]
    assert pins(made) == [("Two", "Read this one next."), ("One", "")]

    prepare_next()
    page = client.get(made.get_absolute_url()).text
    assert 'data-kind="video" data-access="full"' in page
    assert "Hello, my dear." in page


def test_an_editor_changes_a_post_and_readers_see_it(client):
    target = post("Old title", topics=("Sleep",))
    relate_changed()
    assert press_save(client, change(target), title="New title", slug=target.slug) == ""
    page = client.get(target.get_absolute_url()).text
    assert "New title" in page
    assert not target.topics.exists()
    assert Post.objects.get().related_at is None


def test_the_form_of_a_post_with_everything_opens(client):
    video = with_film(client)
    post("Other")
    relate_changed()
    form = client.get(change(video.post)).text
    assert "Ready: 0:01, 320 × 180." in form
    assert "Hello, my dear." in form
    assert "1. Other" in form
    assert client.get("/admin/courses/post/").status_code == 200


class TestPins:
    """The editor's own rows of the similar list."""

    def test_a_post_that_the_machine_already_lists_can_be_pinned(self, client):
        target, near = post("Target"), post("Near")
        relate_changed()
        assert target.similar.get().is_pinned is False
        pin = {"rank": 1, "other": near.pk, "reason": "Because."}
        assert press_save(client, change(target), **rows("similar", pin)) == ""
        assert pins(target) == [("Near", "Because.")]
        assert target.similar.count() == 1
        relate_changed()
        assert pins(target) == [("Near", "Because.")]

    def test_two_pins_change_places_or_posts(self, client):
        target, one, two = post("Target"), post("One"), post("Two")
        first, second = (
            SimilarPost.objects.create(post=target, other=other, rank=rank, is_pinned=True)
            for rank, other in enumerate((one, two), 1)
        )
        exchanged = [
            {"id": first.pk, "post": target.pk, "rank": 1, "other": two.pk, "reason": "Was Two"},
            {"id": second.pk, "post": target.pk, "rank": 2, "other": one.pk, "reason": "Was One"},
        ]
        assert press_save(client, change(target), **rows("similar", *exchanged, there=2)) == ""
        assert pins(target) == [("Two", "Was Two"), ("One", "Was One")]

    def test_a_pin_is_moved_to_a_post_that_the_machine_lists(self, client):
        target, one, two = post("Target"), post("One"), post("Two")
        pin = SimilarPost.objects.create(post=target, other=one, is_pinned=True)
        relate_changed()
        moved = {"id": pin.pk, "post": target.pk, "rank": 1, "other": two.pk, "reason": ""}
        assert press_save(client, change(target), **rows("similar", moved, there=1)) == ""
        assert pins(target) == [("Two", "")]

    def test_a_pin_taken_away_is_gone_and_the_machine_may_list_it(self, client):
        target, one = post("Target"), post("One")
        pin = SimilarPost.objects.create(post=target, other=one, is_pinned=True)
        gone = {"id": pin.pk, "post": target.pk, "rank": 1, "other": one.pk, "DELETE": "on"}
        assert press_save(client, change(target), **rows("similar", gone, there=1)) == ""
        assert pins(target) == []
        relate_changed()
        assert target.similar.get().is_pinned is False

    def test_a_post_is_kept_out_and_let_in_again(self, client):
        target, one = post("Target"), post("One")
        relate_changed()
        out = {"rank": 1, "other": one.pk, "reason": "", "is_blocked": "on"}
        assert press_save(client, change(target), **rows("similar", out)) == ""
        relate_changed()
        row = target.similar.get()
        assert (row.is_blocked, row.is_pinned) == (True, False)
        back = {"id": row.pk, "post": target.pk, "rank": 1, "other": one.pk, "reason": ""}
        assert press_save(client, change(target), **rows("similar", back, there=1)) == ""
        assert pins(target) == [("One", "")]

    def test_the_form_shows_the_list_as_readers_see_it_and_a_possible_double(self, client):
        target, one = post("Target", topics=("Shame",)), post("One", topics=("Shame",))
        two = post("Two <b>")
        SimilarPost.objects.create(post=target, other=two, is_pinned=True)
        relate_changed()
        PostVector.objects.update_or_create(
            post=target, defaults={"method": "m", "vector": b"", "double": one}
        )
        form = client.get(change(target)).text
        assert "1. Two &lt;b&gt;: Chosen by the editor</li>" in form
        assert "2. One: Also about shame (" in form
        assert "Says nearly the same as “One”" in form

    def test_the_list_finds_posts_that_nobody_is_led_to(self, client):
        target, one = post("Target"), post("One")
        SimilarPost.objects.create(post=target, other=one, rank=2)
        page = client.get("/admin/courses/post/?lacks=way").text
        assert "Target</a>" in page
        assert "One</a>" not in page

    def test_a_post_cannot_be_pinned_to_itself(self, client):
        target = post("Target")
        pin = {"rank": 1, "other": target.pk, "reason": ""}
        said = press_save(client, change(target), **rows("similar", pin))
        assert "cannot be similar to itself" in said
        assert not target.similar.exists()


def video(content: bytes, captions: str = "") -> dict:
    return rows("video", {"original": upload(content, "film.mp4"), "captions": captions})


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        pytest.param(lambda: {"access": "free_until"}, "Say until which moment", id="no moment"),
        pytest.param(lambda: {"episode": 2}, "Choose the series", id="no series"),
        pytest.param(lambda: {"title": ""}, "required", id="no title"),
        pytest.param(lambda: {"slug": "not a slug"}, "valid “slug”", id="slug"),
        pytest.param(lambda: rows("video", {"captions": SRT}), "required", id="no film"),
        pytest.param(lambda: video(b"Dear diary."), "This file is not a video.", id="text as film"),
        pytest.param(
            lambda: {"picture-file": upload(b"Dear", "p.jpg")},
            "not a picture",
            id="text as picture",
        ),
        pytest.param(
            lambda: {"picture-file": upload(picture()[:-1000], "p.jpg")},
            "to its end",
            id="cut picture",
        ),
        pytest.param(
            lambda: video(film(seconds=1), "WEBVTT\n\n1 --> 2\nHi"), "Line 3", id="captions"
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, fields, complaint):
    answer = client.post(ADD, written(**{"summary": "Typed with care.", **fields()}))
    assert answer.status_code == 200
    assert complaint in answer.text
    assert "Typed with care." in answer.text
    assert "Stay &lt;strong&gt;close" in answer.text
    assert not Post.objects.exists()


def test_one_place_in_a_series_holds_one_post(client):
    series = Series.objects.create(title="Begin here", slug="begin-here")
    post("First", series=series, episode=1)
    said = press_save(client, ADD, series=series.pk, episode=1)
    assert "Another post already has this place in the series." in said
    assert Post.objects.count() == 1


class TestVideoOfAPost:
    """The film and what is said in it, changed later."""

    def held(self, video: Video, **fields) -> dict:
        row = {"id": video.pk, "post": video.post_id, "captions": SRT, **fields}
        return rows("video", row, there=1)

    def test_new_captions_leave_the_film_alone(self, client):
        video = with_film(client)
        words = SRT.replace("my dear", "everybody")
        assert press_save(client, change(video.post), **self.held(video, captions=words)) == ""
        kept = Video.objects.get()
        assert (kept.state, kept.folder) == ("ready", video.folder)
        assert kept.transcript[0][0]["text"] == "Hello, everybody."

    def test_emptied_captions_take_the_transcript_with_them(self, client):
        video = with_film(client)
        assert press_save(client, change(video.post), **self.held(video, captions="")) == ""
        kept = Video.objects.get()
        assert (kept.transcript, kept.tracks, kept.captions.count()) == ([], [], 0)

    def test_a_new_film_keeps_the_captions_and_waits_to_be_prepared(self, client):
        video = with_film(client)
        new = upload(film("64x64", seconds=1), "new.mp4")
        assert press_save(client, change(video.post), **self.held(video, original=new)) == ""
        kept = Video.objects.get()
        assert (kept.state, kept.folder, kept.captions.count()) == ("uploaded", video.folder, 1)

    def test_a_film_taken_away_leaves_an_article(self, client):
        video = with_film(client)
        assert press_save(client, change(video.post), **self.held(video, DELETE="on")) == ""
        target = Post.objects.get()
        assert (target.kind, target.cover) == ("article", None)
        page = client.get(target.get_absolute_url())
        assert 'data-kind="article"' in page.text

    def test_prepare_again_is_an_action_of_the_list(self, client):
        video = with_film(client)
        Video.objects.update(state="failed", attempts=3)
        chosen = {"action": "prepare_again", "_selected_action": [video.post_id]}
        client.post("/admin/courses/post/", chosen)
        assert Video.objects.waiting().count() == 1


def test_a_new_post_begins_with_its_title(client):
    """The admin puts the cursor into the first field or button that it finds."""
    above, _, form = client.get(ADD).text.partition('id="post_form"')
    assert form.index('name="title"') < form.index('name="_save"')
    assert 'class="writing-acts"' not in above  # nothing to look at yet, and no empty box for it


def test_a_post_is_deleted_with_all_that_hangs_on_it(client):
    video = with_film(client)
    other = post("Other")
    SimilarPost.objects.create(post=other, other=video.post, is_pinned=True)
    address = f"/admin/courses/post/{video.post_id}/delete/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"post": "yes"}).status_code == 302
    assert list(Post.objects.all()) == [other]
    assert not Video.objects.exists()
    assert not SimilarPost.objects.exists()


def test_of_what_goes_along_editors_are_told_what_they_know(client):
    chosen = {"action": "delete_selected", "_selected_action": [with_film(client).post_id]}
    page = client.post("/admin/courses/post/", chosen).text
    assert "Posts: 1" in page
    assert "Videos: 1" in page
    assert "ntrys" not in page  # of the search, which the site makes for itself


@pytest.mark.parametrize("who", ["rui", "mona", "support", "nobody"])
def test_nobody_else_may_touch_a_post(client, who):
    target = post("Target")
    client.logout()
    if who == "support":
        helper = cast.person("sue", is_staff=True)
        helper.groups.add(Group.objects.get(name="Support"))
        client.force_login(helper)
    elif who != "nobody":
        client.force_login(getattr(cast, who)())
    for address in (ADD, change(target), f"/admin/courses/post/{target.pk}/delete/"):
        assert client.get(address).status_code in (302, 403)
        assert client.post(address, written(post="yes")).status_code in (302, 403)
    assert [kept.title for kept in Post.objects.all()] == ["Target"]
