"""`manage.py fill`: a large library and many members, to see how the site bears them."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import module_has_submodule

from courses.demo.filling import Taken, fill
from nerdherd.accounts.models import User

AT_ONCE = 1000
NOT_HERE = (
    "This database holds a library already. Give the filled one a place of its own: "
    "DATA_DIR=/some/folder (or DATABASE_URL) before the command."
)


class Command(BaseCommand):
    """Brings the database up to date first, so that an empty folder will do."""

    help = "Write a synthetic library into a database of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many of each there should be in the end."""
        parser.add_argument("--posts", type=int, required=True)
        parser.add_argument("--members", type=int, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how far it is."""
        call_command("migrate", verbosity=0)
        try:
            for here in fill(options["posts"]):
                self.stdout.write(f"{here:,} posts")
        except Taken as error:
            raise CommandError(NOT_HERE) from error
        for here in range(_members(), options["members"], AT_ONCE):
            _add_members(range(here, min(here + AT_ONCE, options["members"])))
            self.stdout.write(f"{_members():,} members")
        self.stdout.write("Done. The worker reads them, or: manage.py relate --all")


def _members() -> int:
    return User.objects.filter(email__startswith="filled-").count()


def _add_members(numbers: range) -> None:
    """Accounts that nobody can sign in to."""
    people = User.objects.bulk_create(
        User(email=f"filled-{number}@example.com", password=make_password(None))
        for number in numbers
    )
    for app in apps.get_app_configs():
        if module_has_submodule(app.module, "demo"):
            admit = getattr(import_module(f"{app.name}.demo"), "admit", None)
            if admit:
                admit(people)
