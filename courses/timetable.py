"""What the worker does for the library."""

from courses.relating import relate_changed
from courses.video.pipeline import cut_next_opening, prepare_next
from nerdherd.lib import worker

worker.watch(relate_changed)
worker.watch(prepare_next, lane="video")
worker.watch(cut_next_opening, lane="video")
