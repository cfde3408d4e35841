"""What the worker does for the books."""

from datetime import timedelta

from billing.forgetting import forget_cards
from billing.gifts import deliver_due
from billing.mending import mend_ledger
from billing.offer import note_price
from billing.reconcile import NAME, reconcile
from nerdherd.lib import worker

worker.at_start(note_price)
worker.every(timedelta(minutes=10), NAME, reconcile)
worker.every(timedelta(minutes=10), "deliver gifts", deliver_due)
worker.every(timedelta(days=1), "hold payments against the ledger", mend_ledger)
worker.every(timedelta(days=1), "forget names on gifts", forget_cards)
