"""Why the centre may, who holds data for it, who may receive a case, what it was asked."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fairwitness.governance import actions, countries, places
from fairwitness.governance.forms import (
    AnswerForm,
    ProcessorForm,
    PurposeForm,
    RecipientForm,
    RecipientKeyForm,
)
from fairwitness.governance.models import (
    Basis,
    Controller,
    Processor,
    Purpose,
    Question,
    Recipient,
    RecipientKey,
)
from fairwitness.governance.views.showing import show
from fairwitness.staff.asking import attempt
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.staff.views import StaffRequest, needs


@needs(May.GOVERN)
def purposes(request: StaffRequest) -> HttpResponse:
    """Why the centre may hold what it holds, and who approved it."""
    written = {
        one.code: one for one in Purpose.objects.select_related("approved_by").all()
    }
    rows = [
        {"code": code, "label": label, "purpose": written.get(code)}
        for code, label in Purpose.Serves.choices
    ]
    return render(request, "governance/purposes.html", {"rows": rows})


@needs(May.GOVERN)
def purpose(request: StaffRequest, code: str) -> HttpResponse:
    """Write down one purpose, from a text to start from, and approve it."""
    if code not in Purpose.Serves.values:
        raise Http404
    known = Purpose.objects.filter(pk=code).select_related("approved_by").first()
    form = PurposeForm(request.POST or None, initial=_start(code, known))
    on = timezone.localdate()
    if attempt(
        form, lambda: actions.add_purpose(form.row(code), by=request.user, on=on)
    ):
        tell(request, _("Written down. It holds when somebody approves it by name."))
        return redirect("governance:purpose", code=code)
    return show(
        request,
        "governance/purpose.html",
        form,
        label=Purpose.Serves(code).label,
        purpose=known,
        basis=Basis(known.basis).label if known else "",
    )


def _start(code: str, known: Purpose | None) -> dict[str, Any]:
    """What stands in the form: the purpose as it is, or the text of the country."""
    if known:
        return {name: getattr(known, name) for name in PurposeForm.base_fields}
    home = Controller.objects.values_list("country", flat=True).first()
    return dict(countries.country(home).purposes[code].__dict__) if home else {}


@require_POST
@needs(May.GOVERN)
def approve_purpose(request: StaffRequest, code: str) -> HttpResponse:
    """Approve a purpose in one's own name."""
    known = get_object_or_404(Purpose, pk=code)
    actions.approve_purpose(known, by=request.user, on=timezone.localdate())
    tell(request, _("Approved in your name."))
    return redirect("governance:purposes")


@needs(May.GOVERN)
def processors(request: StaffRequest) -> HttpResponse:
    """Who keeps or carries data for the centre, and where."""
    missing = places.unnamed()
    start = {"host": missing[0].host, "does": missing[0].does} if missing else {}
    form = ProcessorForm(request.POST or None, initial=start)
    on = timezone.localdate()
    if attempt(form, lambda: actions.add_processor(form.row(), by=request.user, on=on)):
        tell(request, _("Named, and published."))
        return redirect("governance:processors")
    rows = [
        {"processor": one, "country": countries.name_of(one.country)}
        for one in Processor.objects.order_by("does", "name")
    ]
    return show(
        request,
        "governance/processors.html",
        form,
        rows=rows,
        missing=missing,
        without_reason=places.without_reason(),
    )


@require_POST
@needs(May.GOVERN)
def remove_processor(request: StaffRequest, processor_id: int) -> HttpResponse:
    """Take a processor off the list."""
    one = get_object_or_404(Processor, pk=processor_id)
    actions.remove_processor(one, by=request.user, on=timezone.localdate())
    return redirect("governance:processors")


@needs(May.GOVERN)
def recipients(request: StaffRequest) -> HttpResponse:
    """The closed list of organisations that may receive a case."""
    form = RecipientForm(request.POST or None)
    on = timezone.localdate()
    added = attempt(
        form, lambda: actions.add_recipient(form.row(), by=request.user, on=on)
    )
    if added:
        tell(request, _("On the list. It receives nothing before it has a key."))
        return redirect("governance:recipient", recipient_id=added.pk)
    rows = [
        {"recipient": one, "key": one.key_in_force}
        for one in Recipient.objects.order_by("ended_on", "name")
    ]
    return show(request, "governance/recipients.html", form, rows=rows)


@needs(May.GOVERN)
def recipient(request: StaffRequest, recipient_id: str) -> HttpResponse:
    """One recipient with its keys: add one, confirm one that a colleague added."""
    one = get_object_or_404(Recipient, pk=recipient_id)
    form = RecipientKeyForm(request.POST or None)
    on = timezone.localdate()
    added = attempt(
        form,
        lambda: actions.add_recipient_key(
            one, form.cleaned_data["age_key"], by=request.user, on=on
        ),
        field="age_key",
    )
    if added:
        tell(request, _("Taken down. A colleague confirms it before it is used."))
        return redirect("governance:recipient", recipient_id=one.pk)
    keys = one.keys.select_related("added_by", "confirmed_by").order_by("-pk")
    return show(
        request,
        "governance/recipient.html",
        form,
        recipient=one,
        country=countries.name_of(one.country),
        keys=keys,
    )


@require_POST
@needs(May.GOVERN)
def confirm_key(request: StaffRequest, key_id: int) -> HttpResponse:
    """Vouch for a key that a colleague added."""
    key = get_object_or_404(RecipientKey, pk=key_id)
    actions.confirm_recipient_key(key, by=request.user, on=timezone.localdate())
    tell(request, _("Confirmed. From now on packages are sealed to this key."))
    return redirect("governance:recipient", recipient_id=key.recipient_id)


@require_POST
@needs(May.GOVERN)
def end_recipient(request: StaffRequest, recipient_id: str) -> HttpResponse:
    """End the agreement with a recipient."""
    one = get_object_or_404(Recipient, pk=recipient_id)
    actions.end_recipient(one, by=request.user, on=timezone.localdate())
    tell(request, _("Ended. Nothing goes there any more."))
    return redirect("governance:recipients")


@needs(May.GOVERN)
def questions(request: StaffRequest) -> HttpResponse:
    """What the public asked, the oldest unanswered first."""
    today = timezone.localdate()
    rows = [
        {"question": one, "days": (today - one.asked_on).days}
        for one in Question.objects.order_by("answered_on", "asked_on")
        if one.state != Question.State.DECLINED
    ]
    return render(request, "governance/questions.html", {"rows": rows})


@needs(May.GOVERN)
def question(request: StaffRequest, question_id: str) -> HttpResponse:
    """Read one question: show it, decline it, answer it."""
    one = get_object_or_404(Question, pk=question_id)
    form = AnswerForm(request.POST or None)
    on = timezone.localdate()
    answered = attempt(
        form,
        lambda: _answer(one, form.cleaned_data["answer"], request, on),
        field="answer",
    )
    if answered:
        tell(request, _("Answered, and published."))
        return redirect("governance:questions")
    return show(request, "governance/question.html", form, question=one)


def _answer(one: Question, answer: str, request: StaffRequest, on: Any) -> bool:
    actions.answer_question(one, answer, by=request.user, on=on)
    return True


@require_POST
@needs(May.GOVERN)
def show_question(request: StaffRequest, question_id: str) -> HttpResponse:
    """Let a question stand in public; or, with `decline`, do not show it."""
    one = get_object_or_404(Question, pk=question_id)
    if "decline" in request.POST:
        actions.decline_question(one, by=request.user)
        tell(request, _("It is counted and not shown."))
        return redirect("governance:questions")
    actions.show_question(one, by=request.user)
    tell(request, _("It stands in public, with the days it waits."))
    return redirect("governance:question", question_id=one.pk)
