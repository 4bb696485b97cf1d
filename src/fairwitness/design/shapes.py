"""The values that components draw: options, errors, codes, months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BooleanField, ChoiceField, Field
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

ABOUT_WHEN = (
    ("this_week", pgettext_lazy("about when it happened", "This week")),
    ("this_year", pgettext_lazy("about when it happened", "This year")),
    ("longer_ago", pgettext_lazy("about when it happened", "Longer ago")),
    ("ongoing", pgettext_lazy("about when it happened", "It goes on")),
    ("not_sure", pgettext_lazy("about when it happened", "I am not sure")),
)


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, a sound or a film: where it lies, and the words that stand for it."""

    kind: str  # picture, sound, film, or missing
    address: str
    words: str
    larger: str = ""  # where a larger picture lies


@dataclass(frozen=True, slots=True)
class Option:
    """One row of a list of choices; `is_apart` sets "I am not sure" and its kind apart."""

    value: str
    label: str
    hint: str = ""
    is_apart: bool = False
    lang: str = ""  # where its label is in another language than what is around it
    direction: str = ""
    media: tuple[Medium, ...] = ()

    @property
    def picture(self) -> Medium | None:
        """What is shown in its row, above its words."""
        return next((one for one in self.media if one.kind == "picture"), None)

    @property
    def beside(self) -> tuple[Medium, ...]:
        """What is played or named below its row: nothing that can be pressed lies in a label."""
        return tuple(one for one in self.media if one.kind != "picture")

    @classmethod
    def of(cls, raw: Option | Mapping[str, Any] | Sequence[Any]) -> Option:
        """Read an option from a pair, a triple, a mapping or an Option."""
        if isinstance(raw, Option):
            return raw
        if isinstance(raw, Mapping):
            return cls(
                str(raw["value"]),
                raw["label"],
                raw.get("hint", ""),
                bool(raw.get("is_apart", False)),
            )
        value, label, *rest = raw
        return cls(str(value), label, *rest)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The years that can be chosen, with their digits; the months where their names differ from the page's."""

    years: Sequence[tuple[str, str]]
    months: Sequence[tuple[str, str]] = ()

    @classmethod
    def of(cls, raw: Calendar | Sequence[int]) -> Calendar:
        """Read a calendar from years."""
        if isinstance(raw, Calendar):
            return raw
        return cls([(str(year), str(year)) for year in raw])


@dataclass(frozen=True, slots=True)
class Row:
    """An option as it is drawn: with an id of its own, chosen or not."""

    option: Option
    id: str
    is_chosen: bool


def rows_of(
    name: str, options: Iterable[Any], *, chosen: str | Iterable[str] | None
) -> list[Row]:
    """Give each option an id; the first bears the name, so that errors can link to it."""
    picked = {chosen} if isinstance(chosen, str) else {str(c) for c in chosen or ()}
    return [
        Row(option, name if number == 1 else f"{name}-{number}", option.value in picked)
        for number, option in enumerate(map(Option.of, options), start=1)
    ]


def errors_of(source: Any) -> list[tuple[str, str]]:
    """Return (id of the control, sentence) for each error of a form, a mapping or pairs."""
    if not source:
        return []
    if isinstance(source, BaseForm):
        return _form_errors(source)
    if isinstance(source, Mapping):
        source = source.items()
    return [
        (name, sentence)
        for name, told in source
        for sentence in ([told] if isinstance(told, str) else list(told)[:1])
    ]


def _form_errors(form: BaseForm) -> list[tuple[str, str]]:
    """Return the errors of a Django form; those of the whole form point at its top."""
    return [
        (control_id(form[name]), sentences_of(form[name])[0])
        if name in form.fields
        else ("main", str(sentences[0]))
        for name, sentences in form.errors.items()
    ]


def sentences_of(field: BoundField) -> list[str]:
    """Return the errors of a field as instructions, where Django only says "required"."""
    if not field.errors:
        return []
    codes = [error.code for error in field.form.errors.as_data()[field.name]]
    bare = Field.default_error_messages["required"]
    return [
        _missing(field) if code == "required" and told == bare else str(told)
        for code, told in zip(codes, field.errors, strict=True)
    ]


def _missing(field: BoundField) -> str:
    """Say what to do with a field that was left empty."""
    if isinstance(field.field, BooleanField):
        # Translators: label is the text beside a box that has to be ticked.
        return _("Tick “%(label)s” to go on.") % {"label": field.label}
    if isinstance(field.field, ChoiceField):
        # Translators: label is the heading of a list of choices.
        return _("Choose an answer under “%(label)s”.") % {"label": field.label}
    # Translators: label is the text above an empty field.
    return _("Fill in “%(label)s”.") % {"label": field.label}


def control_id(field: BoundField) -> str:
    """Return the id of the first control of a field, also for radios and checkboxes."""
    return field.id_for_label or f"{field.auto_id}_0"


def months() -> list[tuple[str, str]]:
    """Return the twelve months as the value and the name of each."""
    names = (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
        _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip
    return [(f"{number:02}", name) for number, name in enumerate(names, start=1)]


def in_fives(digits: str) -> list[str]:
    """Return the digits of a code in groups of five, as they are read aloud."""
    bare = "".join(character for character in digits if character.isdigit())
    return [bare[start : start + 5] for start in range(0, len(bare), 5)]


def opening_lines(text: str, *, lines: int = 3, limit: int = 160) -> str:
    """Return the first lines of a long text, cut at a word; all of it when it is short."""
    if len(text) <= limit and text.count("\n") < lines:
        return text
    opening = "\n".join(text.splitlines()[:lines])
    if len(opening) > limit:
        opening = opening[:limit].rsplit(None, 1)[0]
        above, _newline, last = opening.rpartition("\n")
        opening = above if above and len(last) < limit // 8 else opening
    return f"{opening} …"
