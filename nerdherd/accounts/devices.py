"""Where somebody is signed in: which kind of browser, since when, and the day it was last here.

allauth would keep the network address and all that a browser says of itself; neither is kept here.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY, update_session_auth_hash
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from nerdherd.accounts.models import User
from nerdherd.lib.passing import if_possible

# The first that is found counts: most browsers also claim to be others.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "FxiOS": "Firefox",
    "Firefox": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "Chromebook",
    "Windows": "Windows",
    "Mac": "Mac",
    "Linux": "Linux",
}
NO_ADDRESS = "0.0.0.0"  # noqa: S104 - nothing listens here: the column must hold an address
SEEN = "seen_on"


def describe(user_agent: str) -> str:
    """`Safari, iPhone`; what is described already stays as it is."""
    names = (
        next((name for mark, name in marks.items() if mark in user_agent), "")
        for marks in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, names)) or _("A browser")


def keep_little(sender: type[UserSession], instance: UserSession, **kwargs: Any) -> None:
    """Before a row of allauth's is saved."""
    instance.ip, instance.user_agent = NO_ADDRESS, describe(instance.user_agent)


def note_arrival(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """On signing in: seen today already."""
    request.session[SEEN] = _today()


def drop_others(sender: type, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """On a new address: every session but this one has ended (`User.get_session_auth_hash`)."""
    if request.user.pk == user.pk:
        update_session_auth_hash(request, user)
        UserSession.objects.create_from_request(request)


def forget_ended() -> None:
    """Of what has ended by itself nothing is kept."""
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


class LastSeenMiddleware:
    """Once a day for each session, writes down that it was here; which also makes it last longer.

    Asks nothing of the database: the day stands in the session that the page has read anyway.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """After the page."""
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session and session.get(SEEN) != _today():
            if_possible(partial(_note_day, session))
        return response


def _note_day(session: SessionBase) -> None:
    rows = UserSession.objects.filter(session_key=session.session_key)
    rows.update(last_seen_at=timezone.now())
    session[SEEN] = _today()


def _today() -> str:
    return timezone.localdate().isoformat()
