"""People who open one page after the other while something happens to the site."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

from tests.drill.running import RunningSite, until

PAGES = ["/posts/for-members/", "/account/", "/posts/", "/search/?q=open"]
PUBLIC_PAGES = ["/", "/posts/open-to-all/", "/posts/", "/posts/for-members/"]
AT_ONCE = 4


class Load:
    """Members, or visitors if `who` is nobody; counts how they were answered."""

    def __init__(self, site: RunningSite, who: str = "mona") -> None:
        self.site, self.who, self.over = site, who, threading.Event()
        self.answers: Counter[object] = Counter()
        self.threads = [threading.Thread(target=self._visit) for _ in range(AT_ONCE)]

    def _visit(self) -> None:
        pages, number = PAGES if self.who else PUBLIC_PAGES, 0
        while not self.over.is_set():
            number += 1
            try:
                answer: object = self.site.ask(pages[number % len(pages)], self.who).status
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
def load_on(site: RunningSite, who: str = "mona") -> Iterator[Load]:
    load = Load(site, who)
    for thread in load.threads:
        thread.start()
    try:
        yield load
    finally:
        load.over.set()
        for thread in load.threads:
            thread.join()
