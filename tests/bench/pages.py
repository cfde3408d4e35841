"""`python -m tests.bench.pages [posts …]`: what pages cost, against yardsticks of the same run.

Milliseconds of CPU for a request, medians of interleaved rounds; the yardsticks are a plain Django
page, an application that only returns bytes, and nginx with a file. With `--chart FILE` a picture
of it is written as well. On PostgreSQL: `python -m tests.postgres python -m tests.bench.pages 1000`.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.bench.chart import bars
from tests.bench.servers import Asked, granian, manage, running
from tests.nginx import Nginx
from tests.whole_site import ROOT, free_ports

ROUNDS, REQUESTS = 7, 400
SIZES = (10, 1000)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
CSRF = "c" * 32
PREPARE = """
from django.test import Client
from courses.models import Post
from nerdherd.accounts.models import User
client = Client()
client.force_login(User.objects.get(email="filled-0@example.com"))
print(client.cookies["session"].value, Post.objects.published().order_by("pk")[4].slug)
"""


@contextmanager
def yardsticks(folder: Path) -> Iterator[list[Asked]]:
    """A plain Django page, the bytes alone, a file in nginx."""
    plain = {"PLAIN_DIR": str(folder)}
    session = subprocess.run(
        [sys.executable, "-m", "tests.bench.plain.site"],
        cwd=ROOT, env=os.environ | plain, check=True, capture_output=True, text=True,
    ).stdout.split()[-1]  # fmt: skip
    with ExitStack() as stack:
        port, pid = stack.enter_context(granian("tests.bench.plain.site:application", **plain))
        bare_port, bare = stack.enter_context(granian("tests.bench.bare:application"))
        file_port, nginx = stack.enter_context(nginx_with_a_file(folder))
        cookie = {"Cookie": f"sessionid={session}"}
        yield [
            Asked("plain Django page, visitor", port, pid, "/posts/post-4/"),
            Asked("plain Django page, signed in", port, pid, "/posts/post-4/", cookie),
            Asked("an application that returns bytes", bare_port, bare, "/"),
            Asked("nginx, a file", file_port, nginx, "/page.html"),
        ]


@contextmanager
def nginx_with_a_file(folder: Path) -> Iterator[tuple[int, int]]:
    """Port and process of an nginx that has a page of 12 KB."""
    port = free_ports(1)
    (folder / "page.html").write_text("x" * 12_000)
    (folder / "conf").write_text(
        f"user root; daemon off; pid {folder}/pid; error_log stderr crit; events {{}}\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"
    )
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    with running([program, "-c", f"{folder}/conf"], port) as pid:
        yield port, pid


@contextmanager
def site(posts: int, folder: Path) -> Iterator[list[Asked]]:
    """The site with a library of `posts`, alone and behind the nginx that it comes with."""
    place = {
        "DATA_DIR": str(folder),
        "SITE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    manage(place, "fill", "--posts", str(posts), "--members", "10")
    manage(place, "relate", "--all")
    manage(place, "collectstatic", "--noinput", "-v", "0")
    session, slug = manage(place, "shell", "-v", "0", "-c", PREPARE).split()[-2:]
    page, member = f"/posts/{slug}/", {"Cookie": f"session={session}"}
    beacon = FORM | {"Cookie": f"session={session}; csrf={CSRF}", "X-CSRFToken": CSRF}
    told = urlencode({"places": f'[{{"post": "{slug}", "place": 5, "at": 2e14}}]'})
    forged = {"Stripe-Signature": "t=1,v1=0"}
    with granian("nerdherd.wsgi:application", **place) as (port, pid):
        front = folder / "nginx"
        front.mkdir()
        nginx = Nginx(front, f"http://127.0.0.1:{port}", folder / "gated")

        def asked(
            name: str, path: str, headers: dict[str, str] | None = None, **more: Any
        ) -> Asked:
            return Asked(f"{name}, {posts:,} posts", port, pid, path, headers or {}, **more)

        try:
            yield [
                asked("visitor's post page", page),
                asked("visitor's post page, packed", page, {"Accept-Encoding": "gzip"}),
                Asked(
                    f"the same behind nginx, {posts:,} posts", nginx.port, nginx.process.pid, page
                ),
                asked("member's post page", page, member),
                asked("member's library", "/posts/", member),
                asked("search for a word, member", "/search/?q=sleep", member),
                asked("a place told, member", "/account/progress/", beacon, body=told, status=204),
                asked("a forged delivery", "/stripe/webhook/", forged, body="{}" * 500, status=400),
            ]
        finally:
            nginx.stop()


def main(sizes: list[int], chart: Path | None) -> None:
    """Rounds go through everything in turn, so that a slow minute of the machine hits all alike."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "plain").mkdir()
        known = stack.enter_context(yardsticks(folder / "plain"))
        every = list(known)
        for size in sizes:
            (folder / str(size)).mkdir()
            every += stack.enter_context(site(size, folder / str(size)))
        for number in range(ROUNDS + 1):
            for one in every:
                one.round(REQUESTS)
            if number == 0:  # warm
                for one in every:
                    one.figures.clear()
        if chart:
            rows = [(one.name, statistics.median(one.figures), one not in known) for one in every]
            chart.write_text(bars(rows, "ms"))
        plain = statistics.median(known[0].figures)
        print(f"{'ms of CPU a request':<46}{'median':>8}{'least':>8}{'most':>8}{'of plain':>10}")
        for one in every:
            median = statistics.median(one.figures)
            print(
                f"{one.name:<46}{median:>8.2f}{min(one.figures):>8.2f}{max(one.figures):>8.2f}"
                f"{median / plain:>9.2f}×"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages")
    parser.add_argument("posts", type=int, nargs="*", default=SIZES)
    parser.add_argument("--chart", type=Path)
    asked = parser.parse_args()
    main(list(asked.posts), asked.chart)
