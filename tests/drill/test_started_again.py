"""Something is stopped, killed or started again while people use the site."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException

import pytest

from tests.drill.restarting import postgres
from tests.drill.running import RunningSite, seed, until

pytestmark = [pytest.mark.site, pytest.mark.slow]
PAGES = ["/posts/for-members/", "/account/", "/posts/", "/search/?q=open"]
AT_ONCE = 4


class Load:
    """Members who open one page after the other; counts how they were answered."""

    def __init__(self, site: RunningSite) -> None:
        self.site, self.over = site, threading.Event()
        self.answers: Counter[object] = Counter()
        self.threads = [threading.Thread(target=self._visit) for _ in range(AT_ONCE)]

    def _visit(self) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            try:
                answer: object = self.site.ask(PAGES[number % len(PAGES)], "mona").status
            except (OSError, HTTPException) as error:
                answer = type(error)
                time.sleep(0.02)
            self.answers[answer] += 1

    def served(self) -> int:
        return self.answers[200]

    def serves(self, more: int) -> None:
        """Wait until so many more have been answered."""
        enough = self.served() + more
        until(lambda: self.served() >= enough)


@contextmanager
def load_on(site: RunningSite) -> Iterator[Load]:
    load = Load(site)
    for thread in load.threads:
        thread.start()
    try:
        yield load
    finally:
        load.over.set()
        for thread in load.threads:
            thread.join()


@pytest.mark.drill("PostgreSQL is restarted under load")
def test_no_page_fails_while_postgresql_is_started_again(tmp_path):
    with postgres() as server:
        folder = seed(tmp_path / "site", DATABASE_URL=server.address)
        site = RunningSite(folder, folder, DATABASE_URL=server.address)
        try:
            site.start()
            with load_on(site) as load:
                for _ in range(3):
                    load.serves(20)
                    server.restart()
                load.serves(20)
            assert site.note_place(7).status == 204
        finally:
            site.stop()
    assert set(load.answers) == {200}


@pytest.mark.drill("SIGTERM under load")
def test_whoever_is_being_served_when_the_site_is_told_to_end_is_served(start, standin):
    """Who knocks afterwards finds the door shut, and is never left with half an answer."""
    site = start(STRIPE_API_BASE=standin.base_url)
    standin.fault("POST /v1/checkout/sessions", delay=2)
    with load_on(site) as load, ThreadPoolExecutor(1) as pool:
        load.serves(40)
        joining = pool.submit(site.ask, "/join/", "rui", form={"next": "/"})
        until(lambda: bool(site.select("SELECT 1 FROM billing_purchase")))
        site.web.send_signal(signal.SIGTERM)
        assert joining.result().status == 303
        assert site.web.wait(timeout=15) == 0
        site.start()
        load.serves(20)
    assert set(load.answers) <= {200, ConnectionRefusedError, ConnectionResetError}
