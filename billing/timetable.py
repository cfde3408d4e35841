"""What the worker does for the books."""

from datetime import timedelta

from billing.reconcile import reconcile
from nerdherd.lib import worker

worker.every(timedelta(minutes=10), "reconcile with Stripe", reconcile)
