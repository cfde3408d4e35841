"""The videos in the editors' room: where one stands, and another attempt at preparing it."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from courses.models import Video
from courses.video.standing import standing
from courses.views.desk import for_editors


@require_safe
@for_editors
def video_standing(request: HttpRequest, pk: int) -> HttpResponse:
    """What the pipeline does with a video, for the form that shows it."""
    return JsonResponse(asdict(standing(get_object_or_404(Video, pk=pk))))


@require_POST
@for_editors
def video_attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a video prepared once more; a browser without JavaScript comes back to the form."""
    video = get_object_or_404(Video, pk=pk)
    video.try_again()
    if request.accepts("text/html"):
        return redirect("admin:courses_post_change", video.post_id)
    video.refresh_from_db()
    return JsonResponse(asdict(standing(video)))
