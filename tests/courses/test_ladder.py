"""The ladder: which renditions there are, that a player can change between them, how they sound."""

import json
import re
import shutil
from pathlib import Path

import pytest
from django.core import serializers
from PIL import Image, ImageStat
from pymediainfo import MediaInfo

from courses.models import Video
from courses.video import ffmpeg, ladder, sound, stills
from courses.video.look import Look
from nerdherd.lib.stores import gated_storage
from tests.courses.films import film, made_by_ffmpeg, prepared

pytestmark = [pytest.mark.django_db, pytest.mark.films]


def shelf(video: Video) -> Path:
    return Path(gated_storage().path(video.folder))


def keyframes(path: Path) -> list[str]:
    """The moments of a film's keyframes, as ffmpeg tells them."""
    said = ffmpeg.run(
        ["-skip_frame", "nokey", "-i", str(path), "-vf", "showinfo", "-an", "-f", "null", "-"],
        level="info",
    )
    return re.findall(r"pts_time:([\d.]+)", said)


def loudness(path: Path) -> float:
    """Integrated loudness in LUFS."""
    said = ffmpeg.run(
        ["-i", str(path), "-af", f"{sound.TARGET}:print_format=json", "-vn", "-f", "null", "-"],
        level="info",
    )
    return float(json.loads(said[said.rindex("{") : said.rindex("}") + 1])["input_i"])


@pytest.mark.parametrize(
    ("width", "height", "wanted", "made"),
    [
        (1920, 1080, [360, 720], [360, 720]),
        (1080, 1920, [360, 720, 1080], [360, 720, 1080]),
        (1280, 720, [360, 720, 1080], [360, 720]),
        (1024, 576, [360, 720], [360, 576]),
        (720, 400, [360, 720], [360]),
        (320, 180, [360, 720], [180]),
        (101, 57, [360, 720], [56]),
        (3840, 2160, [360, 720], [360, 720]),
        (640, 640, [720, 360], [360, 640]),
    ],
)
def test_no_rendition_is_larger_than_its_source(width, height, wanted, made):
    assert ladder.heights_for(Look(9, width, height), wanted) == made


@pytest.mark.parametrize(
    ("fps", "steady"),
    [(25, 25), (29.97, 29.97), (30, 30), (50, 25), (59.94, 29.97), (120, 30), (0, 30), (10, 10)],
)
def test_the_rate_is_the_sources_or_an_even_part_of_it(fps, steady):
    assert ladder.frames_per_second(Look(9, 640, 360, fps=fps)) == steady


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows and files of what was made: every test has a database and a shelf of its own."""
    return tmp_path_factory.mktemp("ladder")


class TestARealLadder:
    """Eight seconds of a large film, made once."""

    @pytest.fixture
    def video(self, kept: Path) -> Video:
        rows, files = kept / "rows.json", Path(gated_storage().path(""))
        if not rows.exists():
            video = prepared(film("1280x720", "-r", "30", seconds=8))
            assert (video.state, video.error) == ("ready", "")
            shutil.copytree(files, kept / "files")
            rows.write_text(serializers.serialize("json", [video.post, video]))
            return video
        shutil.copytree(kept / "files", files, dirs_exist_ok=True)
        for entry in serializers.deserialize("json", rows.read_text()):
            entry.save()
        return Video.objects.get()

    def test_a_player_can_change_between_its_renditions(self, video):
        folder = shelf(video)
        small, large = keyframes(folder / "360.mp4"), keyframes(folder / "720.mp4")
        assert small == large
        assert [round(float(moment)) for moment in small] == [0, 2, 4, 6]
        lengths = [
            re.findall(r"#EXTINF:([\d.]+)", (folder / f"{name}.m3u8").read_text())
            for name in ("360", "720")
        ]
        assert lengths[0] == lengths[1]
        assert [float(length) for length in lengths[0]] == [6.0, 2.0]

    def test_its_playlist_says_what_there_is_and_phones_begin_with_720(self, video):
        playlist = (shelf(video) / "master.m3u8").read_text()
        assert re.findall(r"^\d+\.m3u8$", playlist, re.MULTILINE) == ["720.m3u8", "360.m3u8"]
        assert re.findall(r"RESOLUTION=(\d+x\d+)", playlist) == ["1280x720", "640x360"]
        assert re.findall(r'CODECS="([^"]+)"', playlist) == [
            "avc1.64001f,mp4a.40.2",
            "avc1.64001e,mp4a.40.2",
        ]
        for peak, average in re.findall(r"BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=(\d+)", playlist):
            assert int(peak) >= int(average) > 10_000

    def test_nothing_in_a_playlist_leads_out_of_its_folder(self, video):
        folder = shelf(video)
        for playlist in folder.glob("*.m3u8"):
            lines = playlist.read_text().splitlines()
            named = [line for line in lines if line and not line.startswith("#")]
            named += re.findall(r'URI="([^"]+)"', playlist.read_text())
            assert named
            assert all((folder / name).is_file() and "/" not in name for name in named)

    def test_one_sees_where_one_jumps_to(self, video):
        folder = shelf(video)
        places = re.findall(
            r"story-(\d+)\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)", (folder / "story.vtt").read_text()
        )
        assert places == [("1", "0", "0", "160", "90"), ("1", "160", "0", "160", "90")]
        with Image.open(folder / "story-1.jpg") as sheet:
            assert sheet.size == (1600, 900)
            left, right = sheet.crop((0, 0, 160, 90)), sheet.crop((160, 0, 320, 90))
            assert left.tobytes() != right.tobytes()
            assert (
                ImageStat.Stat(right.convert("L")).extrema[0][1] > 100
            )  # a picture, not an empty tile

    def test_the_sound_can_be_had_alone(self, video):
        tracks = MediaInfo.parse(shelf(video) / "audio.m4a")
        assert (len(tracks.video_tracks), len(tracks.audio_tracks)) == (0, 1)

    def test_the_bar_went_forward_and_the_row_is_free_again(self, video):
        assert (video.progress, video.claim, video.lease_until) == (100, "", None)


def test_a_long_film_fills_more_than_one_sheet():
    text = stills.storyboard(160, 90, 700.0)
    assert "story-2.jpg#xywh=0,0,160,90" in text
    assert text.count("story-1.jpg") == 100
    assert text.rstrip().splitlines()[-2].endswith("--> 00:11:40.000")


def test_loud_and_quiet_films_sound_alike():
    def tone(volume: str) -> bytes:
        picture = ("-f", "lavfi", "-i", "testsrc=s=64x64:r=10:d=4", "-f", "lavfi")
        noise = ("-i", "anoisesrc=d=4:c=pink:a=0.5", "-af", f"volume={volume}dB")
        return made_by_ffmpeg(*picture, *noise, "-c:v", "libx264", "-pix_fmt", "yuv420p")

    heard = []
    for volume in ("0", "-30"):
        heard.append(loudness(shelf(prepared(tone(volume))) / "video.mp4"))
    assert heard == pytest.approx([-16, -16], abs=1.5)


def test_silence_is_not_blown_up():
    quiet = made_by_ffmpeg(
        "-f", "lavfi", "-i", "testsrc=s=64x64:r=10:d=2", "-f", "lavfi", "-i", "anullsrc=d=2",
        "-shortest", "-c:v", "libx264", "-pix_fmt", "yuv420p",
    )  # fmt: skip
    assert prepared(quiet).state == Video.State.READY
