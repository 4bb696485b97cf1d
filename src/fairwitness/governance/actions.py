"""Binds the centre: says who runs it, why it may, who may receive, by when it answers.

Each act renews the notice in every language once it has been published.
"""

from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from fairwitness.governance import checking, notices, readiness
from fairwitness.governance.models import (
    Area,
    Controller,
    Declaration,
    Helpline,
    Notice,
    Processor,
    Promise,
    PromiseKept,
    Purpose,
    Question,
    Recipient,
    RecipientKey,
    StandingNotice,
)
from fairwitness.governance.wording import require_plain, require_real
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import PUBLIC
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.age_file import check_age_key

LONGEST_QUESTION = 2000


class Incomplete(Refused):
    """Something is missing or cannot be right. The message names it."""

    status = 400


class SecondPersonNeeded(Refused):
    """The same person cannot be both hands."""


@transaction.atomic
def set_controller(controller: Controller, *, by: User, on: date) -> Controller:
    """Say who runs the centre. Takes an unsaved row; there is only ever one."""
    by.must(May.GOVERN)
    checking.check_controller(controller, on=on)
    _write(controller, is_new=not Controller.objects.exists())
    record("governance.controller_set", controller, by=by)
    _renew_notices(on=on)
    return controller


@transaction.atomic
def declare(declaration: Declaration, *, by: User) -> Declaration:
    """Take down what interests an officer declares, or that there are none."""
    by.must(May.GOVERN)
    require_plain(declaration.interests)
    require_real(declaration.officer, declaration.office)
    _write(declaration)
    record("governance.interests_declared", declaration, by=by)
    return declaration


@transaction.atomic
def add_purpose(purpose: Purpose, *, by: User, on: date) -> Purpose:
    """Write down a purpose, or a new text of it; it holds once somebody approves it."""
    by.must(May.GOVERN)
    checking.check_purpose(purpose)
    purpose.approved_by = purpose.approved_on = None
    _write(purpose, is_new=not Purpose.objects.filter(pk=purpose.code).exists())
    record("governance.purpose_written", purpose, by=by)
    _renew_notices(on=on)
    return purpose


@transaction.atomic
def approve_purpose(purpose: Purpose, *, by: User, on: date) -> None:
    """Approve a purpose as it stands, in one's own name."""
    by.must(May.GOVERN)
    purpose.approved_by, purpose.approved_on = by, on
    purpose.save(update_fields=["approved_by", "approved_on"])
    record("governance.purpose_approved", purpose, by=by)
    readiness.forget()


@transaction.atomic
def add_processor(processor: Processor, *, by: User, on: date) -> Processor:
    """Name somebody who holds or carries data for us, and the place."""
    by.must(May.GOVERN)
    checking.check_processor(processor)
    _write(processor)
    record("governance.processor_added", processor, by=by)
    _renew_notices(on=on)
    return processor


@transaction.atomic
def remove_processor(processor: Processor, *, by: User, on: date) -> None:
    """Take a processor off the list, when nothing lies there any more.

    Error: `Refused` when nobody would be left who keeps the machine.
    """
    by.must(May.GOVERN)
    record("governance.processor_removed", processor, by=by)
    processor.delete()
    try:
        _renew_notices(on=on)
    except notices.NoNotice:
        raise Refused(
            _("People are told who keeps this machine. Name the next one first.")
        ) from None


@transaction.atomic
def add_recipient(recipient: Recipient, *, by: User, on: date) -> Recipient:
    """Put a named organisation on the closed list of those that may receive a case."""
    by.must(May.GOVERN)
    checking.check_recipient(recipient)
    _write(recipient)
    record("governance.recipient_added", recipient, by=by)
    _renew_notices(on=on)
    return recipient


@transaction.atomic
def end_recipient(recipient: Recipient, *, by: User, on: date) -> None:
    """End the agreement with a recipient: nothing goes there any more."""
    by.must(May.GOVERN)
    recipient.ended_on = on
    recipient.save(update_fields=["ended_on"])
    recipient.keys.filter(ended_on=None).update(ended_on=on)
    record("governance.recipient_ended", recipient, by=by)
    _renew_notices(on=on)


@transaction.atomic
def add_recipient_key(
    recipient: Recipient, age_key: str, *, by: User, on: date
) -> RecipientKey:
    """Take down a recipient's age key; a second person confirms it before it is used."""
    by.must(May.GOVERN)
    if recipient.ended_on is not None:
        raise Refused(_("The agreement with this recipient has ended."))
    key = RecipientKey.objects.create(
        recipient=recipient, age_key=check_age_key(age_key), added_by=by, from_on=on
    )
    record("governance.recipient_key_added", key, by=by)
    return key


@transaction.atomic
def confirm_recipient_key(key: RecipientKey, *, by: User, on: date) -> None:
    """Vouch for a key that somebody else added; the key before it ends."""
    by.must(May.GOVERN)
    key = RecipientKey.objects.select_for_update().get(pk=key.pk)
    if key.added_by_id == by.pk:
        raise SecondPersonNeeded(
            _(
                "You added this key yourself. Ask a colleague to ring the recipient,"
                " compare the key aloud, and confirm it."
            )
        )
    if key.ended_on is not None or key.confirmed_by_id is not None:
        raise Refused(_("This key has ended, or was confirmed before."))
    in_force = RecipientKey.objects.filter(recipient=key.recipient_id, ended_on=None)
    in_force.exclude(confirmed_by=None).update(ended_on=on)
    key.confirmed_by = by
    key.save(update_fields=["confirmed_by"])
    record("governance.recipient_key_confirmed", key, by=by)


@transaction.atomic
def add_area(area: Area, *, by: User) -> Area:
    """Add a district as this centre speaks of it, or change what is known of it."""
    by.must(May.GOVERN)
    require_real(area.name)
    _write(area, is_new=not Area.objects.filter(pk=area.code).exists())
    record("governance.area_added", area, by=by)
    return area


@transaction.atomic
def add_helpline(helpline: Helpline, *, by: User) -> Helpline:
    """Name a help line besides those of the country."""
    by.must(May.GOVERN)
    require_real(helpline.name)
    checking.check_number(helpline.number)
    _write(helpline)
    record("governance.helpline_added", helpline, by=by)
    return helpline


@transaction.atomic
def remove_helpline(helpline: Helpline, *, by: User) -> None:
    """Take a help line off the pages."""
    by.must(May.GOVERN)
    record("governance.helpline_removed", helpline, by=by)
    helpline.delete()


@transaction.atomic
def promise(
    *, read_within: int, answer_within: int, by: User, from_on: date
) -> Promise:
    """Promise to read, and to answer, within so many working days, from a day on."""
    by.must(May.GOVERN)
    if not 1 <= read_within <= answer_within:
        raise Incomplete(
            _("Promise at least one day to read, and no fewer days to answer.")
        )
    made = Promise.objects.create(
        read_within=read_within, answer_within=answer_within, from_on=from_on
    )
    record("governance.promised", made, by=by)
    readiness.forget()
    return made


@transaction.atomic
def count_promise(kind: PromiseKept.Kind, *, due_on: date, on: date) -> None:
    """Count that something was done which we had promised by a day: kept, or missed."""
    row, _made = PromiseKept.objects.get_or_create(kind=kind, month=f"{on:%Y-%m}")
    column = "kept" if on <= due_on else "missed"
    PromiseKept.objects.filter(pk=row.pk).update(**{column: models.F(column) + 1})


@transaction.atomic
def publish_notice(language: str, *, by: User, on: date) -> Notice:
    """Publish the notice as the rows make it. From then on it renews itself."""
    by.must(May.GOVERN)
    if language not in notices.languages():
        raise Incomplete(_("The centre does not speak this language."))
    notice = _put_up(language, on=on)
    record("governance.notice_published", notice, by=by)
    readiness.forget()
    return notice


def ask_question(text: str, *, on: date, once: UUID | None = None) -> Question:
    """Take a question from the public; it counts from today, and is shown once we read it.

    What comes again under the same id `once` is the same question.
    """
    asked = text.strip()
    if not asked:
        raise Incomplete(_("Write your question first."))
    if len(asked) > LONGEST_QUESTION:
        raise Incomplete(
            _("Your question is longer than %(limit)s characters. Shorten it a little.")
            % {"limit": LONGEST_QUESTION}
        )
    question = Question(pk=once or uuid4(), text=asked, asked_on=on)
    try:
        return _known(question) or _take_question(question)
    except (IntegrityError, Incomplete):  # the same came at the same moment
        known = _known(question)
        if known is None:
            raise
        return known


def _known(question: Question) -> Question | None:
    return Question.objects.filter(pk=question.pk).first()


@transaction.atomic
def _take_question(question: Question) -> Question:
    _write(question)
    record("governance.question_asked", question, by=PUBLIC)
    return question


@transaction.atomic
def show_question(question: Question, *, by: User) -> None:
    """Let a question stand in public, having read that it names nobody."""
    by.must(May.GOVERN)
    _require_state(question, Question.State.UNREAD)
    question.state = Question.State.SHOWN
    question.save(update_fields=["state"])
    record("governance.question_shown", question, by=by)


@transaction.atomic
def decline_question(question: Question, *, by: User) -> None:
    """Do not show a question, because it names somebody or asks nothing. It is counted."""
    by.must(May.GOVERN)
    _require_state(question, Question.State.UNREAD)
    question.state, question.text = Question.State.DECLINED, ""
    question.save(update_fields=["state", "text"])
    record("governance.question_declined", question, by=by)


@transaction.atomic
def answer_question(question: Question, answer: str, *, by: User, on: date) -> None:
    """Answer a question in public."""
    by.must(May.GOVERN)
    _require_state(question, Question.State.UNREAD, Question.State.SHOWN)
    if not answer.strip():
        raise Incomplete(_("Write the answer first."))
    require_plain(answer)
    question.answer, question.answered_on = answer.strip(), on
    question.state = Question.State.ANSWERED
    question.save(update_fields=["answer", "answered_on", "state"])
    record("governance.question_answered", question, by=by)


def _require_state(question: Question, *states: Question.State) -> None:
    question.refresh_from_db()
    if question.state not in states:
        raise Refused(_("Somebody has dealt with this question already."))


def _write(row: models.Model, *, is_new: bool = True) -> None:
    """Save a row whose columns are all right; a refusal names those that are not."""
    try:
        row.full_clean(validate_unique=is_new, validate_constraints=is_new)
    except ValidationError as wrong:
        said = [
            f"{name.replace('_', ' ')}: {' '.join(sentences)}"
            for name, sentences in wrong.message_dict.items()
        ]
        raise Incomplete(" ".join(said).replace("__all__: ", "")) from None
    row.save(force_insert=is_new, force_update=not is_new)
    readiness.forget()


def _renew_notices(*, on: date) -> None:
    """Where a notice stands, let it say what holds now."""
    for language in StandingNotice.objects.values_list("language", flat=True):
        _put_up(language, on=on)
    readiness.forget()


def _put_up(language: str, *, on: date) -> Notice:
    body = notices.build(language)
    notice, _made = Notice.objects.get_or_create(
        hash=notices.hash_of(body),
        defaults={"language": language, "body": body, "made_on": on},
    )
    StandingNotice.objects.update_or_create(
        language=language, defaults={"notice": notice, "since_on": on}
    )
    return notice
