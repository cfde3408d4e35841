"""What the worker does for everybody: mail goes out, sessions that ended are forgotten."""

from datetime import timedelta

from django.core.management import call_command

from nerdherd.lib import emails, worker

worker.watch(emails.send_due)
worker.watch(emails.send_due_to_many, lane="to many")
worker.every(timedelta(days=1), "forget ended sessions", lambda: call_command("clearsessions"))
worker.every(timedelta(days=1), "forget to whom mails went", emails.forget_old)
