"""All posts, to take along."""

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from courses.moving.export import posts
from courses.views.desk import for_editors


@require_safe
@for_editors
def posts_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every post, as a table that can be brought in again."""
    headers = {"Content-Disposition": 'attachment; filename="posts.csv"'}
    return StreamingHttpResponse(posts(), content_type="text/csv; charset=utf-8", headers=headers)
