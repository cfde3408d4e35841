"""The file that somebody brings, and which of its columns holds what."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from nerdherd.lib.tables import Table, UnreadableTableError
from nerdherd.moving.kinds import Importer, kinds
from nerdherd.moving.models import Move


class FileForm(forms.Form):
    """A CSV file, and what it holds."""

    kind = forms.ChoiceField(label=_("What is in it"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("As the other site exports it, up to 100 MB. Nothing is written yet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, allowed: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, kinds()[name].TITLE) for name in allowed]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["kind"].initial = choices[0][0]

    def clean_file(self) -> UploadedFile:
        """The file, which can be read."""
        file: UploadedFile = self.cleaned_data["file"]
        try:
            self.table = Table.read(file.read())
        except UnreadableTableError as error:
            raise forms.ValidationError(str(error)) from error
        file.seek(0)
        return file

    def save(self, user_id: int | None) -> Move:
        """Have it looked at; the columns are guessed by their names."""
        kind, file = self.cleaned_data["kind"], self.cleaned_data["file"]
        return Move.objects.create(
            kind=kind,
            name=(file.name or "")[:200],
            file=file,
            head=self.table.columns,
            columns=dict(kinds()[kind](self.table).found),
            by_id=user_id,
        )


class ColumnsForm(forms.Form):
    """For each of our names the column that holds it."""

    def __init__(self, *args: Any, columns: list[str], importer: type[Importer], **kw: Any) -> None:
        super().__init__(*args, **kw)
        choices = [("", "—"), *((column, column) for column in columns if column)]
        for name, label in importer.LABELS.items():
            needed = name == importer.NEEDED
            self.fields[name] = forms.ChoiceField(choices=choices, label=label, required=needed)

    def chosen(self) -> dict[str, str]:
        """What to keep of it."""
        return {name: column for name, column in self.cleaned_data.items() if column}
