"""Somebody's browser on a running site, with the acts of the tests' own client."""

import requests
from django.conf import settings

from tests.drill.running import CSRF, RunningSite


class Browser(requests.Session):
    """Signed in as one of the seeded people, or nobody."""

    def __init__(self, site: RunningSite, who: str = "") -> None:
        super().__init__()
        self.site = site
        self.cookies.set(settings.CSRF_COOKIE_NAME, CSRF)
        if who:
            self.cookies.set(settings.SESSION_COOKIE_NAME, site.sessions[who])
        self.headers["X-CSRFToken"] = CSRF

    def request(self, method, url, *args, **more):
        """At a path of the site."""
        return super().request(method, f"http://127.0.0.1:{self.site.port}{url}", *args, **more)

    def put(self, url, data=None, kind="", **more):
        return super().put(url, data, headers={"Content-Type": kind}, **more)
