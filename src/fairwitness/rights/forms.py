"""What the desk's pages about requests, holds and breaches may be sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fairwitness.rights.models import SubjectRequest


class AnswerForm(forms.Form):
    """How a request was answered."""

    outcome = forms.ChoiceField(
        label=_("How it was answered"),
        choices=SubjectRequest.Outcome.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Answer first, in the way the person asked for; then note it here."
        ),
    )


class HandForm(forms.Form):
    """To which colleague a request goes."""

    to = forms.ChoiceField(label=_("Hand it to"))

    def __init__(self, *args: object, people: list[tuple[str, str]]) -> None:
        super().__init__(*args)  # type: ignore[arg-type] # the data of the form, or none
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 # declared above
        field.choices = people


class BreachForm(forms.Form):
    """Something that went wrong with personal data."""

    what = forms.CharField(
        label=_("What went wrong"),
        help_text=_("One sentence. Name nobody."),
        widget=forms.Textarea({"rows": 3}),
    )
    aware_at = forms.DateTimeField(
        label=_("Known since"),
        help_text=_("The 72 hours run from this moment."),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


ERASE = "erase"


class EraseForm(forms.Form):
    """Erasing cannot be undone, so the word is typed."""

    typed = forms.CharField(label=_("Type the word “erase” to erase it for good"))

    def clean_typed(self) -> str:
        """The word itself. Anything else erases nothing."""
        typed = str(self.cleaned_data["typed"]).strip().lower()
        if typed != ERASE:
            raise forms.ValidationError(
                _("That is another word. Nothing was erased."), code="other"
            )
        return typed


class HoldForm(forms.Form):
    """Why a report must not expire yet, and when to look at that again."""

    reason = forms.CharField(
        label=_("Why it must not expire yet"),
        help_text=_("One sentence that names nobody, as: a court has asked for it."),
        max_length=200,
    )
    review_on = forms.DateField(
        label=_("Look at it again on"),
        help_text=_("Within six months."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
