"""What staff may type on the pages about mail that arrives. Forms check and never save."""

import re
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fairwitness.outreach.forms import KeptInMemory

LARGEST = 400_000  # bytes of a test letter that is brought back
_HOST = re.compile(r"\A(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63}){1,9}\Z")


class CarrierForm(forms.Form):
    """What a provider says to include."""

    carrier = forms.CharField(
        label=gettext_lazy("What your provider tells you to include"),
        help_text=gettext_lazy(
            "Search its help for “SPF”. It stands behind “include:” and looks like _spf.provider.example."
        ),
        max_length=250,
        validators=[
            RegexValidator(
                _HOST, gettext_lazy("Type the name alone, as in _spf.provider.example.")
            )
        ],
    )

    def clean_carrier(self) -> str:
        """The name in small letters."""
        return str(self.cleaned_data["carrier"]).lower()


class TrialForm(forms.Form):
    """Where a test letter goes."""

    address = forms.CharField(
        label=gettext_lazy("An address of yours"),
        help_text=gettext_lazy(
            "At another provider than your own, best at one that many on your list use. It is sealed until the letter leaves, and then deleted."
        ),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class BroughtForm(forms.Form):
    """A test letter that somebody got: as a file, or as its source."""

    file = KeptInMemory(
        most=LARGEST,
        label=gettext_lazy("The letter as a file (.eml)"),
        help_text=gettext_lazy("“Download message”, “Save as”, in your mail program."),
        required=False,
    )
    source = forms.CharField(
        label=gettext_lazy("Or its source, copied"),
        help_text=gettext_lazy(
            "“Show original”, “View source”: all of it, beginning with the headers."
        ),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        max_length=LARGEST,
        required=False,
        strip=False,
    )

    def clean(self) -> dict[str, Any]:
        """One of the two is there."""
        told = super().clean() or {}
        if not self.errors and not (told.get("file") or told.get("source", "").strip()):
            self.add_error("file", _("Choose a file, or copy the source below."))
        return told

    def content(self) -> bytes:
        """The bytes of the letter."""
        file = self.cleaned_data.get("file")
        if file:
            content: bytes = file.read()
            return content
        return str(self.cleaned_data["source"]).lstrip().encode()
