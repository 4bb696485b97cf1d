"""What a browser may send to outreach. Forms check and never save."""

import hashlib
from collections.abc import Iterator
from copy import copy
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from fairwitness.governance.context import Language
from fairwitness.outreach.bases import Rule
from fairwitness.outreach.letters import letters_to_start_from
from fairwitness.outreach.models import Basis, Campaign, Source
from fairwitness.outreach.outcomes import Way
from fairwitness.surveys.models import Version

LARGEST_LIST = 16_000_000  # bytes: about 300,000 people
DAY = forms.DateInput(attrs={"type": "date"})
TRANSLATED = ("given_by", "given_how", "told", "giver_basis")
LETTER_PARTS = ("subject", "text", "reminder_subject", "reminder_text")


class WhoForm(forms.Form):
    """Who is answering a link that was made for one person."""

    class Who(models.TextChoices):
        SENT_TO_ME = "sent_to_me", gettext_lazy("It was sent to me")
        PASSED_ON = (
            "passed_on",
            gettext_lazy("Somebody passed it on to me. I want to answer for myself"),
        )
        ON_BEHALF = (
            "on_behalf",
            gettext_lazy("I want to answer on behalf of somebody else"),
        )
        NOT_FOR_ME = "not_for_me", gettext_lazy("It is not for me")

    who = forms.ChoiceField(
        label=gettext_lazy("Who is answering?"),
        choices=Who.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who is answering.")},
    )


class KnowsForm(forms.Form):
    """Whether the person on whose behalf somebody answers knows of it."""

    class Knows(models.TextChoices):
        YES = "yes", gettext_lazy("Yes, they know, and they want it")
        NO = "no", gettext_lazy("No, or I am not sure")

    knows = forms.ChoiceField(
        label=gettext_lazy("Does the person know that you answer for them?"),
        choices=Knows.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether they know.")},
    )


class KeptInMemory(forms.FileField):
    """A file that never touched the disk; a larger one is sent back (INV-9)."""

    def __init__(self, *, most: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload is None:
            return None
        kept = isinstance(upload, InMemoryUploadedFile)
        if not kept or (self.most and upload.size > self.most):
            raise forms.ValidationError(too_large(self.most))
        return upload


def too_large(most: int | None = None) -> str:
    """What is said about a file that the pages do not take."""
    megabytes = (most or settings.FILE_UPLOAD_MAX_MEMORY_SIZE) / 1_000_000
    return _(
        "Choose a file of at most %(size)s MB, or import it with the command line."
    ) % {"size": f"{megabytes:g}"}


class ImportForm(forms.Form):
    """A list of contacts."""

    file = KeptInMemory(
        most=LARGEST_LIST,
        label=gettext_lazy("List of contacts"),
        help_text=gettext_lazy(
            "CSV or XLSX with the columns email, language, name. Nothing else is taken."
        ),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def content(self) -> bytes:
        """The bytes of the file."""
        content: bytes = self.cleaned_data["file"].read()
        return content


class BasisForm(forms.Form):
    """By which route people of a source may be written to."""

    basis = forms.ChoiceField(
        label=gettext_lazy("By which route may we write to them?"),
        choices=Basis.choices,
        widget=forms.RadioSelect,
    )


class SourceForm(forms.Form):
    """Where addresses came from, with the evidence that the chosen route needs."""

    code = forms.SlugField(
        label=gettext_lazy("Short name"), help_text=gettext_lazy("As in members-2026.")
    )
    given_by = forms.CharField(label=gettext_lazy("Who gave us the addresses"))
    given_how = forms.CharField(label=gettext_lazy("How they were handed over"))
    given_on = forms.DateField(label=gettext_lazy("On which day"), widget=DAY)
    told = forms.CharField(
        label=gettext_lazy("What people were told when they gave their address"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    giver_basis = forms.CharField(
        label=gettext_lazy("By what right the giver passed them on to us"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    evidence = KeptInMemory(
        label=gettext_lazy("The paper that shows this"),
        help_text=gettext_lazy(
            "Only its fingerprint is kept; the paper stays with you."
        ),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def __init__(self, *args: Any, basis: str, rule: Rule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.basis, self.rule = basis, rule
        for code, name in settings.LANGUAGE_NAMES.items():
            self.fields[f"sentence_{code}"] = forms.CharField(
                label=_("The sentence in each letter, in %(language)s")
                % {"language": name},
                help_text=_("“We have your address because …”"),
                max_length=300,
                widget=forms.TextInput(
                    attrs={"lang": code, "dir": Language.of(code).dir}
                ),
            )
            if code != settings.LANGUAGE_CODE:
                self.fields.update(_translated(code, name))
        for need, question in rule.needs.items():
            self.fields[f"need_{need}"] = forms.CharField(label=question)
        for need, question in rule.may_ask.items():
            self.fields[f"need_{need}"] = forms.CharField(
                label=question, help_text=_("Only for letters that do."), required=False
            )

    def source(self) -> Source:
        """The row that these answers make, not saved."""
        told = self.cleaned_data
        sentences = {
            code: told[f"sentence_{code}"] for code, _name in settings.LANGUAGES
        }
        return Source(
            code=told["code"],
            given_by=told["given_by"],
            given_how=told["given_how"],
            given_on=told["given_on"],
            told=told["told"],
            sentence=sentences[settings.LANGUAGE_CODE],
            sentences=sentences,
            giver_basis=told["giver_basis"],
            translated={
                code: {part: told[f"{part}_{code}"] for part in TRANSLATED}
                for code, _name in settings.LANGUAGES
                if code != settings.LANGUAGE_CODE
            },
            basis=self.basis,
            basis_evidence={
                need: told[f"need_{need}"]
                for need in (*self.rule.needs, *self.rule.may_ask)
            },
            evidence_hash=hashlib.sha256(told["evidence"].read()).hexdigest(),
        )


def _translated(code: str, name: str) -> dict[str, forms.Field]:
    """What a letter and the own page say of a source, for those who read another language."""
    labels = {
        "given_by": _("Who gave us the addresses, in %(language)s"),
        "given_how": _("How they were handed over, in %(language)s"),
        "told": _("What people were told, in %(language)s"),
        "giver_basis": _("By what right they were passed on, in %(language)s"),
    }
    return {
        f"{part}_{code}": forms.CharField(
            label=labels[part] % {"language": name},
            required=False,
            widget=forms.TextInput(attrs={"lang": code, "dir": Language.of(code).dir}),
        )
        for part in TRANSLATED
    }


class CampaignForm(forms.Form):
    """A campaign with its letters in every language of the house."""

    name = forms.SlugField(
        label=gettext_lazy("Short name"), help_text=gettext_lazy("As in spring-2026.")
    )
    title = forms.CharField(
        label=pgettext_lazy("of a campaign", "Title"), max_length=120
    )
    source = forms.ModelChoiceField(
        label=gettext_lazy("Whom we write to"),
        empty_label=gettext_lazy("Choose a source"),
        queryset=Source.objects.filter(withdrawn_on=None).order_by("code"),
    )
    version = forms.ModelChoiceField(
        label=gettext_lazy("Questionnaire"),
        empty_label=gettext_lazy("Choose a questionnaire"),
        queryset=Version.objects.filter(retired_on=None).defer("sheet"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of letter it is"),
        help_text=gettext_lazy("Not every route to an address serves every kind."),
        choices=Campaign.Kind.choices,
        initial=Campaign.Kind.SURVEY,
    )
    audience = forms.CharField(
        label=gettext_lazy("Who they are"),
        help_text=gettext_lazy("As in: all 5,000 members of the branch."),
        max_length=300,
    )
    audience_size = forms.IntegerField(
        label=gettext_lazy("How many such people there are"),
        help_text=gettext_lazy(
            "As whoever gave you the addresses says. Letters go to no more than these."
        ),
        min_value=1,
        max_value=2_000_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    way = forms.ChoiceField(
        label=gettext_lazy("Whom of them you invite"),
        choices=Way.choices,
        widget=forms.RadioSelect,
    )
    chosen_how = forms.CharField(
        label=gettext_lazy("How they were chosen"),
        help_text=gettext_lazy("As in: everybody on the list of members."),
        max_length=300,
    )
    period_from = forms.DateField(
        label=gettext_lazy("We ask about the time since"), widget=DAY
    )
    closes_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Leave this empty, unless there is a reason to close."),
        widget=DAY,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGE_NAMES.items():
            self.fields.update(_fields_in(code, name))

    @classmethod
    def of(cls, campaign: Campaign, *posted: Any) -> "CampaignForm":
        """The form of a draft, with everything that stands there."""
        return cls(*posted, initial=_written_in(campaign))

    def campaign(self, standing: Campaign | None = None) -> Campaign:
        """The row that these answers make, not saved: a new one, or that of a draft."""
        told = self.cleaned_data
        codes = [code for code, _name in settings.LANGUAGES]
        places = {code: told[f"place_{code}"] for code in codes}
        reasons = {code: told[f"reason_{code}"] for code in codes}
        row = copy(standing) if standing else Campaign()
        parts = {
            **{name: told[name] for name in _PLAIN},
            "place": places[settings.LANGUAGE_CODE],
            "places": places,
            "deadline_reason": reasons[settings.LANGUAGE_CODE],
            "deadline_reasons": {code: text for code, text in reasons.items() if text},
            "letter": {
                code: {part: told[f"{part}_{code}"] for part in LETTER_PARTS}
                for code in codes
            },
        }
        for name, value in parts.items():
            setattr(row, name, value)
        return row


_PLAIN = (
    "name",
    "title",
    "source",
    "version",
    "kind",
    "audience",
    "audience_size",
    "way",
    "chosen_how",
    "period_from",
    "closes_on",
)


def _written_in(campaign: Campaign) -> dict[str, Any]:
    """What stands in a draft, by the names of the fields."""
    written = {name: getattr(campaign, name) for name in _PLAIN}
    for code, _name in settings.LANGUAGES:
        is_own = code == settings.LANGUAGE_CODE
        place, reason = campaign.places.get(code), campaign.deadline_reasons.get(code)
        written[f"place_{code}"] = place or (campaign.place if is_own else "")
        written[f"reason_{code}"] = reason or (
            campaign.deadline_reason if is_own else ""
        )
        texts = campaign.letter.get(code, {})
        written |= {f"{part}_{code}": texts.get(part, "") for part in LETTER_PARTS}
    return written


def _fields_in(code: str, name: str) -> dict[str, forms.Field]:
    """What is written once for each language."""
    ready = letters_to_start_from().get(code, {})
    spoken = {"lang": code, "dir": Language.of(code).dir}
    fields: dict[str, forms.Field] = {
        f"place_{code}": forms.CharField(
            label=_("The place we ask about, in %(language)s") % {"language": name},
            max_length=120,
            widget=forms.TextInput(attrs=spoken),
        ),
        f"reason_{code}": forms.CharField(
            label=_("Why we close then, in %(language)s") % {"language": name},
            max_length=300,
            required=False,
            widget=forms.TextInput(attrs=spoken),
        ),
    }
    for part, label, is_long in _letter_labels(name):
        fields[f"{part}_{code}"] = forms.CharField(
            label=label,
            initial=ready.get(part, "").strip(),
            widget=(
                forms.Textarea(attrs={"rows": 14, **spoken})
                if is_long
                else forms.TextInput(attrs=spoken)
            ),
        )
    return fields


def _letter_labels(name: str) -> Iterator[tuple[str, str, bool]]:
    language = {"language": name}
    yield "subject", _("Subject, in %(language)s") % language, False
    yield "text", _("Letter, in %(language)s") % language, True
    yield (
        "reminder_subject",
        _("Subject of reminders, in %(language)s") % language,
        False,
    )
    yield "reminder_text", _("Reminder, in %(language)s") % language, True


class KeepForm(forms.Form):
    """Why a warning of the check may stand."""

    reason = forms.CharField(
        label=gettext_lazy("Why it may stand"),
        help_text=gettext_lazy("This is published with the campaign, with your name."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say why it may stand.")},
    )
