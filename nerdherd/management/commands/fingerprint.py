"""`manage.py fingerprint`: what is there, to compare before and after."""

import hashlib
from typing import Any

from django.core.management.base import BaseCommand

from nerdherd.keeping.fingerprint import fingerprint


class Command(BaseCommand):
    """Two sites with the same last line hold the same."""

    help = "Print a digest of every table and of all files, and one of all of them."

    def handle(self, *args: Any, **options: Any) -> None:
        """A line a table, and the last for everything."""
        everything = hashlib.sha256()
        for name, count, digest in fingerprint():
            everything.update(f"{name} {count} {digest}\n".encode())
            self.stdout.write(f"{name:32}{count:>9}  {digest[:16]}")
        self.stdout.write(f"fingerprint {everything.hexdigest()}")
