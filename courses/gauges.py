"""What the metrics say of the library, when somebody looks."""

from collections.abc import Mapping

from django.db.models import Count

from courses.models import Video
from nerdherd.lib.metrics import gauge


def _films() -> Mapping[str, float]:
    counted = Video.objects.values_list("state").annotate(Count("pk")).order_by()
    return dict.fromkeys(Video.State.values, 0) | dict(counted)


gauge("nerdherd_films", "Films by where the work on them stands.", _films, label="state")
