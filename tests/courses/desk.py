"""The editor's desk in the tests: the admin's form for a post, filled in and sent over HTTP."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from courses.models import Post

ADD = "/admin/courses/post/add/"
SRT = "1\n00:00:00,000 --> 00:00:00,900\nHello, my dear.\n"


def change(target: Post) -> str:
    """The address of the form of a post that is there already."""
    return f"/admin/courses/post/{target.pk}/change/"


def upload(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def written(**fields: Any) -> dict[str, Any]:
    """What an editor types for a simple article; `fields` come on top, None takes one away."""
    typed: dict[str, Any] = {
        "title": "Staying close", "slug": "staying-close", "summary": "How to stay close.",
        "body": "<p>Stay <strong>close</strong>.</p>", "age": "all", "access": "members", "focus_x": 50, "focus_y": 50,
        "published_at_0": "2026-01-01", "published_at_1": "08:00:00",
        **rows("video"), **rows("similar"), **fields,
    }  # fmt: skip
    return {name: value for name, value in typed.items() if value is not None}


def rows(prefix: str, *new: dict[str, Any], there: int = 0) -> dict[str, Any]:
    """The rows of an inline part of the form, the first `there` of which are in the books."""
    counted = {f"{prefix}-TOTAL_FORMS": len(new), f"{prefix}-INITIAL_FORMS": there}
    values = {
        f"{prefix}-{n}-{name}": value for n, row in enumerate(new) for name, value in row.items()
    }
    return counted | values


def errors(answer: Any) -> str:
    """Everything the form complains of, in one string; empty when it was taken."""
    if answer.status_code == 302:
        return ""
    said = [answer.context["adminform"].form.errors.as_text()]
    for part in answer.context["inline_admin_formsets"]:
        said += [str(part.formset.non_form_errors().as_text())]
        said += [form.errors.as_text() for form in part.formset.forms]
    return "\n".join(text for text in said if text)


def press_save(client: Client, address: str, **fields: Any) -> str:
    """Send the form; returns what it complains of."""
    answer = client.post(address, written(**fields))
    assert answer.status_code in (200, 302), answer.status_code
    return errors(answer)
