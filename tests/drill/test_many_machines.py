"""Two webs and two workers behind nginx: one of each is killed while people read, join and upload."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import requests

from billing.standin.control import StandIn
from nerdherd.mailbox import newest_mails
from tests.courses.films import film
from tests.courses.sender import Sender
from tests.drill.browser import Browser
from tests.drill.load import Load, load_on
from tests.drill.running import until
from tests.topology import WEBS, WORKERS, Topology, topology

pytestmark = [pytest.mark.site, pytest.mark.slow]
ZOE = "zoe@example.com"


def code_for(site: Topology, address: str) -> str:
    """From the newest mail to it; whichever worker has sent it."""
    found: list[str] = []

    def is_there() -> bool:
        folders = [site.data_of(name) / "mail" for name in WORKERS]
        mails = [mail for folder in folders for mail in newest_mails(folder) if mail.to == address]
        found[:] = [code for mail in mails for code in re.findall(r"(?m)^\s*(\d{6})$", mail.text)]
        return bool(found)

    until(is_there)
    return found[0]


def sign_up(site: Topology) -> Browser:
    """Somebody new, who proves an address."""
    browser = Browser(site)
    page = browser.post("/accounts/signup/", {"email": ZOE}, allow_redirects=False)
    answer = browser.post(
        page.headers["Location"], {"code": code_for(site, ZOE)}, allow_redirects=False
    )
    assert answer.status_code == 302, answer.text
    return browser


def who_asks_stripe(site: Topology, stripe: StandIn) -> str:
    """The web that has a question open at Stripe; right after an upgrade no other was ever there."""
    port = f":{int(stripe.base_url.rpartition(':')[2]):04X}"

    def at_it() -> list[str]:
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        there = {f"socket:[{row[9]}]" for row in rows if row[2].endswith(port) and row[3] == "01"}
        return [name for name in WEBS if there & sockets(site.machines[name].pid)]

    until(lambda: bool(at_it()))
    [name] = at_it()
    return name


def sockets(group: int) -> set[str]:
    """What the processes of a group hold open."""
    held = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                held |= {str(link.readlink()) for link in (folder / "fd").iterdir()}
        except OSError:  # it ended meanwhile
            continue
    return held


def who_encodes(site: Topology) -> str:
    """The worker that has a film on its bench; waits for it."""

    def at_it() -> list[str]:
        return [name for name in WORKERS if list(site.data_of(name).glob("encoding-*/made/*"))]

    until(lambda: bool(at_it()))
    [name] = at_it()
    return name


def send_film(site: Topology) -> None:
    """An editor gives a post a film; its parts go past the webs."""
    ed = Browser(site, "ed")
    [(post,)] = site.select("SELECT id FROM courses_post WHERE slug = 'for-members'")
    sender = Sender(ed, film("640x360", seconds=40), post=post)  # type: ignore[arg-type]
    assert sender.whole_way().json()["is_finished"]


def upgrade(site: Topology, load: Load) -> None:
    """The webs are told to end and started again, one after the other."""
    for name in WEBS:
        site.end(name)
        load.serves(100)
        site.begin(name)
        until(partial(site.is_up, name))
        time.sleep(2)  # then nginx knows as well


def state_of_film(site: Topology) -> tuple[str, int]:
    [row] = site.select("SELECT state, attempts FROM courses_video")
    return row[0], row[1]


def first_bytes(site: Topology, browser: Browser) -> bytes:
    """Of the film, by the playlists that a player follows."""
    told = browser.get("/posts/for-members/playback/").text
    [master] = set(re.findall(r"/watch/[^\"]+/master\.m3u8", told))
    name = re.search(r"(?m)^\d+\.m3u8$", browser.get(master).text)
    assert name
    playlist = browser.get(master.replace("master.m3u8", name[0])).text
    [media] = set(re.findall(r"http://[^\s\"]+", playlist))
    assert f":{site.films}/" in media
    answer = requests.get(media, headers={"Range": "bytes=0-99"}, timeout=10)
    assert answer.status_code == 206
    return answer.content


@pytest.mark.drill("kill -9 of a web and a worker among many")
def test_a_web_and_a_worker_are_killed_and_nobody_notices(tmp_path):
    with (
        topology(tmp_path) as (site, stripe),
        load_on(site) as members,
        load_on(site, "") as visitors,
    ):
        send_film(site)
        worker = who_encodes(site)
        site.kill(worker)
        killed_at = time.monotonic()
        assert state_of_film(site) == ("encoding", 1)

        zoe = sign_up(site)
        assert 'data-access="preview"' in zoe.get("/posts/for-members/").text
        answer = zoe.post("/join/", {"next": "/posts/for-members/"}, allow_redirects=False)
        session = re.search(r"cs_test_\w+", answer.headers["Location"])
        assert session
        upgrade(site, members)
        stripe.fault("GET /v1/checkout/sessions/*", delay=3)
        with ThreadPoolExecutor(1) as pool:
            paying = pool.submit(stripe.pay, session[0], ZOE)
            web = who_asks_stripe(site, stripe)
            site.kill(web)
            paying.result()
        stripe.clear_faults()
        until(lambda: stripe.events("checkout.session.completed")[0]["delivered"])
        [told] = stripe.events("checkout.session.completed")
        assert [attempt["status"] for attempt in told["attempts"]][-1] == 200
        assert told["attempts"][0]["status"] == 502  # the one that was killed
        assert 'data-access="full"' in zoe.get("/posts/for-members/").text
        members.serves(100)
        site.begin(web)
        until(lambda: site.is_up(web))

        until(lambda: state_of_film(site)[0] == "ready", seconds=150)
        assert time.monotonic() - killed_at > 55  # nobody takes it from who may be alive
        assert state_of_film(site) == ("ready", 2)
        assert first_bytes(site, zoe)[4:8] == b"ftyp"
        site.begin(worker)

        visitors.serves(20)
        assert len(site.select("SELECT 1 FROM billing_membership")) == 2  # Mona's and Zoe's
    assert set(members.answers) == {200}
    assert set(visitors.answers) == {200}
