"""The editor's page for captions and chapters beside the video: filled in and sent over HTTP."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.db.models.signals import pre_save

from courses.models import Caption, Video
from tests import cast
from tests.courses.desk import errors, rows, upload
from tests.courses.shelf import VTT, on_the_shelf
from tests.library import members_post

pytestmark = pytest.mark.django_db

SRT = "1\r\n00:00:01,000 --> 00:00:02,000\r\nHola, niño.\r\n"


@pytest.fixture
def video(client) -> Video:
    """A members' video with English captions; an editor sits before it."""
    client.force_login(cast.ed())
    video: Video = on_the_shelf(members_post()).video
    return video


def address(video: Video) -> str:
    return f"/admin/courses/video/{video.pk}/change/"


def english(video: Video, **fields: Any) -> dict[str, Any]:
    """The row that is there, as the form shows it."""
    row = video.captions.get(language="en")
    held = {"id": row.pk, "video": video.pk, "language": "en", "label": "English", "text": row.text}
    return {**held, "is_default": "on" if row.is_default else "", **fields}


def spanish(**fields: Any) -> dict[str, Any]:
    return {"language": "es", "label": "Español", "text": SRT, **fields}


def send(client, video: Video, *captions: dict[str, Any], **fields: Any):
    """Press save; the first row is the one that was there."""
    typed = {"chapters": video.chapters, **rows("captions", *captions, there=1), **fields}
    return client.post(address(video), typed)


def said(client) -> list[str]:
    """What the page after saving tells the editor."""
    page = client.get("/admin/courses/video/")
    return [str(message) for message in page.context["messages"]]


def mains(video: Video) -> list[str]:
    return [row.language for row in video.captions.filter(is_default=True)]


def test_the_video_plays_beside_its_captions(client, video):
    page = client.get(address(video)).text
    film = page.partition('<source src="')[2].partition('"')[0]
    assert client.get(film).status_code == 200
    assert "onlymembersheareverything" in page
    assert "0:30 Later" in page


def test_what_nobody_touched_does_not_count_as_changed(client, video):
    assert errors(send(client, video, english(video))) == ""
    assert LogEntry.objects.get().get_change_message() == "No fields changed."


def test_a_second_language_is_added_and_the_first_stays_the_main_one(client, video):
    assert errors(send(client, video, english(video), spanish(language="ES"))) == ""
    row = video.captions.get(language="es")
    assert row.text == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHola, niño.\n"
    assert mains(video) == ["en"]
    video.refresh_from_db()
    assert [track["language"] for track in video.tracks] == ["en", "es"]


def test_there_is_always_one_main_language(client, video):
    send(client, video, english(video), spanish(is_default="on"))
    assert mains(video) == ["es"]
    video.refresh_from_db()
    assert video.transcript[0][0]["text"] == "Hola, niño."

    video.captions.get(language="es").delete()
    assert mains(video) == ["en"]

    send(client, video, english(video, is_default=""))
    assert mains(video) == ["en"]


def test_a_draft_is_not_shown_until_it_is_no_draft_any_more(client, video):
    send(client, video, english(video, is_draft="on"))
    video.refresh_from_db()
    assert (video.tracks, video.transcript) == ([], [])
    send(client, video, english(video))
    video.refresh_from_db()
    assert len(video.tracks) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_a_file_takes_the_place_of_the_text(client, video, encoding):
    file = upload(SRT.encode(encoding), "../../captions.srt")
    assert errors(send(client, video, english(video), spanish(text="not this", file=file))) == ""
    assert "Hola, niño." in video.captions.get(language="es").text
    guessed = [line for line in said(client) if "Are these right: niño." in line]
    assert len(guessed) == (encoding == "cp1252")


def test_one_wrong_line_loses_nothing_that_was_typed(client, video):
    wrong = SRT + "\r\n2\r\n00:00:05,000 --> 00:00:04,000\r\nAdiós.\r\n"
    file = upload(wrong.encode("utf-16"), "captions.srt")
    mine = english(video, text=VTT.replace("everybody", "somebody"))
    answer = send(client, video, mine, spanish(text="", file=file), chapters="0:00 New")
    assert "Line 6: this caption ends before it begins." in errors(answer)
    page = answer.text
    for typed in ("somebodymayhearthis", "Adiós.", "0:00 New", 'value="Español"'):
        assert typed in page
    assert Caption.objects.count() == 1
    assert "everybodymayhearthis" in Caption.objects.get().text


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"text": ""}, "There is no caption in this text"),
        ({"text": "Dear diary."}, "There is no caption in this text"),
        ({"language": "../en"}, "valid “slug”"),
        ({"language": "en"}, "duplicate"),
        ({"text": "00:01.000 --> 00:02.000\nHi\0"}, "Null characters are not allowed"),
        ({"text": "", "file": upload(b"", "a.vtt")}, "empty"),
        ({"text": "", "file": upload(b"\x89PNG\r\n\x1a\n\x81", "a.vtt")}, "save it as UTF-8"),
        ({"text": "", "file": upload(b"a" * 4_000_001, "a.vtt")}, "larger than four megabytes"),
        ({"text": "", "file": upload(b"a" * 2_000_001, "a.vtt")}, "too long"),
    ],
)
def test_what_is_wrong_is_said(client, video, fields, complaint):
    assert complaint in errors(send(client, video, english(video), spanish(**fields)))
    assert Caption.objects.count() == 1


def test_wrong_chapters_are_named_and_good_ones_tidied(client, video):
    said = errors(send(client, video, english(video), chapters="0:00 a\nb"))
    assert "Line 2: “b” is no chapter." in said
    assert errors(send(client, video, english(video), chapters="00:00 - a\r\n01:10 b")) == ""
    video.refresh_from_db()
    assert video.chapters == "0:00 a\n1:10 b"


def test_what_comes_after_the_end_is_saved_and_remarked(client, video):
    late = SRT.replace("00:00:02", "00:01:40")
    send(client, video, english(video), spanish(text=late), chapters="0:00 a\n2:00 b")
    assert Caption.objects.count() == 2
    told = " ".join(said(client))
    assert "Español, saved as it is. Line 3: this caption ends at 00:01:40.000" in told
    assert "Chapters, saved as it is. Line 2: “b” begins after the video ends (1:30)." in told


def test_saving_leaves_the_workers_part_of_the_row_alone(client, video):
    def work(**kwargs: Any) -> None:
        """What the worker writes after the form has read the row, and before it writes."""
        Video.objects.update(state="encoding", progress=40, claim="w")

    pre_save.connect(work, sender=Video)
    try:
        send(client, video, english(video), chapters="0:00 New")
    finally:
        pre_save.disconnect(work, sender=Video)
    video.refresh_from_db()
    assert (video.state, video.progress, video.claim) == ("encoding", 40, "w")
    assert video.chapters == "0:00 New"


def test_a_video_is_neither_made_nor_taken_away_here(client, video):
    for name in ("add/", f"{video.pk}/delete/"):
        assert client.get(f"/admin/courses/video/{name}").status_code == 403
        assert client.post(f"/admin/courses/video/{name}", {"post": "yes"}).status_code == 403
    page = client.get(address(video)).text
    assert f"/admin/courses/video/{video.pk}/delete/" not in page
    assert Video.objects.exists()


def test_its_post_can_still_be_taken_away_whole(client, video):
    deletion = f"/admin/courses/post/{video.post_id}/delete/"
    assert client.post(deletion, {"post": "yes"}).status_code == 302
    assert not Video.objects.exists()


def test_the_list_says_what_is_written(client, video):
    Caption.objects.create(
        video=video, language="fr", label="Français", text=VTT, is_default=False, is_draft=True
    )
    assert "English, Français (draft)" in client.get("/admin/courses/video/").text


@pytest.mark.parametrize("who", ["rui", "mona", "support", "nobody"])
def test_nobody_else_may_see_or_write_them(client, video, who):
    client.logout()
    if who == "support":
        helper = cast.person("sue", is_staff=True)
        helper.groups.add(Group.objects.get(name="Support"))
        client.force_login(helper)
    elif who != "nobody":
        client.force_login(getattr(cast, who)())
    for place in ("/admin/courses/video/", address(video)):
        answer = client.get(place)
        assert answer.status_code in (302, 403)
        assert "onlymembersheareverything" not in answer.text
    assert send(client, video, english(video, text=SRT)).status_code in (302, 403)
    draft = f"/admin/courses/video/{video.pk}/draft/"
    assert client.post(draft).status_code in (302, 403)
    assert video.captions.get().text == VTT
