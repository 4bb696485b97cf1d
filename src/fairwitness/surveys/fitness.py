"""What a questionnaire must say of itself before anybody is asked."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from fairwitness.refusal import Refused
from fairwitness.surveys.companions import Companions
from fairwitness.surveys.findings import Finding, Level, findings_of
from fairwitness.surveys.or_other import is_added
from fairwitness.surveys.questions import Form, Part
from fairwitness.surveys.xlsform import read_form

# All that is kept of the survey part; nothing in it tells of an incident or of a person.
ANSWERS = ("about", "how_many", "age_band", "area")


class NotFit(Refused):
    """A form cannot be published; the message names every question that is in the way."""

    status = 422


def require_fit(sheet: bytes, beside: Companions = ()) -> Form:
    """Read a form that may be published. Errors: `UnreadableForm`, `NotFit`.

    Each question says why it is asked and to which sending it belongs, each of a report
    into which sealed section it goes; its rules can be worked out, and nothing is in it
    that no page can show; the files that it names are beside it. The survey part asks only what a `Response` may hold.
    """
    # It loads what reads spreadsheets, which most commands have no use for.
    from fairwitness.surveys import checking  # noqa: PLC0415

    form = read_form(sheet, beside)
    found = checking.check_form(sheet, beside=beside)
    mistakes = [one for one in found if one.level is checking.Level.ERROR]
    wrong = [f"{one.place}: {one.message} {one.fix}".strip() for one in mistakes]
    wrong += [
        f"{one.name} ({one.column}): {one.message} {one.fix}".strip()
        if one.column
        else one.message
        for one in obstacles(form)
    ]
    if wrong:
        raise NotFit(" ".join(wrong))
    return form


def obstacles(form: Form) -> list[Finding]:
    """Everything that keeps a form from being published."""
    found = findings_of(form, for_publishing=True)
    return [
        *(one for one in found if one.level is Level.ERROR),
        *_survey_part(form),
    ]


def _survey_part(form: Form) -> Iterator[Finding]:
    asked = [each.key for each in form.of_part(Part.SURVEY) if each.is_asked]
    if "about" not in asked:
        yield Finding(
            "no-about",
            Level.ERROR,
            "about",
            "",
            _("The survey part does not ask “about”: what brings somebody here."),
        )
    for key in asked:
        if is_added(form.by_key[key]):
            yield Finding(
                "words-in-survey",
                Level.ERROR,
                key.removesuffix("_other"),
                "type",
                _(
                    "“or_other” asks for words of one's own, and such words could show"
                    " who it was: the survey part keeps choices alone."
                ),
                _("Take “or_other” out, and add a choice for what is missing."),
            )
        elif key not in ANSWERS:
            yield Finding(
                "not-in-survey",
                Level.ERROR,
                key,
                "bind::fw:part",
                _(
                    "“%(name)s” has no place in the survey part, which keeps only: %(kept)s."
                )
                % {"name": key, "kept": ", ".join(ANSWERS)},
            )
