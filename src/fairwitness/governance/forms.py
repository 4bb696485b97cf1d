"""What the pages of the settings may be sent. Each field says who will see the answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fairwitness.governance import countries
from fairwitness.governance.models import (
    Area,
    Basis,
    Controller,
    Declaration,
    Helpline,
    Processor,
    Purpose,
    Recipient,
)

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


def _line(label: object, said: object = "", **more: Any) -> forms.CharField:
    """A line of text."""
    widget = forms.TextInput(PLAIN)
    return forms.CharField(label=label, help_text=said, widget=widget, **more)  # type: ignore[arg-type] # lazy text


def _text(
    label: object, said: object = "", *, rows: int = 4, **more: Any
) -> forms.CharField:
    """Several lines of text."""
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, help_text=said, widget=widget, **more)  # type: ignore[arg-type] # lazy text


def _day(label: object, said: object = "", **more: Any) -> forms.DateField:
    """A day, as a date picker where the browser has one."""
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=said, widget=widget, **more)  # type: ignore[arg-type] # lazy text


def _country(label: object) -> forms.CharField:
    said = _("Two capital letters, as DE for Germany.")
    return _line(label, said, max_length=2, min_length=2)


class ControllerForm(forms.Form):
    """Who runs the centre."""

    legal_name = _line(
        _("Legal name"),
        _("As it stands in the register. Everybody sees it, on every page and letter."),
        max_length=200,
    )
    legal_form = _line(_("What kind of organisation"), _("As: charity, association."))
    company_number = _line(_("Company or charity number"), required=False)
    centre_name = _line(
        _("Name of the centre"), _("What people call it, as: Harbour Centre.")
    )
    quiet_name = _line(
        _("Quiet name"),
        _(
            "Stands in the title of the window, where somebody may look over a shoulder."
        ),
        max_length=60,
    )
    exit_url = _line(
        _("Where “Leave quickly” leads"),
        _("An everyday site of somebody else, as the weather. Begins with https://."),
        max_length=200,
    )
    country = forms.ChoiceField(
        label=_("Country"),
        help_text=_("Brings its emergency number, help lines, holidays and regulator."),
    )
    postal_address = _text(_("Postal address"), rows=3)
    email = forms.EmailField(
        label=_("Mail"), help_text=_("Somebody reads it every working day.")
    )
    phone = _line(_("Telephone"), required=False, max_length=40)
    phone_hours = _line(
        _("When somebody answers"), _("As: weekdays 9 to 5."), required=False
    )
    registration_number = _line(
        _("Registration number"),
        _("Stands in every letter and notice, so that anybody can look you up."),
        required=False,
        max_length=40,
    )
    registration_ends_on = _day(_("It holds until"), required=False)
    exemption_reason = _text(
        _("Or why you need no registration"),
        _("The reason and its author are published."),
        rows=2,
        required=False,
    )
    exemption_signed_by = _line(_("Who signs this reason"), required=False)
    funders = _text(_("Who pays for the centre"), _("Everybody sees it."), rows=3)
    affiliations = _text(
        _("To whom it belongs, or is close"), _("Everybody sees it."), rows=3,
        required=False,
    )  # fmt: skip
    protection_officer = _line(
        _("Data-protection officer"), _("Name and address, if you have one."),
        required=False,
    )  # fmt: skip
    representative = _line(
        _("Representative in another country"), _("If the law asks for one."),
        required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 # it is declared above
        field.choices = [(code, countries.name_of(code)) for code in countries.known()]

    def row(self) -> Controller:
        return Controller(**self.cleaned_data)


class DeclarationForm(forms.Form):
    """What an officer declares."""

    officer = _line(_("Name"), max_length=120)
    office = _line(_("Office"), _("As: chair, treasurer."), max_length=120)
    interests = _text(
        _("Interests"),
        _(
            "Other offices, money, family ties that matter here; or: none. Everybody sees it."
        ),
    )
    declared_on = _day(_("Declared on"))

    def row(self) -> Declaration:
        return Declaration(**self.cleaned_data)


class PurposeForm(forms.Form):
    """Why the centre may hold something."""

    basis = forms.ChoiceField(label=_("Lawful basis"), choices=Basis.choices)
    basis_note = _text(
        _("Why this basis fits"),
        _("Two or three plain sentences. Everybody sees them."),
    )
    special_category_condition = _line(
        _("Condition for faith, health, origin and the like (Art 9)"), required=False
    )
    criminal_offence_condition = _line(
        _("Condition for accusations (Art 10)"), required=False
    )
    kept_months = forms.IntegerField(
        label=_("Kept for how many months"), min_value=1, max_value=1200
    )

    def row(self, code: str) -> Purpose:
        return Purpose(code=code, **self.cleaned_data)


class ProcessorForm(forms.Form):
    """Who keeps or carries data for the centre."""

    name = _line(
        _("Name"), _("The company's own name. Everybody sees it."), max_length=200
    )
    does = forms.ChoiceField(label=_("What it does"), choices=Processor.Does.choices)
    host = _line(_("Host"), _("The name under which the machine is configured."))
    city = _line(_("City"))
    country = _country(_("Country"))
    contract_on = _day(_("Contract of"))
    transfer = _text(
        _("What lets data go there"),
        _(
            "Only for a country outside: the decision or the clauses, and how data is protected."
        ),
        rows=3,
        required=False,
    )

    def row(self) -> Processor:
        return Processor(**self.cleaned_data)


class RecipientForm(forms.Form):
    """An organisation that may receive a case."""

    name = _line(_("Name"), _("One organisation, by its own name."), max_length=200)
    what_it_does = _text(
        _("What it does"), _("Reporters read this before they say yes or no."), rows=3
    )
    country = _country(_("Country"))
    contact = _line(_("How to reach it"), max_length=200)
    agreement = _text(
        _("What was agreed"), _("What it may use a case for, how long it keeps it.")
    )
    agreed_on = _day(_("Agreed on"))

    def row(self) -> Recipient:
        return Recipient(**self.cleaned_data)


class RecipientKeyForm(forms.Form):
    """A recipient's age key."""

    age_key = _line(
        _("Its age key"),
        _("The line that begins with “age1”. Ring them, and compare it aloud."),
        max_length=200,
    )


class PromiseForm(forms.Form):
    """By when the centre reads and answers."""

    read_within = forms.IntegerField(
        label=_("We read within how many working days"), min_value=1, max_value=60
    )
    answer_within = forms.IntegerField(
        label=_("We answer within how many working days"), min_value=1, max_value=120
    )
    from_on = _day(_("From"))


class AreaForm(forms.Form):
    """A district as the centre speaks of it."""

    code = forms.SlugField(label=_("Short code"), widget=forms.TextInput(PLAIN))
    name = _line(_("Name"), max_length=120)
    people = forms.IntegerField(
        label=_("How many people live there"), min_value=1, required=False,
        help_text=_("Only with its source: figures are compared with it."),
    )  # fmt: skip
    people_source = _line(_("Source of this number"), required=False, max_length=200)
    people_on = _day(_("Day of this number"), required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("people") and not told.get("people_source"):
            self.add_error("people_source", _("Say where this number comes from."))
        if told.get("people") and not told.get("people_on"):
            self.add_error("people_on", _("Say from which day this number is."))
        return told

    def row(self) -> Area:
        return Area(**self.cleaned_data)


class HelplineForm(forms.Form):
    """A help line besides those of the country."""

    name = _line(_("Name"), max_length=120)
    number = _line(_("Number"), max_length=40)
    hours = _line(_("When somebody answers"), required=False, max_length=120)

    def row(self) -> Helpline:
        return Helpline(**self.cleaned_data)


class AnswerForm(forms.Form):
    """An answer to a question from the public."""

    answer = _text(_("Answer"), _("Everybody sees it, with the day."))
