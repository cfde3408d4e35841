"""What the worker does for people's accounts."""

from datetime import timedelta

from nerdherd.accounts.devices import forget_ended
from nerdherd.lib import worker

worker.every(timedelta(days=1), "forget ended devices", forget_ended)
