"""What the worker does for files that are brought in."""

from datetime import timedelta

from nerdherd.lib import worker
from nerdherd.moving.work import forget_old, go_through_next

worker.watch(go_through_next, lane="moving")
worker.every(timedelta(days=1), "forget files that were brought in", forget_old)
