"""From the editor's file to one that plays everywhere, with the real ffmpeg on real short films."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from pymediainfo import MediaInfo

from courses.models import Post, Video
from courses.video import ffmpeg
from courses.video.look import Look, look
from courses.video.pipeline import prepare_next
from nerdherd.lib.stores import gated_storage
from tests.courses.films import film, made_by_ffmpeg, prepared, turned, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.films]


def path_of(video: Video, name: str = "video.mp4") -> Path:
    return Path(gated_storage().path(f"{video.folder}/{name}"))


class TestWhatComesOut:
    """What every browser plays, whatever went in."""

    @pytest.mark.parametrize(
        ("content", "size"),
        [
            pytest.param(lambda: film("320x180"), (320, 180), id="landscape"),
            pytest.param(lambda: film("180x320"), (180, 320), id="portrait"),
            pytest.param(lambda: turned(film("320x180"), 90), (180, 320), id="turned left"),
            pytest.param(lambda: turned(film("320x180"), -90), (180, 320), id="turned right"),
            pytest.param(lambda: turned(film("320x180"), 180), (320, 180), id="upside down"),
            pytest.param(lambda: film("1920x1080"), (1280, 720), id="large"),
            pytest.param(lambda: film("1080x1920"), (720, 1280), id="large portrait"),
            pytest.param(lambda: film("32x16"), (32, 16), id="tiny"),
            pytest.param(lambda: film("101x57", "-pix_fmt", "yuv444p"), (100, 56), id="odd sides"),
            pytest.param(lambda: film("300x300"), (300, 300), id="square"),
            pytest.param(lambda: film("720x576", "-aspect", "16:9"), (1024, 576), id="wide pixels"),
        ],
    )
    def test_the_picture_is_upright_and_never_enlarged(self, content, size):
        video = prepared(content())
        assert (video.state, video.error) == (Video.State.READY, "")
        assert (video.width, video.height) == size
        [picture] = MediaInfo.parse(path_of(video)).video_tracks
        assert (picture.width, picture.height, float(picture.rotation or 0)) == (*size, 0)
        assert (picture.format, picture.chroma_subsampling) == ("AVC", "4:2:0")

    def test_a_turned_film_is_seen_as_people_see_it(self, tmp_path):
        (tmp_path / "phone.mp4").write_bytes(turned(film("320x180"), 90))
        assert look(tmp_path / "phone.mp4") == Look(2, 180, 320, fps=10, has_sound=True)

    def test_its_index_stands_in_front_so_that_it_plays_at_once(self):
        content = path_of(prepared(film())).read_bytes()
        assert content.index(b"moov") < content.index(b"mdat")

    def test_a_silent_film_stays_silent_and_a_mono_one_gets_two_sides(self):
        silent = MediaInfo.parse(path_of(prepared(film(tone=False))))
        assert silent.audio_tracks == []
        [sound] = MediaInfo.parse(path_of(prepared(film("320x180", "-ac", "1")))).audio_tracks
        assert (sound.format, sound.channel_s) == ("AAC", 2)

    def test_one_can_jump_to_every_two_seconds_even_if_the_camera_wrote_one_keyframe(
        self, tmp_path
    ):
        video = prepared(film("320x180", "-g", "999", "-keyint_min", "999", seconds=5))
        frames = ["-fps_mode", "passthrough", str(tmp_path / "key-%d.png")]
        ffmpeg.run(["-skip_frame", "nokey", "-i", str(path_of(video)), *frames])
        assert len(list(tmp_path.glob("key-*.png"))) >= 3

    def test_where_it_was_filmed_is_nobodys_business(self):
        tags = ("-metadata", "location=+52.5200+013.4050/", "-metadata", "title=Our home")
        with_place = film("320x180", *tags, "-movflags", "use_metadata_tags")
        assert b"+52.52" in with_place
        content = path_of(prepared(with_place)).read_bytes()
        assert b"+52.52" not in content
        assert b"Our home" not in content

    def test_a_webm_is_taken_as_well(self):
        picture = ("-f", "lavfi", "-i", "testsrc=s=64x64:r=5:d=1")
        video = prepared(made_by_ffmpeg(*picture, "-c:v", "libvpx", suffix=".webm"))
        assert video.state == Video.State.READY

    def test_the_post_becomes_a_video_with_a_poster(self):
        video = prepared(film("640x360", seconds=3))
        target = Post.objects.get()
        assert (target.kind, target.video_seconds, target.related_at) == ("video", 3, None)
        assert target.cover
        assert (target.cover.width, target.cover.height) == (640, 360)
        for width in target.cover.widths:
            with default_storage.open(f"{target.cover.name}-{width}.webp") as poster:
                assert Image.open(poster).size[0] == width
        assert video.ready_at

    def test_nothing_is_left_on_the_workbench(self, settings):
        prepared(film())
        assert not list(Path(settings.DATA_DIR).glob("encoding-*"))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("film.mp4", lambda: b"Dear diary, this is no film.\n" * 50, "not a video"),
        ("film.mp4", lambda: b"", "not a video"),
        (
            "photo.mp4",
            lambda: made_by_ffmpeg(
                "-f", "lavfi", "-i", "testsrc=s=64x64", "-frames:v", "1", suffix=".jpg"
            ),
            "not a video",
        ),
        (
            "song.mp4",
            lambda: made_by_ffmpeg("-f", "lavfi", "-i", "sine=d=1"),
            "only sound",
        ),
        ("cut.mp4", lambda: film()[: len(film()) // 2], "cut off"),
        (
            "playlist.mp4",
            lambda: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
            "not a video",
        ),
        (
            "playlist in disguise.mp4",
            lambda: b"\0\0\0\x08free\n#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
            "cut off",
        ),
        ("long ago.mp4", lambda: b"\0\0\0\x18ftypmp42" + b"\0" * 3000, "cut off"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_what_is_no_film_is_refused_with_a_plain_reason(name, content, reason):
    video = prepared(content(), name)
    assert video.state == Video.State.FAILED
    assert reason in video.error
    assert (video.folder, video.claim) == ("", "")
    assert Post.objects.get().kind == "article"
    assert prepare_next() is False


def test_a_film_that_breaks_off_in_the_middle_is_not_shown_as_if_it_were_whole():
    whole = film("320x180", "-movflags", "+faststart", seconds=8)
    video = prepared(whole[: len(whole) * 2 // 3])
    assert video.state == Video.State.FAILED
    assert "cut off" in video.error


def test_a_file_that_is_gone_is_asked_for_again():
    video = uploaded(film())
    video.original.delete(save=False)
    prepare_next()
    video.refresh_from_db()
    assert video.state == Video.State.FAILED
    assert "upload it again" in video.error
