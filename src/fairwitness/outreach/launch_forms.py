"""What is typed before something that cannot be undone: letters that leave, a campaign or source that ends."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class LaunchForm(forms.Form):
    """The number of letters, typed by hand."""

    number = forms.IntegerField(
        label=gettext_lazy("Type the number to launch"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Type the number of letters.")},
    )


class WithdrawForm(forms.Form):
    """Why the addresses of a source are used no more."""

    because = forms.CharField(
        label=gettext_lazy("Why these addresses are used no more"),
        help_text=gettext_lazy("This is published with each campaign that used them."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why.")},
    )


class CloseForm(forms.Form):
    """The short name of the campaign that ends, typed by hand."""

    typed = forms.CharField(
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy("Type the short name of the campaign.")
        },
    )

    def __init__(self, *posted: Any, name: str) -> None:
        super().__init__(*posted)
        self.name = name
        self.fields["typed"].label = _("Type “%(name)s” to close it") % {"name": name}

    def clean_typed(self) -> str:
        """The short name of this campaign, and of no other."""
        typed = str(self.cleaned_data["typed"])
        if typed.strip() != self.name:
            raise forms.ValidationError(
                _("The short name of this campaign is “%(name)s”. Type that.")
                % {"name": self.name}
            )
        return typed
