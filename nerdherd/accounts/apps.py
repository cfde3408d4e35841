"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "nerdherd.accounts"
    label = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Hear when somebody signs in, changes something, leaves, or is written down by allauth."""
        from allauth.account.signals import email_changed
        from allauth.mfa.signals import authenticator_added
        from allauth.usersessions.models import UserSession
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import m2m_changed, pre_delete, pre_save

        from nerdherd.accounts import devices, factors, leaving, rights

        for field in rights.many_to_many(self.get_model("User")):
            m2m_changed.connect(rights.note_given, sender=field)
        pre_delete.connect(leaving.forget, sender=self.get_model("User"))
        pre_save.connect(devices.keep_little, sender=UserSession)
        user_logged_in.connect(devices.note_arrival)
        email_changed.connect(devices.drop_others)
        authenticator_added.connect(factors.count_as_proof)
