"""What the desk may send about a case. Forms check what a browser sent; they never save."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fairwitness.casework.coding import Coding
from fairwitness.casework.models import Fact, Link, Step, Task
from fairwitness.casework.states import State
from fairwitness.casework.why import Linked, Unlinked, Why
from fairwitness.governance import coding as book
from fairwitness.governance.models import Area, Recipient
from fairwitness.staff.models import User
from fairwitness.staff.roles import TABLE, May, Role

QUIET = {"autocomplete": "off", "spellcheck": "false"}
DAY = {"type": "date", "autocomplete": "off"}
NOT_KNOWN = ("", _("not known"))


def _codes(label: object, choices: list[Any], *, help_text: object = "") -> Any:
    return forms.ChoiceField(
        label=label,  # type: ignore[arg-type] # a lazy text
        choices=[NOT_KNOWN, *choices],
        required=False,
        help_text=help_text,  # type: ignore[arg-type] # the same
    )


class OpenForm(forms.Form):
    """Why something sealed is opened."""

    reason = forms.ChoiceField(choices=Why.choices)


class LinkForm(forms.Form):
    """Which incident a report tells of, why, and whether somebody new tells it."""

    code = forms.CharField(
        label=_("Incident"),
        max_length=6,
        help_text=_("Its short name, as 7K3FQ."),
        widget=forms.TextInput({**QUIET, "autocapitalize": "characters"}),
    )
    reason = forms.ChoiceField(
        label=_("Why"), choices=[c for c in Linked.choices if c[0] != Linked.FIRST]
    )
    teller = forms.ChoiceField(label=_("It comes from"), choices=Link.Teller.choices)

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().upper()


class UnlinkForm(forms.Form):
    """Why a link is taken back; Undo sends nothing."""

    reason = forms.ChoiceField(choices=Unlinked.choices, required=False)


class CodingForm(forms.Form):
    """A report, coded."""

    type = _codes(_("Kind"), book.IncidentType.choices)
    grounds = forms.MultipleChoiceField(
        label=_("Grounds"),
        choices=book.Ground.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    month = forms.CharField(
        label=_("Month"),
        required=False,
        help_text=_("As 2026-03; the year alone when that is all we know."),
        widget=forms.TextInput({**QUIET, "inputmode": "numeric"}),
    )
    district = _codes(_("District"), [])
    setting = _codes(_("Setting"), book.Setting.choices)
    age_band = _codes(_("Age of the person affected"), book.AgeBand.choices)
    outcome = _codes(_("What came of it"), book.Outcome.choices)
    role = _codes(
        _("Who told us"),
        book.Role.choices,
        help_text=_("Only when the reporter did not say."),
    )
    detected_by = forms.ChoiceField(
        label=_("How we know of it"), choices=book.DetectedBy.choices
    )
    status = forms.ChoiceField(label=_("Count"), choices=Fact.Status.choices)
    reason = _codes(
        _("Reason"),
        book.Reason.choices,
        help_text=_("When it waits, or is not counted."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = Area.objects.order_by("name").values_list("code", "name")
        self.fields["district"].choices = [NOT_KNOWN, *areas]  # type: ignore[attr-defined] # a choice field

    def coding(self) -> Coding:
        """The coding that was chosen."""
        chosen = dict(self.cleaned_data)
        return Coding(**{**chosen, "grounds": tuple(chosen["grounds"])})


class MessageForm(forms.Form):
    """An answer to the reporter."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=20_000,
        widget=forms.Textarea({**QUIET, "rows": 8}),
        help_text=_("The reporter reads it on their page, with their code."),
    )


class ComplaintForm(forms.Form):
    """What was put to which institution, and when."""

    institution = forms.CharField(
        label=_("Institution"), max_length=200, widget=forms.TextInput(QUIET)
    )
    put_on = forms.DateField(label=_("Put on"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    known_from = forms.ChoiceField(label=_("How we know"), choices=Step.Known.choices)


class StepForm(forms.Form):
    """One step of a complaint."""

    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=[
            choice
            for choice in Step.Kind.choices
            if choice[0] not in {Step.Kind.PUT, Step.Kind.SILENCE}
        ],
    )
    on = forms.DateField(label=_("On"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    due_on = forms.DateField(
        label=_("Promised for"),
        required=False,
        help_text=_("Only when a decision was promised."),
        widget=forms.DateInput(DAY, "%Y-%m-%d"),
    )
    known_from = forms.ChoiceField(label=_("How we know"), choices=Step.Known.choices)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({**QUIET, "rows": 3}),
    )


class ColleagueField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic only in stubs
    """One of those who work on cases."""

    def __init__(self, **kwargs: Any) -> None:
        working = [role for role in Role if May.WORK_ON_CASES in TABLE[role]]
        people = User.objects.filter(is_active=True, roles__role__in=working)
        super().__init__(people.distinct().order_by("name"), empty_label=None, **kwargs)


class TaskForm(forms.Form):
    """Something to do, by a day, by somebody."""

    kind = forms.ChoiceField(label=_("Task"), choices=Task.Kind.choices)
    due_on = forms.DateField(label=_("By"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    to = ColleagueField(label=_("Who"))


class AssignForm(forms.Form):
    """Who carries an incident."""

    to = ColleagueField(label=_("With"))


class StateForm(forms.Form):
    """Where our work on an incident goes next."""

    to = forms.ChoiceField(choices=[(state.value, state.value) for state in State])


class ReferralForm(forms.Form):
    """Whom a reporter was pointed to."""

    recipient = forms.ModelChoiceField(
        Recipient.objects.none(), label=_("Refer to"), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].queryset = Recipient.objects.standing()  # type: ignore[attr-defined] # a model choice field
