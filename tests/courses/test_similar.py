"""The similar list in the database: its rows, who changes them when, and what a reader sees."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses import relating
from courses.models import Caption, Post, PostVector, Series, SimilarPost, Topic, Video
from courses.relating import FirstReading, first_reading, relate_all, relate_changed
from courses.similar import weights
from courses.similar.document import KEEP, SHOWN
from tests import cast
from tests.library import members_post, post

needs_model = pytest.mark.skipif(
    weights.folder() is None, reason="the language model could not be installed: make setup"
)


@pytest.fixture(autouse=True)
def by_words(settings, tmp_path):
    """Without the model, unless a test says otherwise; it takes a moment to read a post."""
    settings.SIMILAR_MODEL_DIR = str(tmp_path / "nowhere")


@pytest.fixture
def by_meaning(settings, by_words):
    settings.SIMILAR_MODEL_DIR = ""


def rows_of(target: Post, **which) -> list[tuple[str, bool]]:
    rows = target.similar.filter(**which).select_related("other")
    return [(row.other.title, row.is_pinned) for row in rows]


def nearest(target: Post) -> str:
    """Who is nearest; the first place also sees to it that links lead on."""
    return target.similar.order_by("-score").select_related("other")[0].other.title


@pytest.mark.django_db
class TestRows:
    """What is stored for the pages to read."""

    def test_pins_are_kept_as_they_are_and_stand_in_no_machine_row(self):
        target, near = post("Target", topics=("Shame",)), post("Near", topics=("Shame",))
        post("Far")
        pin = SimilarPost.objects.create(
            post=target, other=near, is_pinned=True, rank=7, reason="Read this one next."
        )
        for _ in range(2):
            relate_all()
            assert rows_of(target) == [("Near", True), ("Far", False)]
            kept = SimilarPost.objects.get(pk=pin.pk)
            assert (kept.rank, kept.reason) == (7, "Read this one next.")

    def test_rows_are_written_only_when_they_differ(self):
        posts = [post(f"Post {n}", topics=("Shame",)) for n in range(4)]
        assert relate_all() == 4
        before = set(SimilarPost.objects.values_list("pk", flat=True))
        assert relate_all() == 0
        assert set(SimilarPost.objects.values_list("pk", flat=True)) == before
        posts[0].topics.clear()
        assert relate_all() > 0
        assert set(SimilarPost.objects.values_list("pk", flat=True)) != before

    def test_a_pin_taken_away_comes_back_as_what_the_machine_found(self):
        target, near = post("Target"), post("Near")
        SimilarPost.objects.create(post=target, other=near, is_pinned=True)
        relate_all()
        target.similar.all().delete()
        relate_all()
        assert rows_of(target) == [("Near", False)]

    def test_drafts_and_future_posts_stand_in_no_list_and_have_one(self):
        target, draft = post("Target"), post("Draft", published_at=None)
        soon = post("Soon", published_at=timezone.now() + timedelta(days=1))
        relate_all()
        assert rows_of(target) == []
        assert rows_of(draft) == rows_of(soon) == [("Target", False)]

    def test_a_post_withdrawn_to_a_draft_leaves_the_others_lists(self):
        target, other = post("Target"), post("Other")
        relate_changed()
        other.refresh_from_db()
        other.published_at = None
        other.save()
        relate_changed()
        assert rows_of(target) == []

    def test_what_is_said_in_the_video_counts(self):
        target = post("Target", body="<p>Xylophones.</p>")
        post("Newer", body="<p>Nothing.</p>")
        film = post("Film", body="", published_at=timezone.now() - timedelta(days=9))
        video = Video.objects.create(post=film, original="originals/x")
        Caption.objects.create(video=video, text="00:01.000 --> 00:02.000\nMy xylophones!\n")
        relate_all()
        assert nearest(target) == "Film"


@pytest.mark.django_db
class TestWorker:
    """The job that looks every second whether a post has changed."""

    def test_it_works_once_after_a_change_and_then_rests(self):
        target = post("Target", topics=("Shame",))
        post("Other")
        assert relate_changed() is True
        assert relate_changed() is False
        assert rows_of(target) == [("Other", False)]

    def test_a_post_that_is_edited_later_is_looked_at_again(self):
        target, other = post("Target", body="<p>Xylophones.</p>"), post("Other", body="<p>No.</p>")
        post("Newest", body="<p>Nothing.</p>", published_at=timezone.now())
        relate_changed()
        assert target.similar.get(other=other).score == 0
        other.refresh_from_db()
        other.body = "<p>Xylophones everywhere.</p>"
        other.save()
        assert relate_changed() is True
        assert nearest(target) == "Other"

    def test_a_post_saved_meanwhile_is_left_for_the_next_round(self, monkeypatch):
        one, other = post("One"), post("Other")

        def saved_meanwhile() -> None:
            Post.objects.get(pk=one.pk).save()

        monkeypatch.setattr(relating, "relate_all", saved_meanwhile)
        assert relate_changed() is True
        monkeypatch.undo()
        assert list(Post.objects.filter(related_at=None)) == [one]
        assert Post.objects.get(pk=other.pk).related_at
        assert relate_changed() is True
        assert relate_changed() is False

    def test_new_words_in_the_captions_are_a_change(self):
        target = post("Film")
        video = Video.objects.create(post=target, original="originals/x")
        relate_changed()
        Caption.objects.create(video=video, text="00:01.000 --> 00:02.000\nHello.\n")
        assert relate_changed() is True

    def test_the_topic_is_named_as_the_reason(self):
        target = post("Target", topics=("Shame",))
        post("Other", topics=("Shame",))
        relate_all()
        assert [row.because for row in target.similar.all()] == ["Also about shame"]
        Topic.objects.update(name="Guilt")
        assert [row.because for row in target.similar.all()] == ["Also about guilt"]

    def test_a_planned_post_joins_the_lists_when_it_comes_out(self):
        target, soon = post("Target"), post("Soon", published_at=timezone.now() + timedelta(days=1))
        relate_changed()
        assert rows_of(target) == []
        Post.objects.filter(pk=soon.pk).update(
            published_at=timezone.now() - timedelta(minutes=1),
        )
        Post.objects.update(related_at=timezone.now() - timedelta(hours=1))
        assert relate_changed() is True
        assert rows_of(target) == [("Soon", False)]
        assert relate_changed() is False

    def test_a_post_that_is_deleted_leaves_no_gap(self):
        posts = [post(f"Post {n}") for n in range(16)]
        relate_changed()
        posts[3].delete()
        assert relate_changed() is True
        assert {row.similar.count() for row in Post.objects.all()} == {KEEP}


@pytest.mark.django_db
class TestReasons:
    """True, short, in the reader's language, and of nothing but what everybody may read."""

    def test_each_kind_says_what_it_is(self):
        repair = Series.objects.create(title="Repair after conflict", slug="repair")
        fields: dict[str, Any] = {"series": repair, "age": "toddler", "body": "", "summary": ""}
        target = post("Xylophone", episode=1, **fields)
        post("Violin", episode=2, **fields)
        post("Trumpet", episode=3, **fields)
        post("Xylophone again", age="toddler", body="", summary="")
        post("One more xylophone", body="", summary="")
        post("Nothing", body="", summary="")
        pin = post("Pin", body="", summary="")
        SimilarPost.objects.create(post=target, other=pin, is_pinned=True)
        relate_all()
        assert {row.other.title: row.because for row in target.similar.all()} == {
            "Pin": "Chosen by the editor",
            "Violin": "Next in Repair after conflict",
            "Trumpet": "Also in Repair after conflict",
            "Xylophone again": "Also for toddlers",
            "One more xylophone": "Says something similar",
            "Nothing": "From the library",
        }

    def test_they_are_translated_when_they_are_read(self):
        target = post("Target", topics=("Shame",))
        post("Other", topics=("Shame",))
        relate_all()
        with override("es"):
            assert target.similar.get().because == "También sobre shame"


def section(address: str, client: Client) -> str:
    page = client.get(address).text
    return page[page.index("<section") :] if "data-similar" in page else ""


@pytest.mark.django_db
class TestPage:
    """What a reader sees."""

    def test_the_heading_is_honest_when_nothing_is_near(self, client):
        target = post("Xylophone", body="", summary="")
        post("Violin", body="", summary="")
        relate_all()
        assert "More from the Herd" in section(target.get_absolute_url(), client)
        Post.objects.filter(title="Violin").update(title="Violin and xylophone")
        relate_all()
        assert "Similar to what you just read" in section(target.get_absolute_url(), client)

    def test_what_an_editor_keeps_out_is_not_there_even_before_the_worker_comes(self, client):
        target, other = post("Target"), post("Other")
        SimilarPost.objects.create(post=target, other=other, is_blocked=True)
        assert "Other" not in section(target.get_absolute_url(), client)
        relate_all()
        assert "Other" not in section(target.get_absolute_url(), client)
        assert [row.is_blocked for row in target.similar.all()] == [True]

    def test_visitors_get_one_they_may_have_whole_and_members_the_nearest(self, client):
        target = post("Shame", topics=("Shame",))
        for n in range(12):
            members_post(f"Shame {n}", topics=("Shame",))
        free = post("Free", body="", summary="")
        relate_all()
        assert free.title in section(target.get_absolute_url(), client)
        client.force_login(cast.mona())
        assert free.title not in section(target.get_absolute_url(), client)

    def test_what_was_free_when_the_list_was_made_gives_way_to_what_is_free_now(self, client):
        target = post("Shame")
        for n in range(12):
            post(f"Shame {n}", access="free_until", free_until=timezone.now() + timedelta(hours=1))
        free = post("Free", body="", summary="", published_at=timezone.now() - timedelta(days=30))
        relate_all()
        assert free.title not in section(target.get_absolute_url(), client)
        Post.objects.update(free_until=timezone.now())
        assert free.title in section(target.get_absolute_url(), client)
        relate_all()
        assert free.title in section(target.get_absolute_url(), client)

    def test_two_posts_with_the_same_film_are_one(self):
        target = post("Target")
        for n in range(2):
            film = Video.objects.create(post=post(f"Film {n}"), original="originals/x", seconds=60)
            Caption.objects.create(video=film, text="00:01.000 --> 00:02.000\nThe same words.\n")
        relate_all()
        assert len(rows_of(target)) == 1


@pytest.mark.django_db
class TestWholeLibraries:
    """Random libraries in the real database."""

    @settings(
        deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 2), st.booleans()), max_size=18))
    def test_lists_are_full_and_hold_only_what_is_out(self, rows):
        Post.objects.all().delete()
        now = timezone.now()
        moments = [now - timedelta(days=1), now + timedelta(days=1), None]
        for n, (is_free, moment, has_topic) in enumerate(rows):
            post(
                f"Post {n}", published_at=moments[moment],
                access="free" if is_free else "members", topics=("Shame",) if has_topic else (),
            )  # fmt: skip
        relate_changed()
        listed = set(Post.objects.published())
        led_to = set()
        for target in Post.objects.all():
            others = [row.other for row in target.similar.select_related("other")]
            assert len(others) == min(KEEP, len(listed - {target}))
            assert set(others) <= listed - {target}
            led_to |= set(others[:SHOWN]) if target in listed else set()
        assert led_to == (listed if len(listed) > 1 else set())


@needs_model
@pytest.mark.django_db
@pytest.mark.usefixtures("by_meaning")
class TestMeaning:
    """The lists when the language model is there."""

    def test_an_empty_library_has_no_lists(self):
        assert (relate_all(), relate_changed(), first_reading()) == (0, False, False)

    def test_the_same_meaning_is_found_in_other_words(self):
        texts = {
            "A toddler rages": "Kicking and screaming on the kitchen floor.",
            "Car seats": "Straps and anchors.",
            "Tantrums": "When the little one has a meltdown.",
        }
        for title, summary in texts.items():
            post(title, summary=summary, body="")
        relate_changed()
        assert nearest(Post.objects.get(title="A toddler rages")) == "Tantrums"
        assert PostVector.objects.count() == 3

    def test_only_changed_words_are_read_again(self):
        one, other = post("One"), post("Other", body="<p>Other words.</p>")
        relate_changed()
        before = dict(PostVector.objects.values_list("post__title", "text_sha256"))
        PostVector.objects.filter(post=other).update(vector=bytes(768))
        one.body = "<p>New words.</p>"
        one.save()
        other.save()
        relate_changed()
        after = dict(PostVector.objects.values_list("post__title", "text_sha256"))
        assert before["One"] != after["One"]
        assert bytes(PostVector.objects.get(post=other).vector) == bytes(768)

    def test_words_serve_until_everything_has_been_read(self, monkeypatch, settings, tmp_path):
        monkeypatch.setattr("courses.relating.AT_ONCE", 2)
        settings.SIMILAR_MODEL_DIR = str(tmp_path / "nowhere")
        texts = [("A toddler rages", "Kicking on the floor."), ("Floor", "Wood for the floor.")]
        for title, summary in [*texts, ("Tantrums", "When the little one has a meltdown.")]:
            post(title, summary=summary, body="")
        target = Post.objects.get(title="A toddler rages")
        relate_changed()
        assert nearest(target) == "Floor"
        settings.SIMILAR_MODEL_DIR = ""
        assert FirstReading()() is True
        assert PostVector.objects.count() == 2
        assert nearest(target) == "Floor"
        reading = FirstReading()  # another worker, after the first was killed
        assert [reading(), reading(), reading()] == [True, False, False]
        assert nearest(target) == "Tantrums"

    def test_a_big_library_is_put_right_where_it_was_touched(self, monkeypatch):
        for n in range(30):
            word = "xylophones" if n % 2 else "bedtime tears"
            post(f"Post {n} about {word}", summary=word, body="")
        relate_changed()
        while first_reading():
            pass
        monkeypatch.setattr(relating, "ALL_UP_TO", 5)
        new = post("Wooden xylophones", summary="Music on wooden bars.", body="")
        monkeypatch.setattr(relating, "relate_all", None)  # not all of them
        assert relate_changed() is True
        assert new.similar.count() == KEEP
        assert "xylophones" in nearest(new)
        assert new.similar_to.filter(rank__lte=SHOWN).exists()
        new.refresh_from_db()
        new.published_at = None
        new.save()
        assert relate_changed() is True
        assert not new.similar_to.exists()
        assert {kept.similar.count() for kept in Post.objects.published()} == {KEEP}

    def test_two_dozen_new_posts_do_not_have_all_lists_of_a_big_library_made(self, monkeypatch):
        for n in range(12):
            post(f"Post {n}", summary="Bedtime tears.", body="")
        relate_changed()
        monkeypatch.setattr(relating, "ALL_UP_TO", 5)
        monkeypatch.setattr(relating, "relate_all", None)
        new = [post(f"Xylophone {n}", summary="Music on bars.", body="") for n in range(24)]
        assert [relate_changed(), relate_changed(), relate_changed()] == [True, True, False]
        assert {one.similar.count() for one in new} == {KEEP}
        assert {nearest(one).split()[0] for one in new} == {"Xylophone"}
