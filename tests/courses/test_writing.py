"""An editor writes: what is typed is kept, nobody's work is overwritten, nothing half goes out."""

import pytest
from django.test import Client

from courses.models import Post, Version, Video, WorkingCopy
from courses.models.version import fingerprint
from tests import cast
from tests.courses.desk import ADD, SRT, change, press_save, rows, upload, written
from tests.courses.films import film
from tests.library import post

pytestmark = pytest.mark.django_db

NEW = "/admin/posts/new/writing/"


def writing(target: Post) -> str:
    return f"/admin/posts/{target.pk}/writing/"


def filled(target: Post, **fields) -> dict:
    """The form of `target` as it was opened, with what is typed into it."""
    there = {"title": target.title, "slug": target.slug, "summary": target.summary}
    return written(**{**there, "access": "free", "seen": fingerprint(target), **fields})


@pytest.fixture
def ed(client) -> Client:
    client.force_login(cast.ed())
    return client


@pytest.fixture
def olga() -> Client:
    client = Client()
    client.force_login(cast.olga())
    return client


class TestWorkingCopy:
    """What is typed and not saved."""

    def test_what_is_typed_is_there_again_and_readers_see_nothing_of_it(self, ed):
        target = post("Target", topics=("Sleep",))
        typed = filled(target, body="<p>Half a sent", summary="Not yet.", topics=[])
        assert ed.post(writing(target), typed).status_code == 200
        form = ed.get(change(target)).text
        assert "&lt;p&gt;Half a sent" in form
        assert "This is what you wrote until" in form
        assert "selected>Sleep" not in form
        for reader in (Client(), ed):
            page = reader.get(target.get_absolute_url()).text
            assert "Half a sent" not in page
            assert "Not yet." not in page

    def test_a_new_post_too_with_its_moment_and_its_captions(self, ed):
        typed = written(title="", **rows("video", {"captions": SRT, "upload": "abc"}))
        ed.post(NEW, typed)
        form = ed.get(ADD).text
        for words in ("How to stay close.", 'value="2026-01-01"', "Hello, my dear.", 'value="abc"'):
            assert words in form
        assert not Post.objects.exists()

    def test_saving_leaves_nothing_unsaved(self, ed):
        ed.post(NEW, written())
        assert press_save(ed, ADD) == ""
        assert not WorkingCopy.objects.exists()
        assert 'value="Staying close"' not in ed.get(ADD).text

    def test_a_save_that_is_refused_keeps_it(self, ed):
        ed.post(NEW, written())
        assert press_save(ed, ADD, title="") != ""
        assert WorkingCopy.objects.count() == 1

    def test_it_can_be_thrown_away(self, ed):
        target = post("Target")
        ed.post(writing(target), filled(target, title="Other"))
        answer = ed.post(writing(target) + "deletion/")
        assert answer["Location"] == change(target)
        assert 'value="Target"' in ed.get(change(target)).text

    def test_each_editor_has_their_own(self, ed, olga):
        target = post("Target")
        ed.post(writing(target), filled(target, title="Of Ed"))
        olga.post(writing(target), filled(target, title="Of Olga"))
        assert "Of Olga" not in ed.get(change(target)).text
        olga.post(writing(target) + "deletion/")
        assert 'value="Of Ed"' in ed.get(change(target)).text

    def test_the_answer_brings_the_check_list_of_what_is_typed(self, ed):
        answer = ed.post(NEW, written(title="x" * 61, body="")).json()
        assert "(now 61)" in answer["checks"]
        assert answer["remark"] == ""

    def test_it_says_early_that_somebody_else_wrote(self, ed, olga):
        target = post("Target")
        typed = filled(target, title="Mine")
        assert press_save(olga, change(target), **filled(target, title="Theirs")) == ""
        assert "Somebody else changed" in ed.post(writing(target), typed).json()["remark"]

    def test_it_goes_with_its_post(self, ed):
        target = post("Target")
        ed.post(writing(target), filled(target))
        press_save(ed, change(target), **filled(target, title="Changed"))
        ed.post(writing(target), filled(target))
        ed.post(f"/admin/courses/post/{target.pk}/delete/", {"post": "yes"})
        assert not WorkingCopy.objects.exists()
        assert not Version.objects.exists()
        assert ed.post(writing(target), filled(target)).status_code == 404


class TestTwoEditors:
    """The second who saves sees what the first wrote."""

    def test_the_second_is_not_saved_over_the_first_until_it_was_looked_at(self, ed, olga):
        target = post("Target")
        mine = filled(target, title="Mine, too", body="<p>One two four</p>")
        theirs = filled(target, title="Theirs", body="<p>One two three</p>")
        assert press_save(olga, change(target), **theirs) == ""

        answer = ed.post(change(target), mine)
        assert answer.status_code == 200
        page = answer.text
        assert "olga@example.com saved it at" in page
        assert "One two <del>three</del><ins>four</ins>" in page
        assert 'value="Mine, too"' in page
        target.refresh_from_db()
        assert target.title == "Theirs"

        assert "Not saved" in press_save(ed, change(target), **mine)  # pressing twice is no look
        now = fingerprint(target)
        assert press_save(ed, change(target), **mine, over=now) == ""
        target.refresh_from_db()
        assert target.title == "Mine, too"
        assert "Theirs" in [version.fields["title"] for version in target.versions.all()]

    def test_what_was_looked_at_and_changed_again_is_shown_again(self, ed, olga):
        target = post("Target")
        mine = filled(target, title="Mine")
        press_save(olga, change(target), **filled(target, title="Theirs"))
        target.refresh_from_db()
        looked_at = fingerprint(target)
        press_save(olga, change(target), **filled(target, title="Theirs again"))
        assert "Not saved" in press_save(ed, change(target), **mine, over=looked_at)

    def test_what_an_import_changed_counts_too(self, ed):
        target = post("Target")
        mine = filled(target, title="Mine")
        Post.objects.filter(pk=target.pk).change(summary="From the import.")
        answer = ed.post(change(target), mine)
        assert "by no editor’s form" in answer.text
        assert "<del>From the import.</del>" in answer.text

    def test_a_working_copy_remembers_what_it_began_from(self, ed, olga):
        target = post("Target")
        mine = filled(target, title="Mine")
        ed.post(writing(target), mine)
        press_save(olga, change(target), **filled(target, title="Theirs"))
        form = ed.get(change(target)).text
        assert f'name="seen" value="{mine["seen"]}"' in form


class TestGoingOut:
    """What must be there before a post goes out; the rest is advice."""

    def test_nothing_to_read_does_not_go_out_but_is_kept_as_a_draft(self, ed):
        assert "nothing to read or to watch" in press_save(ed, ADD, body="<p> </p>")
        draft = {"published_at_0": "", "published_at_1": ""}
        assert press_save(ed, ADD, body="", **draft) == ""

    @pytest.mark.parametrize("moment", ["2026-01-01", "2099-01-01"], ids=["now", "scheduled"])
    def test_a_video_goes_out_with_captions_or_a_reason(self, ed, moment):
        new = {"original": upload(film(seconds=1), "clip.mp4")}
        said = press_save(ed, ADD, **rows("video", new), published_at_0=moment)
        assert "Not everybody can hear this video" in said
        new = {"original": upload(film(seconds=1), "clip.mp4")}
        why = {"no_captions_reason": "Nobody speaks in it."}
        assert press_save(ed, ADD, **rows("video", new | why), published_at_0=moment) == ""
        assert Video.objects.get().no_captions_reason == "Nobody speaks in it."

    def test_a_draft_of_captions_is_none(self, ed):
        target = post("Target", published_at=None)
        video = Video.objects.create(post=target)
        main = video.captions.create(text=SRT, is_draft=True)
        row = {"id": video.pk, "post": target.pk, "captions": SRT}
        said = press_save(ed, change(target), **rows("video", row, there=1))
        assert "Not everybody" in said
        main.is_draft = False
        main.save()
        assert press_save(ed, change(target), **rows("video", row, there=1)) == ""

    def test_what_is_out_can_be_mended_though_something_is_missing(self, ed):
        target = post("Target", body="")
        assert press_save(ed, change(target), **filled(target, body="", title="Mended")) == ""

    def test_the_form_says_what_is_needed_and_what_would_do_good(self, ed):
        target = post("Target", body="", published_at=None)
        Video.objects.create(post=target)
        page = ed.get(change(target)).text
        assert "<strong>Needed</strong> Captions for the video" in page
        assert "<strong>Advice</strong> A picture" in page
        assert "<strong>Done</strong> Something to read or to watch" in page


@pytest.mark.parametrize("who", ["mona", "support", "nobody"])
def test_nobody_else_may_keep_or_throw_away(client, who):
    target = post("Target")
    cast.enter(client, who)
    for address in (NEW, writing(target), writing(target) + "deletion/"):
        assert client.post(address, written()).status_code in (302, 403)
    assert not WorkingCopy.objects.exists()
