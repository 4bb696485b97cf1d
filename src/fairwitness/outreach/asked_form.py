"""What staff may type about the address of somebody who asked. The form checks and never saves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fairwitness.outreach.actions.asked import Ask


class AskedForm(forms.Form):
    """An address, and what its owner asked."""

    address = forms.CharField(
        label=_("Their address"),
        help_text=_("It is turned into a keyed hash at once, and kept nowhere."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    ask = forms.ChoiceField(label=_("What they ask"), widget=forms.RadioSelect)

    def __init__(self, *sent: Any, asks: list[Ask]) -> None:
        super().__init__(*sent)
        field = self.fields["ask"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 # declared above
        field.choices = [(ask.value, ask.label) for ask in asks]
        if len(asks) == 1:
            field.initial = asks[0].value
