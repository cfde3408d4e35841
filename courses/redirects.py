"""What an address gets at which there is nothing: the way to where it moved, if it did."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from courses.models import Post, Redirect
from courses.models.redirect import normal


class RedirectsMiddleware:
    """Stands below whatever says who is asking: a post that is not there for them stays so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Of a page that is not found, where it went; everything else as it is."""
        response = self.get_response(request)
        path = normal(request.path_info)
        is_asked = response.status_code == 404 and request.method in ("GET", "HEAD")
        if not is_asked or "\x00" in path:  # which no database can hold
            return response
        moved = Redirect.objects.select_related("post").filter(path=path).first()
        if moved is None:
            return response
        if moved.post and not Post.objects.visible_to(request.user).filter(pk=moved.post.pk):
            return response
        if not moved.target:
            return render(request, "404.html", status=410)
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{moved.target}{'?' if query else ''}{query}")
