"""What a questionnaire must say of itself before anybody is asked."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from fairwitness.refusal import Refused
from fairwitness.surveys.questions import Form, Part, Question, Section
from fairwitness.surveys.xlsform import read_form


class NotFit(Refused):
    """A form cannot be published; the message names every question that is in the way."""

    status = 422


def require_fit(sheet: bytes) -> Form:
    """Read a form that may be published. Errors: `UnreadableForm`, `NotFit`.

    Each question says why it is asked and to which sending it belongs, each of a report
    into which sealed section it goes; nothing is in it that no page can show.
    """
    form = read_form(sheet)
    wrong = [*_unsaid(form), *map(_cannot_be_shown, form.unsupported)]
    if not any(question.is_asked for question in form.questions):
        wrong.append(_("This form asks nothing."))
    if wrong:
        raise NotFit(" ".join(wrong))
    return form


def _unsaid(form: Form) -> Iterator[str]:
    for question in form.questions:
        if question.is_asked:
            missing = list(_missing(question))
            if missing:
                yield _("The question “%(name)s” does not say: %(missing)s.") % {
                    "name": question.name,
                    "missing": ", ".join(missing),
                }


def _missing(question: Question) -> Iterator[str]:
    if not question.purpose:
        yield _("why we ask, and who can read it")
    if question.part not in tuple(Part):
        yield _("to which part it belongs")
    elif question.part != Part.SURVEY and question.section not in tuple(Section):
        yield _("into which section it goes")


def _cannot_be_shown(what: str) -> str:
    return _("No page can show this yet: %(what)s.") % {"what": what}
