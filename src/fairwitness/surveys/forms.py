"""What a browser may send to the desk of questionnaires. Forms check and never save."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile

from fairwitness.surveys.models import Manuscript, Questionnaire
from fairwitness.surveys.xlsform import type_of


class UploadForm(forms.Form):
    """A spreadsheet, and which questionnaire it is."""

    name = forms.CharField(
        label="Questionnaire",
        help_text="Its name, for staff. A name that is known makes this its next version.",
        max_length=120,
        widget=forms.TextInput(attrs={"list": "known-names"}),
        error_messages={"required": "Give the questionnaire a name."},
    )
    file = forms.FileField(
        label="Spreadsheet",
        help_text="An XLSForm: .xlsx, .xls or .csv. It may hold mistakes: you see them next.",
        max_length=120,
        error_messages={
            "required": "Choose a file.",
            "empty": "This file is empty. Choose another one.",
            "max_length": "The name of this file is too long. Give it a shorter one.",
        },
    )

    def clean_name(self) -> str:
        """The name in one line."""
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_file(self) -> Any:
        """A file of a size that a questionnaire can have."""
        upload = self.cleaned_data["file"]
        if not isinstance(upload, InMemoryUploadedFile):
            raise forms.ValidationError(_too_large())
        return upload

    def content(self) -> bytes:
        """The bytes of the file. Error: `UnreadableForm`."""
        content: bytes = self.cleaned_data["file"].read()
        type_of(content)
        return content

    @staticmethod
    def known_names() -> list[str]:
        """The names that there are."""
        published = Questionnaire.objects.values_list("name", flat=True)
        worked_on = Manuscript.objects.values_list("name", flat=True)
        return sorted({*published, *worked_on})


def _too_large() -> str:
    megabytes = settings.FILE_UPLOAD_MAX_MEMORY_SIZE / 1_000_000
    return f"This file is too large: {megabytes:g} MB at most. Keep only the questionnaire in it."


class PublishForm(forms.Form):
    """That somebody has read what changes."""

    is_meant_alike = forms.BooleanField(
        label="The options above mean what they meant before: only the words are better",
        error_messages={
            "required": "Tick this if they mean the same. If one does not, give it a new code in the sheet."
        },
    )

    def __init__(self, *args: Any, is_reworded: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_reworded:
            del self.fields["is_meant_alike"]
