"""The page of a topic."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from courses.metadata import Metadata
from courses.models import Post, Topic
from courses.pages import stretch_of


@require_safe
def topic_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A topic with its introduction and its posts, newest first."""
    topic = get_object_or_404(Topic, slug=slug)
    posts = Post.objects.visible_to(request.user).about(topic)
    context = {
        "shelf": topic,
        "page": stretch_of(posts, request, by="published_at"),
        "metadata": Metadata.of_shelf(topic, topic.introduction),
    }
    return render(request, "courses/topic_detail.html", context)
