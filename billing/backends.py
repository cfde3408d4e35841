"""Answers Django's own permission question for members."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from billing.models.membership import is_member


class MembershipBackend:
    """Says yes to the one permission that is sold, for those who have a live membership.

    It answers about people and knows nobody: signing in is the other backends' business.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> None:
        """Never recognises anybody."""

    def has_perm(
        self, user_obj: AbstractBaseUser | AnonymousUser, perm: str, obj: object = None
    ) -> bool:
        """One query at most for a user object, however often it is asked."""
        if perm != settings.MEMBERSHIP_PERMISSION or not isinstance(user_obj, AbstractBaseUser):
            return False
        if not user_obj.is_active:
            return False
        if not hasattr(user_obj, "_is_member"):
            user_obj._is_member = is_member(user_obj)  # type: ignore[attr-defined]
        return bool(user_obj._is_member)  # type: ignore[attr-defined]
