"""Files as phones, cameras and odd encoders write them, and files that mean harm."""

import socket
import struct
import threading
from pathlib import Path

import pytest
from pymediainfo import MediaInfo

from courses.models import Video
from courses.video import ffmpeg
from courses.video import look as looking
from courses.video.look import look
from courses.video.pipeline import prepare_next
from nerdherd.lib.stores import gated_storage
from tests.courses.films import film, made_by_ffmpeg, prepared

pytestmark = [pytest.mark.django_db, pytest.mark.films]

PICTURE = ("-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=2")
TONE = ("-f", "lavfi", "-i", "sine=d=2")
HLG = ("arib-std-b67", "bt2020", "bt2020nc")


def hdr(transfer: str, primaries: str, matrix: str) -> bytes:
    """Ten bits a colour, as a phone films a sunset."""
    colours = f"colorprim={primaries}:transfer={transfer}:colormatrix={matrix}"
    return made_by_ffmpeg(
        *PICTURE, "-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1",
        "-x265-params", f"log-level=error:{colours}", suffix=".mov",
    )  # fmt: skip


def made(video: Video) -> MediaInfo:
    assert (video.state, video.error) == ("ready", "")
    return MediaInfo.parse(Path(gated_storage().path(f"{video.folder}/video.mp4")))


@pytest.mark.parametrize(
    ("suffix", "arguments"),
    [
        pytest.param(".mov", ("-c:v", "libx264", "-pix_fmt", "yuv420p"), id="QuickTime"),
        pytest.param(".webm", ("-c:v", "libvpx-vp9", "-c:a", "libopus"), id="WebM"),
        pytest.param(".mkv", ("-c:v", "libx264", "-c:a", "flac"), id="Matroska"),
        pytest.param(".avi", ("-c:v", "mpeg4", "-c:a", "libmp3lame"), id="AVI"),
        pytest.param(".mpg", ("-c:v", "mpeg2video", "-r", "25"), id="MPEG"),
        pytest.param(".ts", ("-c:v", "libx264", "-pix_fmt", "yuv420p"), id="transport stream"),
        pytest.param(".3gp", ("-c:v", "h263", "-s", "176x144", "-an"), id="3GP"),
        pytest.param(".wmv", ("-c:v", "wmv2", "-c:a", "wmav2"), id="WMV"),
    ],
)
def test_whatever_a_camera_writes_is_taken(suffix, arguments):
    content = made_by_ffmpeg(*PICTURE, *TONE, *arguments, suffix=suffix)
    [picture] = made(prepared(content)).video_tracks
    assert picture.format == "AVC"
    assert 1800 <= float(picture.duration) <= 2300


def test_a_browsers_own_recording_does_not_say_how_long_it_is_and_is_measured(
    tmp_path, monkeypatch
):
    # Written into a pipe, so that the length cannot be filled in at the end.
    content = made_by_ffmpeg(*PICTURE, "-c:v", "libvpx", "-f", "webm", "-live", "1", suffix=".webm")
    (tmp_path / "recording").write_bytes(content)
    assert look(tmp_path / "recording").seconds == 0
    assert prepared(content).seconds == 2
    # What the file does not say is held to the same bound as what another says.
    monkeypatch.setattr(looking, "MAX_SECONDS", 1)
    assert "longer than" in prepared(content).error


def test_a_rate_that_varies_becomes_a_steady_one(tmp_path):
    uneven = "select='not(mod(n,3))+lt(n,10)'"
    content = made_by_ffmpeg(
        *PICTURE, "-vf", uneven, "-fps_mode", "vfr", "-c:v", "libx264", "-pix_fmt", "yuv420p"
    )
    (tmp_path / "uneven").write_bytes(content)
    assert look(tmp_path / "uneven").fps == 0
    [picture] = made(prepared(content)).video_tracks
    assert (picture.frame_rate_mode, float(picture.frame_rate)) == ("CFR", 30)


@pytest.mark.parametrize("colours", [HLG, ("smpte2084", "bt2020", "bt2020nc")], ids=["HLG", "PQ"])
def test_hdr_is_brought_to_what_every_screen_shows(tmp_path, colours):
    content = hdr(*colours)
    (tmp_path / "sunset").write_bytes(content)
    assert look(tmp_path / "sunset").is_hdr
    [picture] = made(prepared(content)).video_tracks
    assert (picture.bit_depth, picture.chroma_subsampling) == (8, "4:2:0")
    assert picture.transfer_characteristics == "BT.709"


def test_interlaced_film_loses_its_combs(tmp_path):
    content = made_by_ffmpeg(
        *PICTURE, "-vf", "scale=320:240,interlace", "-c:v", "mpeg2video", "-flags",
        "+ildct+ilme", "-r", "25", suffix=".mpg",
    )  # fmt: skip
    (tmp_path / "camcorder").write_bytes(content)
    assert look(tmp_path / "camcorder").is_interlaced
    [picture] = made(prepared(content)).video_tracks
    assert picture.scan_type == "Progressive"


def test_cover_art_is_not_taken_for_the_film(tmp_path):
    (tmp_path / "film.mp4").write_bytes(film("64x48"))
    content = made_by_ffmpeg(
        "-i", str(tmp_path / "film.mp4"), "-f", "lavfi", "-i", "color=red:s=600x600:d=0.04:r=25",
        "-map", "1:v", "-map", "0:v", "-c:v:0", "mjpeg", "-c:v:1", "copy",
        "-disposition:v:0", "attached_pic",
    )  # fmt: skip
    [picture] = made(prepared(content)).video_tracks
    assert (picture.width, picture.height) == (64, 48)


class TestHarm:
    """Each is refused in words, and has done nothing."""

    def refused(self, content: bytes) -> str:
        video = prepared(content)
        while video.state == Video.State.UPLOADED:
            prepare_next()
            video.refresh_from_db()
        assert (video.state, video.folder) == (Video.State.FAILED, "")
        assert video.error
        return video.error

    @pytest.mark.parametrize("scheme", ["file:///etc/passwd", "http://127.0.0.1:{port}/secret"])
    def test_a_playlist_reads_no_file_and_calls_nobody(self, scheme):
        with Ear() as ear:
            target = scheme.format(port=ear.port)
            playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n"
            for disguise in (b"", b"\0\0\0\x18ftypmp42", b"RIFF\0\0\0\0AVI ", b"\x1a\x45\xdf\xa3"):
                self.refused(disguise + playlist.encode())
        assert ear.heard == 0

    def test_a_film_that_refers_to_another_file_does_not_get_it(self, tmp_path):
        """QuickTime knows tracks that lie elsewhere."""
        secret = film("64x64", seconds=1)
        (tmp_path / "secret.mp4").write_bytes(secret)
        reference = b"ffconcat version 1.0\nfile " + str(tmp_path / "secret.mp4").encode() + b"\n"
        self.refused(reference)
        self.refused(b"\0\0\0\x10ftypqt  " + reference)

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(lambda: huge_picture(), id="100,000 pixels"),
            pytest.param(lambda: film("64x64")[:3000], id="cut off early"),
            pytest.param(lambda: b"\x1a\x45\xdf\xa3" + b"\xff" * 5000, id="noise"),
            pytest.param(lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="SVG"),
            pytest.param(lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", id="EPS"),
            pytest.param(lambda: b"PK\x03\x04" + b"\0" * 5000, id="ZIP"),
        ],
    )
    def test_what_cannot_be_a_film_is_refused(self, content):
        self.refused(content())

    def test_sixty_four_tracks_are_too_many(self):
        sounds = [part for _ in range(64) for part in ("-map", "1:a")]
        content = made_by_ffmpeg(
            *PICTURE, *TONE, "-map", "0:v", *sounds, "-c:v", "libx264", "-pix_fmt", "yuv420p"
        )
        assert "too many tracks" in self.refused(content)

    def test_a_film_that_never_ends_is_refused_by_what_it_says(self):
        """Two seconds of pictures, days apart: made steady they would be millions."""
        days_apart = ("-vf", "setpts=PTS*200000", "-fps_mode", "vfr", "-c:v", "libx264")
        for suffix in (".mkv", ".mp4"):
            content = made_by_ffmpeg(*PICTURE, *days_apart, "-pix_fmt", "yuv420p", suffix=suffix)
            assert "longer than four hours" in self.refused(content)

    def test_a_film_that_never_ends_and_does_not_say_so_is_refused_too(self):
        content = bytearray(
            made_by_ffmpeg(
                *PICTURE, "-vf", "setpts=PTS*200000", "-fps_mode", "vfr", "-c:v", "libx264",
                "-pix_fmt", "yuv420p", "-write_tmcd", "0", suffix=".mkv",
            )
        )  # fmt: skip
        place = content.index(b"\x44\x89\x88")  # Duration, eight bytes
        content[place + 3 : place + 11] = struct.pack(">d", 2000.0)
        assert "goes on long after" in self.refused(
            bytes(content).replace(b"DURATION", b"Duration")
        )

    def test_a_film_of_no_frames_a_second_ends_as_well(self):
        content = bytearray(made_by_ffmpeg(*PICTURE, "-c:v", "mpeg4", suffix=".avi"))
        place = content.index(b"strh") + 8 + 20  # scale and rate of the pictures
        content[place : place + 8] = struct.pack("<II", 1, 0)
        head = content.index(b"avih") + 8
        content[head : head + 4] = struct.pack("<I", 0)
        assert made(prepared(bytes(content))).video_tracks

    def test_ffmpeg_itself_would_not_open_a_playlist_or_a_host(self, tmp_path):
        """Behind the first look stands a second fence."""
        with Ear() as ear:
            playlist = tmp_path / "list.m3u8"
            playlist.write_text(f"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:{ear.port}/a.ts\n")
            for source in (str(playlist), f"http://127.0.0.1:{ear.port}/film.mp4"):
                with pytest.raises(ffmpeg.FfmpegError):
                    ffmpeg.run([*ffmpeg.INPUT_GUARDS, "-i", source, "-f", "null", "-"])
            # The same without the guards: there is no network where it runs.
            with pytest.raises(ffmpeg.FfmpegError):
                ffmpeg.run(["-i", f"http://127.0.0.1:{ear.port}/film.mp4", "-f", "null", "-"])
        assert ear.heard == 0


def huge_picture() -> bytes:
    """A small film whose header claims a picture 65,500 wide and high."""
    content = bytearray(film("64x64"))
    small = struct.pack(">HH", 64, 64)
    place = content.index(b"avc1", content.index(b"stsd")) + 28
    assert content[place : place + 4] == small
    content[place : place + 4] = struct.pack(">HH", 65500, 65500)
    return bytes(content)


class Ear:
    """A port of this machine that hears whether anybody calls."""

    def __enter__(self) -> "Ear":
        self.heard = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.heard += 1
            caller.close()

    def __exit__(self, *_error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
