"""What the worker does for the library."""

from datetime import timedelta

from courses.relating import FirstReading, relate_all, relate_changed
from courses.video.pipeline import cut_next_opening, prepare_next
from courses.video.sweep import sweep
from nerdherd.lib import worker

worker.watch(relate_changed, lane="similar")
worker.watch(FirstReading(), lane="similar")
worker.every(timedelta(days=1), "work out all similar lists", relate_all)
worker.watch(prepare_next, lane="video")
worker.every(timedelta(days=1), "sweep files that nothing names", sweep)
worker.watch(cut_next_opening, lane="video")
