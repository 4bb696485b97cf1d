"""What the desk's own pages may be sent: sign-in, colleagues, passphrases."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.staff.roles import Role

SECRET = {"autocomplete": "off", "spellcheck": "false"}
CODE = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "pattern": "[0-9 ]*",
    "spellcheck": "false",
}


def _secret(label: object, **more: object) -> forms.CharField:
    """A field that is never given back."""
    widget = forms.PasswordInput(
        attrs={"autocomplete": more.pop("autocomplete", "off")}
    )
    return forms.CharField(label=label, widget=widget, strip=False, **more)  # type: ignore[arg-type] # the keywords of CharField


class SignInForm(forms.Form):
    """A name, a password, a one-time code: asked together, refused together."""

    name = forms.CharField(
        label=_("Name"), widget=forms.TextInput({**SECRET, "autocomplete": "username"})
    )
    password = _secret(_("Password"), autocomplete="current-password")
    passcode = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits, from your authenticator."),
        widget=forms.TextInput(CODE),
    )


class UnlockForm(forms.Form):
    """The vault passphrase."""

    passphrase = _secret(_("Vault passphrase"))


class PassphraseForm(forms.Form):
    """A new vault passphrase, typed twice."""

    passphrase = _secret(
        _("New vault passphrase"),
        help_text=_(
            "At least 15 characters. Four or five words that do not belong together."
        ),
    )
    passphrase_again = _secret(_("The same once more"))

    def clean_passphrase_again(self) -> str:
        again: str = self.cleaned_data["passphrase_again"]
        if again != self.cleaned_data.get("passphrase"):
            raise forms.ValidationError(_("These two differ. Type the same twice."))
        return again


class RecoverForm(PassphraseForm):
    """The words of the recovery sheet, and a new passphrase."""

    pass_sheet = forms.CharField(
        label=_("The 20 words of your recovery sheet"),
        widget=forms.Textarea({**SECRET, "rows": 4, "translate": "no", "dir": "ltr"}),
    )
    field_order = ("pass_sheet", "passphrase", "passphrase_again")


class SheetKeptForm(forms.Form):
    """Two words from the paper, so that it is sure to be there."""

    pass_one = forms.CharField(widget=forms.TextInput({**SECRET, "dir": "ltr"}))
    pass_two = forms.CharField(widget=forms.TextInput({**SECRET, "dir": "ltr"}))

    def __init__(self, *given: Any, places: Sequence[int], **more: Any) -> None:
        super().__init__(*given, **more)
        for name, place in zip(self.fields, places, strict=True):
            self.fields[name].label = _("Word %(place)d") % {"place": place}


class RehearseForm(forms.Form):
    """The words of a sheet, typed as if the key were lost."""

    class Whose(models.TextChoices):
        MINE = "mine", _("My own recovery sheet")
        HOUSE = "house", _("The sheet of the house")

    whose = forms.ChoiceField(
        label=_("Which sheet"), choices=Whose, widget=forms.RadioSelect
    )
    pass_sheet = forms.CharField(
        label=_("Its 20 words"),
        widget=forms.Textarea({**SECRET, "rows": 4, "translate": "no", "dir": "ltr"}),
    )


class AskForm(forms.Form):
    """What the trustees are asked for."""

    class What(models.TextChoices):
        TRY = "try", _("Try it: my own key stays as it is")
        TRY_TRIAGE = "try_triage", _("Try it with the key to new reports")
        MINE = "mine", _("My own key: I have lost passphrase and sheet")
        TRIAGE = "triage", _("The key to new reports: nobody here holds it any more")

    what = forms.ChoiceField(
        label=_("What do you ask for?"), choices=What, widget=forms.RadioSelect
    )


class AnswerForm(forms.Form):
    """What the second trustee handed back, and the one-time words."""

    paper = forms.FileField(label=_("The file that the second trustee gave back"))
    pass_words = forms.CharField(
        label=_("The 20 one-time words, shown when you asked"),
        widget=forms.Textarea({**SECRET, "rows": 4, "translate": "no", "dir": "ltr"}),
    )


class AnswerWithPassphraseForm(AnswerForm, PassphraseForm):
    """The same, with the new passphrase of one's own key."""

    field_order = ("paper", "pass_words", "passphrase", "passphrase_again")


class PasswordForm(forms.Form):
    """A new password for signing in, with the old one."""

    old_password = _secret(_("Password now"), autocomplete="current-password")
    password = _secret(
        _("New password"),
        help_text=_("At least 12 characters."),
        autocomplete="new-password",
    )


class RenewForm(forms.Form):
    """A new first password for a colleague who lost theirs, or their authenticator."""

    password = _secret(
        _("New first password"),
        help_text=_("At least 12 characters. They change it when they come in."),
        autocomplete="new-password",
    )


class RolesForm(forms.Form):
    """What a colleague is here for."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role.")},
    )


class InviteForm(RolesForm):
    """A new colleague."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("As colleagues know it. Reporters never see it."),
        widget=forms.TextInput(SECRET),
    )
    email = forms.EmailField(
        label=_("Mail"), required=False, widget=forms.EmailInput(SECRET)
    )
    password = _secret(
        _("First password"),
        help_text=_("At least 12 characters. They change it when they come in."),
        autocomplete="new-password",
    )
    field_order = ("name", "email", "roles", "password")
