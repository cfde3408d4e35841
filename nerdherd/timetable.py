"""What the worker does for the house itself."""

from datetime import timedelta

from nerdherd import changes
from nerdherd.lib import worker

worker.every(timedelta(days=1), "forget old changes", changes.forget_old)
