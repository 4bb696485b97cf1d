"""What a browser may send to the desk of questionnaires. Forms check and never save."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile

from fairwitness.surveys.bundle import is_bundle, taken_apart, unpacked
from fairwitness.surveys.companions import LONGEST_NAME, Companions, companions_of
from fairwitness.surveys.models import Manuscript, Questionnaire
from fairwitness.surveys.xlsform import type_of

LARGEST_POST = 7_500_000  # bytes of all files that come at a time


@dataclass(frozen=True)
class Brought:
    """A spreadsheet as it came, with the files that were packed with it."""

    sheet: bytes
    file_name: str
    beside: Companions


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
        help_text="An XLSForm: .xlsx, .xls or .csv, or a .zip of one with its files. It may hold mistakes: you see them next.",
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
        return _small(self.cleaned_data["file"])

    def brought(self) -> Brought:
        """The sheet, and what is packed with it. Errors: `UnreadableForm`, `NotWelcome`."""
        upload = self.cleaned_data["file"]
        name, content = PurePath(str(upload.name)).name, upload.read()
        others: dict[str, bytes] = {}
        if is_bundle(content):
            files = unpacked(content)
            name, others = taken_apart(files)
            content = files[name]
        type_of(content)
        return Brought(content, name[:120], companions_of(others))

    @staticmethod
    def known_names() -> list[str]:
        """The names that there are."""
        published = Questionnaire.objects.values_list("name", flat=True)
        worked_on = Manuscript.objects.values_list("name", flat=True)
        return sorted({*published, *worked_on})


def _small(upload: Any) -> Any:
    if not isinstance(upload, InMemoryUploadedFile):
        raise forms.ValidationError(
            f"This is too large: {LARGEST_POST / 1_000_000:g} MB at a time."
            " Bring in files one after the other."
        )
    return upload


class ManyFiles(forms.FileInput):
    """A control to choose several files with."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files of which none is empty."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Every file that was chosen."""
        chosen = (data if isinstance(data, list) else [data]) or [None]
        return [
            _small(super(ManyFilesField, self).clean(one, initial)) for one in chosen
        ]


class FilesForm(forms.Form):
    """Files that come with a questionnaire."""

    brought = ManyFilesField(
        label="Files",
        help_text="Several at once, or a .zip of them: 7.5 MB at a time. A file of the same name takes the place of the one before.",
        max_length=LONGEST_NAME,
        error_messages={
            "required": "Choose at least one file.",
            "empty": "One of these files is empty. Choose another one.",
            "max_length": "The name of one of these files is too long. Give it a shorter one.",
        },
    )


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
