"""What the desk may send about a release. Acts that cannot be undone ask for the recipient's name."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fairwitness.disclosure.consenting import RELEASABLE
from fairwitness.disclosure.models import Release
from fairwitness.governance.models import Recipient


class RequestForm(forms.Form):
    """To whom, and what."""

    recipient = forms.ModelChoiceField(
        Recipient.objects.none(), label=_("To"), empty_label=None
    )
    sections = forms.MultipleChoiceField(
        label=_("What"),
        choices=list(RELEASABLE.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what is to be passed on.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].queryset = Recipient.objects.standing()  # type: ignore[attr-defined] # a model choice field


class TypedName(forms.Form):
    """The name of the recipient, typed: for what cannot be undone."""

    name = forms.CharField(
        label=_("Type the name of the recipient"),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, wanted: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted

    def clean_name(self) -> str:
        typed = " ".join(str(self.cleaned_data["name"]).split())
        if typed.casefold() != self.wanted.casefold():
            raise forms.ValidationError(
                _("That is not the name of the recipient: %(name)s.")
                % {"name": self.wanted}
            )
        return typed


class ApproveForm(TypedName):
    """The same, with the hash of the package that was looked at."""

    seen = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)

    @property
    def digest(self) -> bytes:
        """The hash as bytes."""
        return bytes.fromhex(self.cleaned_data["seen"])


class RefuseForm(forms.Form):
    """Why a release is not to be."""

    refusal = forms.ChoiceField(
        label=_("Why not"),
        choices=[c for c in Release.Refusal.choices if c[0] != Release.Refusal.GATE],
    )
