"""What the desk's pages of editions may be sent."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_is_month = RegexValidator(
    r"\A[0-9]{4}-(0[1-9]|1[0-2])\Z", _("Write the month as 2026-03.")
)


class AskForm(forms.Form):
    """For which months an edition is asked."""

    period_from = forms.CharField(
        label=_("First month"), help_text=_("As 2026-01."), validators=[_is_month]
    )
    period_to = forms.CharField(
        label=_("Last month"), help_text=_("As 2026-06."), validators=[_is_month]
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("period_from", "") > told.get("period_to", "9"):
            self.add_error(
                "period_to", gettext("The last month comes before the first.")
            )
        return told


class PublishForm(forms.Form):
    """Publishing cannot be undone, so the number is typed."""

    typed = forms.IntegerField(label=_("Type the number of the edition to publish it"))

    def __init__(self, *args: Any, number: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.number = number

    def clean_typed(self) -> int:
        typed: int = self.cleaned_data["typed"]
        if typed != self.number:
            raise forms.ValidationError(
                gettext("This edition has the number %(number)s."),
                params={"number": self.number},
            )
        return typed
