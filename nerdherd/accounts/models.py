"""A person with an account, and the six-digit codes that prove an address."""

import re
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.signals import user_logged_in
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.dispatch import receiver
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from nerdherd.accounts import rights
from nerdherd.lib.languages import offered, spoken


class UserManager(BaseUserManager["User"]):
    """Accounts are made from an e-mail address alone; a password is optional."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new account; without a password it can be opened by mailed code only."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An owner: may do everything in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """By address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Whether they are a member is not written here: see the billing ledger."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    # In which they are written to; empty until they have signed in once.
    language = models.CharField(_("language"), max_length=10, choices=offered, blank=True)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick instead of deleting.")
    )
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)
    # When the account is deleted, as its owner asked; until then they can take it back.
    leaves_at = models.DateTimeField(
        _("is deleted at"), null=True, blank=True, editable=False, db_index=True
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["-date_joined", "-id"], name="user_newest"),
            models.Index(
                fields=["-date_joined", "-id"], name="user_staff", condition=Q(is_staff=True)
            ),
            models.Index(
                fields=["-date_joined", "-id"], name="user_shut", condition=Q(is_active=False)
            ),
        ]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What they may do changes together with a line in the audit log."""
        with rights.noted(self, kwargs.get("update_fields")):
            super().save(*args, **kwargs)

    def clean(self) -> None:
        """Addresses are kept in lower case, so that one person cannot be two."""
        super().clean()
        self.email = self.email.strip().lower()

    def get_session_auth_hash(self) -> str:
        """What every session is held against: a new address ends them, as a new password does."""
        said = f"{self.password} {self.email}"
        return salted_hmac("accounts.User.session", said, algorithm="sha256").hexdigest()


def digits(typed: str) -> str:
    """The digits of a code as it was typed or pasted, with spaces, dashes or words around them."""
    return re.sub(r"[^0-9]", "", typed)


@receiver(user_logged_in)
def keep_language(sender: type[User], user: User, **kwargs: Any) -> None:
    """Mails speak as the page did on which somebody signed in first, until they choose."""
    User.objects.filter(pk=user.pk, language="").update(language=spoken())


class AddressCode(models.Model):
    """A code sent to an address; whoever can read it there may act for that address."""

    LIFETIME = timedelta(minutes=15)
    MAX_GUESSES = 5
    MAX_PER_HOUR = 5
    KEPT = timedelta(days=1)

    email = models.EmailField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    guesses = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["email", "created_at"], name="address_code_recent")]

    @classmethod
    def issue(cls, email: str) -> str | None:
        """A new six-digit code for `email`, or None when there were too many within the hour."""
        email = email.strip().lower()
        hour_ago = timezone.now() - timedelta(hours=1)
        if cls.objects.filter(email=email, created_at__gt=hour_ago).count() >= cls.MAX_PER_HOUR:
            return None
        code = get_random_string(6, "0123456789")
        cls.objects.create(email=email, digest=cls._digest(email, code))
        return code

    @classmethod
    def redeem(cls, email: str, code: str) -> bool:
        """Whether `code` is the newest one sent to `email`; each works once, and few may guess."""
        email = email.strip().lower()
        row = cls.objects.filter(email=email).order_by("-pk").first()
        if row is None or row.created_at < timezone.now() - cls.LIFETIME:
            return False
        open_row = cls.objects.filter(pk=row.pk, used_at=None, guesses__lt=cls.MAX_GUESSES)
        if not open_row.update(guesses=F("guesses") + 1):
            return False
        if not constant_time_compare(row.digest, cls._digest(email, digits(code))):
            return False
        # By UPDATE, so that of two tabs with the right code only one wins.
        return bool(cls.objects.filter(pk=row.pk, used_at=None).update(used_at=timezone.now()))

    @classmethod
    def forget_old(cls) -> None:
        """Delete those that open nothing any more; within the hour they count what was asked."""
        cls.objects.filter(created_at__lt=timezone.now() - cls.KEPT).delete()

    @staticmethod
    def _digest(email: str, code: str) -> str:
        return salted_hmac(
            "accounts.AddressCode", f"{email}:{code}", algorithm="sha256"
        ).hexdigest()
