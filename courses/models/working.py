"""What an editor has typed and not yet saved: apart from the post, which readers see."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from courses.models.picture import Picture, pictures_of
from courses.models.post import Post

LEFT_OUT = {"csrfmiddlewaretoken", "over"}
A_MOMENT = timedelta(minutes=1)


class WorkingCopy(models.Model):
    """The form of `post` as one editor left it; without a post it is that of a new one."""

    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="working_copies")
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="working_copies"
    )
    typed = models.JSONField()  # every field's name as the form sends it, and its values
    saved_at = models.DateTimeField()
    pictures = models.ManyToManyField(Picture, related_name="working_copies")  # not to be lost

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["editor", "post"], name="one_copy_per_editor"),
            models.UniqueConstraint(
                fields=["editor"], condition=Q(post=None), name="one_new_post_per_editor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post or 'A new post'}, {self.editor}"

    @classmethod
    def of(
        cls, editor: AbstractBaseUser | AnonymousUser, post: Post | None
    ) -> "WorkingCopy | None":
        """What `editor` has typed for `post` and not saved; None for nothing."""
        mine = cls.objects.filter(editor=editor.pk)
        return (mine.filter(post=post) if post else mine.filter(post=None)).first()

    @classmethod
    def keep(
        cls, editor: AbstractBaseUser | AnonymousUser, post: Post | None, sent: QueryDict
    ) -> "WorkingCopy":
        """Keep the form as it was sent in the place of what was kept before."""
        typed = {name: sent.getlist(name) for name in sent if name not in LEFT_OUT}
        copy, _is_new = cls.objects.update_or_create(
            editor_id=editor.pk, post=post, defaults={"typed": typed, "saved_at": timezone.now()}
        )
        copy.pictures.set(pictures_of(sent.get("picture"), sent.get("body", "")))
        return copy

    @classmethod
    def is_being_typed(cls) -> bool:
        """Whether anybody has typed in the last minute, and may save or publish at any moment."""
        return cls.objects.filter(saved_at__gt=timezone.now() - A_MOMENT).exists()

    @property
    def data(self) -> QueryDict:
        """The form as it was sent."""
        data = QueryDict(mutable=True)
        for name, values in self.typed.items():
            data.setlist(name, values)
        return data

    def values_for(self, form: forms.BaseForm) -> dict[str, Any]:
        """What stood in the fields of `form`, to begin with again; files cannot be kept so."""
        data = self.data
        return {
            name: field.widget.value_from_datadict(data, {}, form.add_prefix(name))
            for name, field in form.fields.items()
            if not isinstance(field, forms.FileField)
            and not field.widget.value_omitted_from_data(data, {}, form.add_prefix(name))
        }
