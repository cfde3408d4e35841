"""The form in which a gift is written."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import Gift

DAYS_AHEAD = 365


class GiftForm(forms.ModelForm):
    """What the card says, and whether and when we send it."""

    class Meta:
        model = Gift
        fields = ["from_name", "to_name", "message", "to_email", "deliver_on"]
        labels = {
            "from_name": _("From"),
            "to_name": _("For"),
            "message": _("A few words, if you like"),
            "to_email": _("Their email address, if we should send it"),
            "deliver_on": _("On which day?"),
        }
        help_texts = {
            "from_name": _("Your name, as they know you."),
            "to_email": _("Leave it empty to hand on the link, or a printed page, yourself."),
            "deliver_on": _("Leave it empty to send it as soon as it is paid."),
        }
        error_messages = {
            "from_name": {"required": _("Please write your name here; it is required.")},
            "to_name": {"required": _("Please write their name here; it is required.")},
        }
        widgets = {
            "from_name": forms.TextInput({"autocomplete": "name"}),
            "to_name": forms.TextInput({"autocomplete": "off"}),
            "message": forms.Textarea({"rows": 4}),
            "to_email": forms.EmailInput({"autocomplete": "off"}),
            "deliver_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def clean_deliver_on(self) -> date | None:
        """A day from today on, within a year; west of us it may be yesterday still."""
        day: date | None = self.cleaned_data["deliver_on"]
        today = timezone.localdate()
        first, last = today - timedelta(days=1), today + timedelta(days=DAYS_AHEAD)
        if day is not None and not first <= day <= last:
            raise forms.ValidationError(_("Please choose a day from today on, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        """A day needs an address to send to."""
        super().clean()
        # Absent, not empty, when the address itself has an error.
        if self.cleaned_data.get("deliver_on") and self.cleaned_data.get("to_email") == "":
            self.add_error("to_email", _("To send it on that day we need their address."))
        return self.cleaned_data
