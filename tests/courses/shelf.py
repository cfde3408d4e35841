"""Posts whose video is on the shelf already: the files hold words that a test can look for."""

from django.core.files.base import ContentFile

from courses.models import Caption, Post, Video
from courses.search.indexing import index_changed
from nerdherd.lib.stores import gated_storage

ATTEMPT = "aaaabbbbccccdddd"
BYTES = b"these are the bytes of the film"
VTT = """WEBVTT

00:00:01.000 --> 00:00:03.000
everybodymayhearthis

00:00:04.000 --> 00:00:06.000
thisbeginsintheopeningandendsafterit

00:00:07.000 --> 00:00:09.000
onlymembersheareverything
"""
FILES = {
    "master.m3u8": b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n360.m3u8\n",
    "360.m3u8": b'#EXTM3U\n#EXT-X-MAP:URI="360.mp4",BYTERANGE="9@0"\n#EXTINF:6,\n360.mp4\n',
    "360.mp4": BYTES,
    "video.mp4": BYTES,
    "audio.m4a": BYTES,
    "story.vtt": b"WEBVTT\n\n00:00.000 --> 00:06.000\nstory-1.jpg#xywh=0,0,160,90\n",
    "story-1.jpg": BYTES,
    "still-0.jpg": BYTES,
    "opening-5.mp4": b"the opening",
}


def on_the_shelf(target: Post, **fields: object) -> Post:
    """`target` with a ready video of 90 seconds, captions and chapters."""
    made = {"renditions": [], "has_sound": True, "stills": 1}
    video = Video.objects.create(
        post=target, original="originals/x", state=Video.State.READY, made=made, seconds=90,
        width=640, height=360, chapters="0:00 Hello\n0:30 Later", **fields,
    )  # fmt: skip
    Video.objects.filter(pk=video.pk).update(folder=f"videos/{video.pk}/{ATTEMPT}")
    for name, content in FILES.items():
        gated_storage().save(f"videos/{video.pk}/{ATTEMPT}/{name}", ContentFile(content))
    video.refresh_from_db()
    Caption.objects.create(video=video, text=VTT)
    Post.objects.filter(pk=target.pk).update(video_seconds=90)
    return Post.objects.get(pk=target.pk)


def worker_looked() -> None:
    """What the worker does within a second of a change: the search knows of it."""
    while index_changed():
        pass
