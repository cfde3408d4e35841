"""Marks what editors wrote, where the page itself speaks another language (WCAG 3.1.2)."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language_info

from nerdherd.lib.languages import spoken

register = template.Library()


@register.simple_tag
def content_lang() -> str:
    """The attributes of an element that holds editors' words; nothing where they fit the page."""
    if spoken() == settings.LANGUAGE_CODE:
        return ""
    direction = "rtl" if get_language_info(settings.LANGUAGE_CODE)["bidi"] else "ltr"
    return format_html(' lang="{}" dir="{}"', settings.LANGUAGE_CODE, direction)
