"""What the worker does for people's accounts."""

from datetime import timedelta

from nerdherd.accounts.devices import forget_ended
from nerdherd.accounts.leaving import finish_due
from nerdherd.accounts.models import AddressCode
from nerdherd.lib import worker

worker.every(timedelta(days=1), "forget ended devices", forget_ended)
worker.every(timedelta(days=1), "forget used codes", AddressCode.forget_old)
worker.every(timedelta(minutes=10), "delete accounts whose owners left", finish_due)
