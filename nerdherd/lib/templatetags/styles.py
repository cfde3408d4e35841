"""Puts a style sheet into the page."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from nerdherd.lib.styles import sheet

register = template.Library()


@register.simple_tag
def style(name: str) -> SafeString:
    """The element with the sheet of that name: `{% style "post" %}`."""
    return mark_safe(f"<style>{sheet(name)}</style>")
