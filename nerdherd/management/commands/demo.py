"""`manage.py demo`: the demo library and the cast, each made if it is not there."""

import json
from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.crypto import get_random_string
from django.utils.module_loading import module_has_submodule

from nerdherd.accounts.models import User

CAST = {
    "rui": "signed up, not a member",
    "mona": "a member",
    "rex": "was refunded",
    "gita": "got it as a gift",
    "ed": "an editor",
    "olga": "the owner",
}


class Command(BaseCommand):
    """Each app brings its own part in a module `demo` with a function `load`."""

    help = "Load the demo library and the demo accounts, and print fresh passwords."

    def add_arguments(self, parser: CommandParser) -> None:
        """How to print, and whether to keep out of a real site's way."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--if-wanted", action="store_true", help="do nothing on a site that is in real use"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuses on a site in real use: the demo accounts' passwords are printed."""
        if self._is_real_site():
            if not options["if_wanted"]:
                raise CommandError(
                    "This site takes real money, or has accounts of its own; a demo wants a site "
                    "to itself. Set DATA_DIR (or DATABASE_URL) to an empty one."
                )
            self.stdout.write("{}")
            return
        passwords = {name: get_random_string(14) for name in CAST}
        people = {name: self._person(name, password) for name, password in passwords.items()}
        for app in apps.get_app_configs():
            if module_has_submodule(app.module, "demo"):
                import_module(f"{app.name}.demo").load(people)
        codes = {name: self._second_factor(user) for name, user in people.items()}
        self._print(people, passwords, codes, as_json=options["json"])

    def _is_real_site(self) -> bool:
        known = User.objects.filter(email="olga@example.com").exists()
        in_use = User.objects.exists() and not known
        return "_live_" in settings.STRIPE_SECRET_KEY or in_use

    def _person(self, name: str, password: str) -> User:
        email = f"{name}@example.com"
        user = User.objects.filter(email=email).first() or User.objects.create_user(email)
        user.is_staff, user.is_superuser = name in ("ed", "olga"), name == "olga"
        user.set_password(password)
        user.save()
        if name == "ed":
            user.groups.add(Group.objects.get(name="Editors"))
        EmailAddress.objects.get_or_create(
            user=user, email=email, defaults={"verified": True, "primary": True}
        )
        return user

    def _second_factor(self, user: User) -> list[str]:
        """Fresh recovery codes, behind an app that is on nobody's telephone; for staff only."""
        if not user.is_staff:
            return []
        Authenticator.objects.filter(user=user).delete()
        TOTP.activate(user, generate_totp_secret())
        return RecoveryCodes.activate(user).generate_codes()

    def _print(
        self,
        people: dict[str, User],
        passwords: dict[str, str],
        codes: dict[str, list[str]],
        *,
        as_json: bool,
    ) -> None:
        accounts = {
            name: {
                "email": user.email,
                "password": passwords[name],
                "recovery_codes": codes[name],
                "is": CAST[name],
            }
            for name, user in people.items()
        }
        if as_json:
            self.stdout.write(json.dumps({"accounts": accounts}))
            return
        for account in accounts.values():
            codes_of = " ".join(account["recovery_codes"])
            line = f"{account['email']}  {account['password']}  {account['is']}  {codes_of}"
            self.stdout.write(line.rstrip())
