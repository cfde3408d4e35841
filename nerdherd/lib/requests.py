"""Questions about a request: did it come from our own pages, and where may it go next."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

View = Callable[..., HttpResponse]


def is_same_origin(request: HttpRequest) -> bool:
    """Whether a browser sent this from one of our pages (every browser names the origin on POST).

    A client that names no origin is no browser, and so cannot be tricked into acting for anybody.
    """
    if request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    return origin in (settings.SITE_URL, f"{request.scheme}://{request.get_host()}")


def same_origin_post(view: View) -> View:
    """Guard a form that stands on public pages, which must not carry a token per visitor."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not is_same_origin(request):
            return render(request, "403_csrf.html", status=403)
        return view(request, *args, **kwargs)

    return csrf_exempt(guarded)


def local_path(path: str, default: str = "/") -> str:
    """`path` if it leads somewhere on this site, else `default`; never another host."""
    is_plain = path.startswith("/") and path.isprintable()  # no database can hold a NUL
    if is_plain and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path[:500]
    return default


def came_from(request: HttpRequest) -> str:
    """The path of the page on which a form was sent, for pages that must not hold their own.

    Browsers name it to ourselves, by our Referrer-Policy; where one does not, it is the first page.
    """
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return "/"
    return local_path(f"{page.path}?{page.query}" if page.query else page.path)


def signed_in_post(view: View) -> View:
    """A button for whoever is signed in.

    Who has meanwhile signed out, in another tab perhaps, signs in and is back at the button: its
    own address answers to nothing but a press.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(came_from(request))
        return view(request, *args, **kwargs)

    return require_POST(guarded)
