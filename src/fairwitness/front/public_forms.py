"""What the public pages may be sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from fairwitness.rights.models import SubjectRequest

QUIET = {"autocomplete": "off", "spellcheck": "false"}


class RequestForm(forms.Form):
    """What somebody asks of us about themselves."""

    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=SubjectRequest.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )
    text = forms.CharField(
        label=_("What do you ask of us?"),
        help_text=_(
            "A few lines are enough. It is sealed; our caseworkers read it, nobody else."
        ),
        widget=forms.Textarea({**QUIET, "rows": 8}),
        error_messages={"required": _("Write what you ask of us.")},
    )
    reach = forms.CharField(
        label=_("How can we answer you?"),
        help_text=_(
            "Mail, telephone, or a postal address. It is sealed with the rest, and serves for the answer alone."
        ),
        widget=forms.Textarea({**QUIET, "rows": 2}),
        error_messages={
            "required": _("Say how we can answer you: mail, telephone, or a letter.")
        },
    )


class QuestionForm(forms.Form):
    """A question to the centre, in public."""

    text = forms.CharField(
        label=_("Your question"),
        help_text=_(
            "It will stand here for everybody. Name nobody, and tell nothing here that happened to you."
        ),
        widget=forms.Textarea({**QUIET, "rows": 4}),
        error_messages={"required": _("Write your question first.")},
    )
