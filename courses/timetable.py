"""What the worker does for the library."""

from datetime import timedelta

from courses.relating import relate_changed
from courses.video.pipeline import cut_next_opening, prepare_next
from courses.video.sweep import sweep
from courses.video.transcribe import draft_next
from nerdherd.lib import worker

worker.watch(relate_changed)
worker.watch(prepare_next, lane="video")
worker.every(timedelta(days=1), "sweep files that nothing names", sweep)
worker.watch(cut_next_opening, lane="video")
worker.watch(draft_next, lane="video")
