"""`python -m tests.bench.load [minutes]`: a hundred requests a second on the site as it is run.

70 % public pages, 20 % members' pages, 10 % search and places; meanwhile the worker encodes a film,
twenty slow clients hold on to connections, and five hundred forged deliveries a second come to the
webhook. Each request is timed from the moment at which it was due, so that waiting counts.
"""

import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.servers import WEB, manage, running, web_at
from tests.whole_site import ROOT, free_ports

RATE, FORGED, SLOW = 100, 500, 20  # a second, a second, connections
FORGERS = 10
FILM = 120  # seconds of it for each minute of the load: it is to last
POSTS, MEMBERS = 1000, 500
BUDGET = 0.3  # seconds, p95
CSRF = "c" * 32
MAKE_FILM = """
from django.core.files.base import ContentFile
from django.utils import timezone
from courses.models import Post, Video
from courses.video import ffmpeg
ffmpeg.run(
    ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30:d={seconds}",
     "-f", "lavfi", "-i", "sine=d={seconds}",
     "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", {film!r}],
    timeout=1200,
)
film = Post.objects.create(title="Film", slug="film", access="free", published_at=timezone.now())
Video.objects.create(post=film, original=ContentFile(open({film!r}, "rb").read(), "film.mp4"))
"""
WHO_AND_WHAT = """
from django.test import Client
from courses.models import Post
from nerdherd.accounts.models import User
for user in User.objects.filter(email__startswith="filled-")[:100]:
    client = Client()
    client.force_login(user)
    print("session", client.cookies["session"].value)
for slug in Post.objects.published().values_list("slug", flat=True)[:300]:
    print("slug", slug)
"""
ASK = """
from courses.models import Video
print(Video.objects.get().state)
"""


@dataclass
class Crowd:
    """Visitors and members, and how long each of their requests took, in seconds."""

    port: int
    slugs: list[str]
    sessions: list[str]
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    forged: list[int] = field(default_factory=list)  # what the forgers were answered
    _kept: threading.local = field(default_factory=threading.local)

    def one(self, due: float) -> None:
        """A request that is due at a moment of the clock, kept to as well as a thread can."""
        time.sleep(max(0, due - time.monotonic()))
        kind, method, path, body, headers = self._request()
        try:
            status = self._send(method, path, body, headers)
        except (OSError, http.client.HTTPException) as error:
            self.wrong.append(f"{kind}: {type(error).__name__}")
            return
        self.took[kind].append(time.monotonic() - due)
        if status >= 400:
            self.wrong.append(f"{kind}: {status} {path}")

    def _request(self) -> tuple[str, str, str, str | None, dict[str, str]]:
        dice = random.random()
        post = f"/posts/{random.choice(self.slugs)}/"
        member = {"Cookie": f"session={random.choice(self.sessions)}; csrf={CSRF}"}
        if dice < 0.7:
            path = random.choice(
                [post, post, post, post, "/", "/posts/", f"/posts/?page={random.randint(2, 20)}"]
            )
            return "public", "GET", path, None, {"Accept-Encoding": "gzip"}
        if dice < 0.9:
            return (
                "member",
                "GET",
                random.choice([post, post, post, "/", "/account/", "/posts/"]),
                None,
                member,
            )
        if dice < 0.95:
            words = random.choice(
                ["sleep", "bedtime", "shame and repair", "tantrum", "the first step"]
            )
            return "search", "GET", f"/search/?{urlencode({'q': words})}", None, member
        place = f'[{{"post": "{post[7:-1]}", "place": {random.randint(1, 90)}, "at": {time.time() * 1000}}}]'
        form = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}
        return "place", "POST", "/account/progress/", urlencode({"places": place}), member | form

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> int:
        connection = getattr(self._kept, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            self._kept.connection = connection
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            self._kept.connection = None
            raise
        return answer.status


def forge(heard: list[int], port: int, stop: threading.Event) -> None:
    """Deliveries that nobody signed, as many as are asked for; `heard` is what was answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    due = time.monotonic()
    while not stop.wait(max(0, due - time.monotonic())):
        due += FORGERS / FORGED
        with suppress(OSError, http.client.HTTPException):
            connection.request(
                "POST", "/stripe/webhook/", "{}" * 500, {"Stripe-Signature": "t=1,v1=0"}
            )
            answer = connection.getresponse()
            answer.read()
            heard.append(answer.status)


def dawdle(port: int, stop: threading.Event) -> None:
    """Send a request letter by letter, and begin again when it is cut off."""
    while not stop.is_set():
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            for letter in f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: {'x' * 600}":
                line.sendall(letter.encode())
                if stop.wait(1):
                    return


def crowd_before(port: int, place: dict[str, str], posts: int, members: int) -> Crowd:
    """Make a library and members at `place`; returns a hundred of them before 300 posts of it."""
    manage(place, "prepare")
    manage(place, "fill", "--posts", str(posts), "--members", str(members))
    manage(place, "index_search", "--all")
    said = manage(place, "shell", "-v", "0", "-c", WHO_AND_WHAT).split()
    found = list(zip(said[::2], said[1::2], strict=True))
    slugs, sessions = ([v for k, v in found if k == kind] for kind in ("slug", "session"))
    return Crowd(port, slugs, sessions)


def main(minutes: float) -> int:
    """Print a table; exit code 1 when a request failed or a kind of them was too slow."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = free_ports(1)
        (folder / "data").mkdir()
        place = web_at(port, folder / "data")
        crowd, stop = crowd_before(port, place, POSTS, MEMBERS), threading.Event()
        manage(place, "relate", "--all")
        film = MAKE_FILM.format(film=str(folder / "film.mp4"), seconds=round(FILM * minutes))
        manage(place, "shell", "-v", "0", "-c", film)
        log = stack.enter_context((folder / "log").open("w"))  # a line for each that is forged
        stack.enter_context(running(WEB, port, log, **place))
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "worker"], cwd=ROOT, env=os.environ | place, stderr=log
        )
        stack.callback(worker.wait)
        stack.callback(worker.terminate)
        pests: list[Callable[[int, threading.Event], None]] = [
            *[partial(forge, crowd.forged)] * FORGERS,
            *[dawdle] * SLOW,
        ]
        for pest in pests:
            threading.Thread(target=pest, args=(port, stop), daemon=True).start()
        begin = time.monotonic() + 3
        with ThreadPoolExecutor(64) as pool:
            for number in count():
                if number >= minutes * 60 * RATE:
                    break
                due = begin + number / RATE
                time.sleep(max(0, due - time.monotonic() - 0.5))
                pool.submit(crowd.one, due)
        forged = len(crowd.forged) / (time.monotonic() - begin + 3)
        stop.set()
        print(f"The film is {manage(place, 'shell', '-v', '0', '-c', ASK).strip()}.")
        print(f"{forged:.0f} forged deliveries a second")
        return report(crowd)


def report(crowd: Crowd) -> int:
    """The table, and what went wrong."""
    print(f"{'ms':<10}{'requests':>9}{'median':>8}{'p95':>8}{'p99':>8}{'longest':>9}")
    too_slow = False
    for kind, took in sorted(crowd.took.items()):
        parts = statistics.quantiles(took, n=100)
        print(
            f"{kind:<10}{len(took):>9}{parts[49] * 1000:>8.0f}{parts[94] * 1000:>8.0f}"
            f"{parts[98] * 1000:>8.0f}{max(took) * 1000:>9.0f}"
        )
        too_slow |= parts[94] > BUDGET
    print(f"{len(crowd.wrong)} went wrong {sorted(set(crowd.wrong))[:5] or ''}")
    return int(too_slow or bool(crowd.wrong))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 10))
