"""Films on their way from an editor's browser, to the disk and to a real server that speaks S3."""

import resource
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from courses import uploads
from courses.admin.video import VideoFormSet
from courses.models import Upload, Video
from courses.video.pipeline import prepare_next
from nerdherd.lib.stores import gated_storage
from tests import cast
from tests.billing.test_at_once import at_once
from tests.courses.desk import ADD, SRT, change, press_save, rows
from tests.courses.films import film
from tests.courses.sender import MB, START, Sender, long_film
from tests.library import post

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["disk", "bucket"])
def anywhere(request) -> None:
    """Once on this machine's disk and once in the bucket."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")


@pytest.fixture
def editor(client) -> Client:
    client.force_login(cast.ed())
    return client


@pytest.fixture
def sender(editor) -> Sender:
    """An upload of three parts, begun."""
    sender = Sender(editor, long_film())
    assert sender.begin().status_code == 200
    return sender


def stored(name: str | None) -> bytes:
    assert name
    with gated_storage().open(name) as file:
        return file.read()


def originals() -> list[str]:
    try:
        return gated_storage().listdir("originals")[1]
    except FileNotFoundError:
        return []


def put_away(days: float) -> None:
    """As if nobody had touched any upload for so many days."""
    Upload.objects.update(touched_at=timezone.now() - timedelta(days=days))


@pytest.mark.usefixtures("anywhere")
class TestWhereverItLies:
    """The same acts, whichever store the parts go to."""

    def test_the_whole_way_from_the_first_part_to_a_film_that_plays(self, editor):
        target = post()
        sender = Sender(editor, long_film(), post=target.pk)
        done = sender.whole_way()
        assert (done.status_code, done.json()["is_finished"]) == (200, True)

        video = target.video
        assert video.state == Video.State.UPLOADED
        assert stored(video.original.name) == long_film()
        assert done.json()["video"] == f"/admin/videos/{video.pk}/"
        prepare_next()
        assert editor.get(done.json()["video"]).json()["text"] == "Ready: 0:01, 320 × 180."

    def test_the_same_file_again_goes_on_from_what_is_here(self, sender, editor):
        sender.send(3)
        again = Sender(editor, long_film())
        told = again.begin().json()
        assert (told["id"], told["here"]) == (sender.upload["id"], [3])
        again.send(1)
        assert sender.here() == [1, 3]

    def test_another_file_is_another_upload(self, sender, editor):
        for other in (Sender(editor, long_film(), "IMG_2.MOV"), Sender(editor, long_film(21))):
            assert other.begin().json()["id"] != sender.upload["id"]

    def test_nothing_is_put_together_before_all_is_here(self, sender):
        sender.send(1)
        sender.send(3)
        refused = sender.complete()
        assert (refused.status_code, refused.json()["error"]) == (
            409, "Some parts are not here yet. They can be sent again.",
        )  # fmt: skip
        assert originals() == []
        sender.send(2)
        assert sender.complete().status_code == 200
        assert len(originals()) == 1

    def test_completing_twice_is_completing_once(self, editor):
        target = post()
        sender = Sender(editor, long_film(), post=target.pk)
        sender.whole_way()
        prepare_next()
        assert sender.complete().json()["is_finished"] is True
        assert Video.objects.get().state == Video.State.READY
        assert len(originals()) == 1

    @pytest.mark.drill("kill -9 during an upload")
    def test_a_completion_that_was_cut_off_half_way_is_made_good(self, sender):
        sender.send_all()
        uploads._assemble(Upload.objects.get())  # and then the power went
        assert sender.complete().status_code == 200
        assert stored(Upload.objects.get().key) == long_film()

    def test_what_turns_out_to_be_no_film_is_thrown_away(self, editor):
        liar = Sender(editor, b"Dear diary." * MB)
        liar.content, truth = long_film()[: len(liar.content)], liar.content
        liar.begin()
        liar.content = truth
        liar.send_all()
        refused = liar.complete()
        assert (refused.status_code, refused.json()) == (415, {"error": uploads.NOT_A_VIDEO})
        assert (originals(), Upload.objects.count()) == ([], 0)

    def test_given_up_means_gone(self, sender):
        sender.send(1)
        assert sender.give_up().status_code == 204
        assert sender.client.get(sender.address).status_code == 404
        assert sender.begin().json()["here"] == []

    def test_giving_up_late_leaves_the_film_that_is_in_use(self, editor):
        sender = Sender(editor, long_film(), post=post().pk)
        sender.whole_way()
        sender.give_up()
        assert stored(Video.objects.get().original.name) == long_film()

    def test_the_sweep_takes_what_was_left_and_nothing_else(self, editor):
        used = Sender(editor, long_film(), "used.mov", post=post().pk)
        used.whole_way()
        never_used = Sender(editor, long_film(), "never-used.mov")
        never_used.whole_way()
        half = Sender(editor, long_film(), "half.mov")
        half.begin()
        half.send(1)
        put_away(days=1.1)
        fresh = Sender(editor, long_film(), "fresh.mov")
        fresh.begin()
        fresh.send(2)

        uploads.sweep()

        assert [upload.file_name for upload in Upload.objects.all()] == ["fresh.mov"]
        assert fresh.here() == [2]
        assert originals() == [str(Video.objects.get().original).removeprefix("originals/")]
        half_again = Sender(editor, long_film(), "half.mov")
        assert half_again.begin().json()["here"] == []

    def test_one_that_goes_on_is_not_swept(self, sender):
        put_away(days=2)
        sender.send(1)
        uploads.sweep()
        assert sender.here() == [1]


class TestOnTheDisk:
    """What only our own server has to see to."""

    def folder(self) -> Path:
        return Path(gated_storage().path("uploads"))

    def test_a_part_of_another_length_is_refused(self, sender):
        for body in (b"", sender.bytes_of(2)[:-1], sender.bytes_of(2) + b"!"):
            assert sender.send(2, body) == 400
        assert sender.send(3, sender.bytes_of(1)) == 400
        assert sender.here() == []

    @pytest.mark.drill("kill -9 during an upload")
    def test_half_a_part_never_counts(self, sender, editor):
        body = sender.bytes_of(1)
        lost = {"wsgi.input": BytesIO(body[: 5 * MB])}  # the stream ends before its time
        address = f"{sender.address}parts/1/"
        cut = editor.put(address, body, "application/octet-stream", **lost)
        assert cut.status_code == 400
        assert sender.here() == []
        sender.send_all()
        sender.complete()
        assert stored(Upload.objects.get().key) == long_film()

    def test_there_is_no_part_nought_and_none_after_the_last(self, sender, editor):
        for number in (0, 4, 99999):
            address = f"{sender.address}parts/{number}/"
            assert editor.get(f"{address}address/").status_code == 404
            assert editor.put(address, b"x", "application/octet-stream").status_code == 404

    def test_a_part_that_is_here_is_left_as_it_is(self, sender):
        sender.send_all()
        assert sender.send(1, bytes(len(sender.bytes_of(1)))) == 204
        sender.complete()
        assert sender.send(1, bytes(len(sender.bytes_of(1)))) == 204
        assert stored(Upload.objects.get().key) == long_film()

    def test_a_browser_that_sends_a_part_again_is_heard_to_its_end(self, sender, editor):
        sender.send(1)
        stream = BytesIO(sender.bytes_of(1))
        address, kind = f"{sender.address}parts/1/", "application/octet-stream"
        again = editor.put(address, stream.getvalue(), kind, **{"wsgi.input": stream})
        assert (again.status_code, stream.read()) == (204, b"")

    @pytest.mark.drill("the disk is full")
    def test_a_disk_that_fills_up_on_the_way_is_said_and_nothing_is_lost(self, sender, editor):
        sender.send(1)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (12 * MB, limits[1]))
        try:
            address = f"{sender.address}parts/2/"
            full = editor.put(address, sender.bytes_of(2), "application/octet-stream")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert (full.status_code, full.json()["error"][:27]) == (507, "The server’s disk is full. ")
        assert sender.here() == [1]
        sender.send(2)
        sender.send(3)
        assert sender.complete().status_code == 200

    def test_a_full_disk_is_said_before_anything_is_sent(self, editor, monkeypatch):
        free = 2 * len(long_film()) + 1024**3
        for room, status in ((free - 1, 507), (free, 200)):
            monkeypatch.setattr("courses.parts.LocalParts.room", lambda self, room=room: room)
            answer = Sender(editor, long_film()).begin()
            assert answer.status_code == status
            assert ("disk is too full" in answer.json().get("error", "")) is (status == 507)

    def test_parts_that_no_upload_names_are_swept(self, sender, editor):
        sender.send(1)
        Upload.objects.all().delete()
        uploads.sweep()
        assert len(list(self.folder().iterdir())) == 1, "somebody may just be beginning"
        later = timezone.now() + timedelta(days=1.1)
        uploads.store().sweep(later, [])
        assert list(self.folder().iterdir()) == []


def test_multiparts_that_no_upload_names_are_aborted_in_the_bucket(bucket, editor):
    kept, lost = (Sender(editor, long_film(), name) for name in ("kept.mov", "lost.mov"))
    kept.begin(), lost.begin()
    lost.send(1)
    Upload.objects.get(file_name="lost.mov").delete()
    uploads.store().sweep(timezone.now() + timedelta(days=1), list(Upload.objects.all()))
    begun = bucket.client.list_multipart_uploads(Bucket=bucket.name)
    assert [one["UploadId"] for one in begun["Uploads"]] == [Upload.objects.get().multipart_id]


def test_in_the_bucket_a_part_of_another_length_does_not_count(bucket, sender):
    sender.send(2, sender.bytes_of(2)[:-1])
    assert sender.here() == []
    assert sender.send(2) == 200
    assert sender.here() == [2]


@pytest.mark.parametrize(
    ("told", "status", "words"),
    [
        ({"head": "RGVhciBkaWFyeS4="}, 415, "This file is not a video."),
        ({"head": ""}, 415, "This file is not a video."),
        ({"size": 8 * 1024**3 + 1}, 413, "are the most"),
        ({"size": -1}, 400, "cannot be uploaded"),
        ({"size": "much"}, 400, "cannot be uploaded"),
        ({"head": "%%%"}, 400, "cannot be uploaded"),
        ({"name": ""}, 400, "cannot be uploaded"),
        ({"post": 99}, 400, "cannot be uploaded"),
    ],
)
def test_what_we_cannot_take_is_refused_before_anything_is_sent(editor, told, status, words):
    answer = Sender(editor, long_film(), **told).begin()
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert not Upload.objects.exists()


class TestWhoMay:
    """Editors, each for themselves; every unsafe act with the form's token."""

    def addresses(self, sender: Sender) -> list[tuple[str, str]]:
        mine = sender.address
        return [
            ("post", START), ("get", mine), ("get", f"{mine}parts/1/address/"),
            ("put", f"{mine}parts/1/"), ("post", f"{mine}completion/"),
            ("post", f"{mine}deletion/"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("who", "status"), [(None, 302), ("rui", 302), ("mona", 302), ("support", 403)]
    )
    def test_others_meet_the_admins_door(self, sender, who, status):
        stranger = Client()
        if who == "support":
            stranger.force_login(cast.person("sue", is_staff=True))
        elif who:
            stranger.force_login(getattr(cast, who)())
        video = Video.objects.create(post=post())
        standing = f"/admin/videos/{video.pk}/"
        more = [("get", standing), ("post", f"{standing}attempt/")]
        for method, address in [*self.addresses(sender), *more]:
            assert getattr(stranger, method)(address).status_code == status, address
        assert Upload.objects.count() == 1

    def test_another_editors_upload_is_not_there(self, sender):
        owner = Client()
        owner.force_login(cast.olga())
        for method, address in self.addresses(sender)[1:]:
            assert getattr(owner, method)(address).status_code == 404, address
        assert Sender(owner, long_film()).begin().json()["id"] != sender.upload["id"]

    def test_without_the_forms_token_nothing_is_done(self, sender):
        tricked = Client(enforce_csrf_checks=True)
        tricked.cookies = sender.client.cookies
        for method, address in self.addresses(sender):
            if method != "get":
                assert getattr(tricked, method)(address).status_code == 403, address
        assert sender.here() == []

    def test_wrong_methods_are_refused(self, sender, editor):
        for method, address in self.addresses(sender):
            other = "get" if method != "get" else "post"
            assert getattr(editor, other)(address).status_code == 405, address


class TestTheForm:
    """A post that is saved before, while and after its film is sent."""

    def test_saved_while_it_is_sent_the_film_comes_by_itself(self, sender, editor):
        sender.send(1)
        new = {"upload": sender.upload["id"], "captions": SRT, "chapters": "0:00 Hello"}
        assert press_save(editor, ADD, **rows("video", new)) == ""
        video = Video.objects.get()
        assert (video.state, video.chapters) == ("awaited", "0:00 Hello")
        assert video.transcript[0][0]["text"] == "Hello, my dear."
        assert f'value="{sender.upload["id"]}"' in editor.get(change(video.post)).text

        sender.send(2)
        sender.send(3)
        sender.complete()
        video.refresh_from_db()
        assert video.state == Video.State.UPLOADED
        assert stored(video.original.name) == long_film()

    def test_saved_after_it_was_sent_the_film_is_taken(self, editor):
        sender = Sender(editor, long_film())
        sender.whole_way()
        new = {"upload": sender.upload["id"], "captions": SRT}
        assert press_save(editor, ADD, **rows("video", new)) == ""
        assert stored(Video.objects.get().original.name) == long_film()

    def test_a_post_that_is_there_needs_no_save_and_stands_one(self, editor):
        target = post("Target")
        sender = Sender(editor, long_film(), post=target.pk)
        sender.whole_way()
        # The page was opened when there was no video yet.
        new = {"upload": "", "allow_download": "on", "post": target.pk}
        assert press_save(editor, change(target), slug="target", **rows("video", new)) == ""
        video = Video.objects.get()
        assert (video.state, video.allow_download) == ("uploaded", True)

    def test_saving_does_not_undo_what_the_worker_wrote_meanwhile(self, editor, monkeypatch):
        target = post("Target")
        video = Video.objects.create(post=target, state=Video.State.ENCODING, progress=40)
        row = {"id": video.pk, "post": target.pk, "opening_seconds": 5, "captions": SRT}
        kept = VideoFormSet._changed

        def meanwhile(self, one):
            Video.objects.update(state=Video.State.READY, folder="videos/1/new")
            return kept(self, one)

        monkeypatch.setattr(VideoFormSet, "_changed", meanwhile)
        saved = press_save(editor, change(target), slug="target", **rows("video", row, there=1))
        assert saved == ""
        video.refresh_from_db()
        assert (video.state, video.folder, video.opening_seconds) == ("ready", "videos/1/new", 5)

    def test_an_upload_that_is_gone_or_elsewhere_is_said(self, sender, editor):
        first = {"upload": sender.upload["id"], "captions": SRT}
        assert not press_save(editor, ADD, **rows("video", first))
        for upload, words in ((sender.upload["id"], "another post"), ("gone", "no longer here")):
            new = {"upload": upload}
            said = press_save(editor, ADD, slug="other", **rows("video", new))
            assert words in said
        assert Video.objects.count() == 1

    def test_another_editors_upload_cannot_be_taken(self, sender):
        owner = Client()
        owner.force_login(cast.olga())
        said = press_save(owner, ADD, **rows("video", {"upload": sender.upload["id"]}))
        assert "no longer here" in said

    def test_the_poster_is_chosen_from_the_film(self, editor):
        target = post("Target")
        Sender(editor, film(seconds=14), post=target.pk).whole_way()
        prepare_next()
        target.refresh_from_db()
        before, video = target.poster_copies, Video.objects.get()
        still = f"/{video.folder.removeprefix('videos/')}/still-3.jpg"
        page = editor.get(change(target)).text
        assert still in page
        row = {"id": video.pk, "post": target.pk, "poster_still": 3}
        address = change(target)
        assert not press_save(editor, address, slug="target", **rows("video", row, there=1))
        target.refresh_from_db()
        assert Video.objects.get().poster_still == 3
        assert target.poster_copies != before
        assert target.kind == "video"


class TestStanding:
    """What an editor reads while a film is prepared, and another attempt."""

    def told(self, editor, **fields) -> tuple:
        target = post(f"Post {Video.objects.count()}")
        video = Video.objects.create(post=target, original="originals/x", **fields)
        told = editor.get(f"/admin/videos/{video.pk}/").json()
        return told["text"], told["percent"], told["is_over"], told["can_try_again"]

    def test_every_state_has_its_words(self, editor):
        told = [
            self.told(editor, state="awaited"),
            self.told(editor, state="uploaded"),
            self.told(editor, state="probing"),
            self.told(editor, state="encoding", progress=63),
            self.told(editor, state="encoding", progress=63, folder="videos/1/old"),
            self.told(editor, state="ready", seconds=192, width=1280, height=720),
            self.told(editor, state="failed", error="No."),
        ]
        assert told == [
            ("Waiting for its file.", None, False, False),
            ("Waiting to be prepared.", None, False, False),
            ("Looking at it.", 0, False, False),
            ("Making it ready for every screen.", 63, False, False),
            ("Making it ready for every screen. Until then the old one plays.", 63, False, False),
            ("Ready: 3:12, 1280 × 720.", None, True, False),
            ("It could not be prepared.", None, True, True),
        ]

    def test_the_button_works_with_and_without_javascript(self, editor):
        video = Video.objects.create(
            post=post(), original="originals/x", state="failed", error="No."
        )
        form = editor.get(change(video.post)).text
        address = f"/admin/videos/{video.pk}/attempt/"
        assert f'formaction="{address}"' in form
        assert "No." in form

        told = editor.post(address, headers={"Accept": "application/json"})
        assert told.json()["text"] == "Waiting to be prepared."
        Video.objects.update(state="failed")
        assert editor.post(address).url == change(video.post)
        assert Video.objects.get().state == "uploaded"


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two tabs of one editor, each with a database connection of its own."""

    def tabs(self, editor: Client) -> list[Sender]:
        target = post()
        tabs = [Sender(editor, long_film(), post=target.pk) for _ in range(2)]
        assert len({tab.begin().json()["id"] for tab in tabs}) == 1
        return tabs

    @pytest.mark.usefixtures("anywhere")
    def test_completed_by_both_there_is_one_film(self, editor):
        one, two = self.tabs(editor)
        one.send_all()
        answers = at_once(one.complete, two.complete, one.complete)
        assert {answer.status_code for answer in answers} == {200}
        assert len(originals()) == 1
        assert stored(Video.objects.get().original.name) == long_film()

    def test_parts_that_both_send_are_right(self, editor):
        one, two = self.tabs(editor)
        at_once(one.send_all, lambda: [two.send(number) for number in (3, 1, 2)])
        assert one.complete().status_code == 200
        assert stored(Video.objects.get().original.name) == long_film()
