"""What the worker does for the library."""

from datetime import timedelta

from courses.lists import all_lists, due_lists
from courses.models import Progress, SearchMiss
from courses.news import tell_at_once, tell_weekly
from courses.search.indexing import index_changed
from courses.share_pictures.making import draw_next
from courses.uploads import sweep as sweep_uploads
from courses.video.pipeline import cut_next_opening, prepare_next
from courses.video.sweep import sweep
from courses.video.transcribe import draft_next
from nerdherd.lib import worker

worker.watch(due_lists, lane="similar", rest=0.2)  # readers wait for it after a publish
worker.every(timedelta(days=1), "work out all similar lists", all_lists)
worker.every(timedelta(days=1), "forget what was seen a year ago", Progress.forget_old)
worker.watch(index_changed, lane="search")
worker.every(timedelta(days=1), "forget old searches", SearchMiss.forget_old)
worker.watch(draw_next, lane="pictures")
worker.watch(prepare_next, lane="video")
worker.every(timedelta(days=1), "sweep files that nothing names", sweep)
worker.every(timedelta(hours=6), "sweep uploads that were left", sweep_uploads)
worker.watch(cut_next_opening, lane="video")
worker.watch(draft_next, lane="video")
worker.every(timedelta(minutes=1), "tell of what is new", tell_at_once)
worker.every(timedelta(minutes=10), "tell of what was new in the week", tell_weekly)
