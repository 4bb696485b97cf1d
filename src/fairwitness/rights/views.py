"""The desk's pages about what people ask of us: requests, holds, breaches, whom to tell."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fairwitness.intake.models import Report
from fairwitness.ledger.actions import name_of
from fairwitness.ledger.models import Entry
from fairwitness.refusal import Refused
from fairwitness.rights import actions, clocks
from fairwitness.rights.forms import (
    AnswerForm,
    BreachForm,
    EraseForm,
    HandForm,
    HoldForm,
)
from fairwitness.rights.models import Breach, Hold, SubjectRequest, ToTell
from fairwitness.staff.asking import attempt
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.staff.views import StaffRequest, needs
from fairwitness.vault.opening import NoKey, Ring

READERS = (May.ANSWER_REQUESTS, May.READ_NEW_REPORTS)


@needs(*READERS)
def requests(request: StaffRequest) -> HttpResponse:
    """What people ask of us, by the day on which we answer."""
    today = timezone.localdate()
    waiting = SubjectRequest.objects.filter(state=SubjectRequest.State.RECEIVED)
    answered = SubjectRequest.objects.filter(state=SubjectRequest.State.ANSWERED)
    context = {
        "waiting": [_row(one, today) for one in waiting.order_by("due_on", "pk")],
        "answered": answered.order_by("-answered_on", "pk")[:50],
        "to_tell": ToTell.objects.filter(told_on=None).select_related("recipient"),
        "may_answer": request.user.may(May.ANSWER_REQUESTS),
    }
    return render(request, "rights/requests.html", context)


def _row(one: SubjectRequest, today: date) -> dict[str, object]:
    return {"asked": one, "days": (one.due_on - today).days}


@needs(*READERS)
def asked(request: StaffRequest, request_id: str) -> HttpResponse:
    """One request: open it, hand it over, note that it was answered."""
    one = get_object_or_404(SubjectRequest, pk=request_id)
    told = None
    if request.method == "POST":
        if request.unlocked is None:
            there = reverse("staff:unlock", query={"next": request.path})
            return redirect(there)
        ring = Ring.of(*request.unlocked)
        told = actions.read_request(one, ring=ring, by=request.user)
    context = {
        "asked": one,
        "told": told,
        "section": _section(one, told),
        "answer_form": AnswerForm(),
        "hand_form": HandForm(people=_colleagues(request.user)),
        "may_answer": request.user.may(May.ANSWER_REQUESTS),
        "is_open": one.state == SubjectRequest.State.RECEIVED,
    }
    return render(request, "rights/asked.html", context)


def _section(one: SubjectRequest, told: dict[str, str] | None) -> dict[str, object]:
    """The request as a closed row; its text once it is open on this page."""
    opened = Entry.objects.filter(act="vault.opened.request", subject=name_of(one))
    shown = f"{told['text']}\n\n{told['reach']}" if told else ""
    return {
        "name": _("The request"),
        "key": "request",
        "url": reverse("rights:asked", kwargs={"request_id": one.pk}),
        "reasons": [("answer", _("To answer it"))],
        "opened": opened.count(),
        "text": shown,
    }


def _colleagues(me: User) -> list[tuple[str, str]]:
    """Those who answer requests and have a key of their own."""
    staff = User.objects.filter(is_active=True, key__isnull=False).exclude(pk=me.pk)
    return [
        (str(user.pk), user.name)
        for user in staff.prefetch_related("roles").order_by("name")
        if user.may(May.ANSWER_REQUESTS)
    ]


@require_POST
@needs(*READERS)
def hand(request: StaffRequest, request_id: str) -> HttpResponse:
    """Hand a request to the colleague who answers."""
    one = get_object_or_404(SubjectRequest, pk=request_id)
    there = reverse("rights:asked", kwargs={"request_id": one.pk})
    if request.unlocked is None:
        return redirect(reverse("staff:unlock", query={"next": there}))
    form = HandForm(request.POST, people=_colleagues(request.user))
    if not form.is_valid():
        raise Refused(
            _("Hand it to somebody who answers requests, and has a key of their own.")
        )
    to = get_object_or_404(User, pk=form.cleaned_data["to"])
    ring = Ring.of(*request.unlocked)
    actions.hand_request(one, to=to, ring=ring, by=request.user)
    tell(request, _("%(name)s can read it now.") % {"name": to.name})
    return redirect(there)


@require_POST
@needs(May.ANSWER_REQUESTS)
def answer(request: StaffRequest, request_id: str) -> HttpResponse:
    """Note that a request was answered, and how."""
    one = get_object_or_404(SubjectRequest, pk=request_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        outcome = SubjectRequest.Outcome(form.cleaned_data["outcome"])
        actions.answer_request(
            one, outcome=outcome, by=request.user, on=timezone.localdate()
        )
        tell(request, _("Noted as answered."))
        return redirect("rights:requests")
    return redirect("rights:asked", request_id=one.pk)


@require_POST
@needs(May.ANSWER_REQUESTS)
def told(request: StaffRequest, to_tell_id: str) -> HttpResponse:
    """Note that a recipient was told of an erasure."""
    one = get_object_or_404(ToTell, pk=to_tell_id)
    actions.recipient_told(one, by=request.user, on=timezone.localdate())
    tell(request, _("Noted: %(name)s was told.") % {"name": one.recipient})
    return redirect("rights:requests")


@needs(May.ANSWER_REQUESTS, May.WORK_ON_CASES)
def holds(request: StaffRequest) -> HttpResponse:
    """Which reports must not expire yet, and when to look at that again."""
    today = timezone.localdate()
    standing = Hold.objects.filter(lifted_on=None)
    rows = [
        {"hold": hold, "is_late": hold.review_on < today}
        for hold in standing.select_related("asked_by", "approved_by").order_by(
            "review_on"
        )
    ]
    may_answer = request.user.may(May.ANSWER_REQUESTS)
    context = {"rows": rows, "may_answer": may_answer}
    return render(request, "rights/holds.html", context)


@needs(May.ANSWER_REQUESTS, May.WORK_ON_CASES)
def ask_hold(request: StaffRequest, report_id: str) -> HttpResponse:
    """Ask that a report does not expire yet; a colleague has to say yes."""
    report = get_object_or_404(Report, pk=report_id)
    form = HoldForm(request.POST or None)
    today = timezone.localdate()
    held = attempt(
        form,
        lambda: actions.ask_hold(
            report, **form.cleaned_data, by=request.user, on=today
        ),
    )
    if held:
        tell(request, _("Asked. It is held when a colleague says yes."))
        return redirect("rights:holds")
    errors = form.errors if form.is_bound else None
    context = {"form": form, "errors": errors, "report": report}
    return render(request, "rights/ask_hold.html", context)


@require_POST
@needs(May.ANSWER_REQUESTS)
def approve_hold(request: StaffRequest, hold_id: str) -> HttpResponse:
    """Be the second hand of a hold."""
    actions.approve_hold(get_object_or_404(Hold, pk=hold_id), by=request.user)
    tell(request, _("Held."))
    return redirect("rights:holds")


@require_POST
@needs(May.ANSWER_REQUESTS, May.WORK_ON_CASES)
def lift_hold(request: StaffRequest, hold_id: str) -> HttpResponse:
    """Let a report expire again."""
    hold = get_object_or_404(Hold, pk=hold_id)
    actions.lift_hold(hold, by=request.user, on=timezone.localdate())
    tell(request, _("Lifted. It expires on its day."))
    return redirect("rights:holds")


@needs(May.ANSWER_REQUESTS, May.WORK_ON_CASES)
def erase(request: StaffRequest, report_id: str) -> HttpResponse:
    """Erase a report because the person asked for it and cannot do it with their code.

    Whoever works on the case knows which report it is, and gives this address to the one
    who answers requests, who erases.
    """
    report = get_object_or_404(Report, pk=report_id)
    form = EraseForm(request.POST or None)
    if form.is_valid():
        case_key = _case_key(request, report)
        actions.erase_report(report, by=request.user, case_key=case_key)
        tell(request, _("Erased, for good."))
        return redirect("rights:requests")
    context = {
        "form": form,
        "report": report,
        "is_counted_still": _case_key(request, report) is None,
        "is_held": Hold.objects.standing().filter(report=report).exists(),
        "may_erase": request.user.may(May.ANSWER_REQUESTS),
        "address": request.build_absolute_uri(),
    }
    return render(request, "rights/erase.html", context)


def _case_key(request: StaffRequest, report: Report) -> bytes | None:
    """The key by which the report's fact is found, for whoever can open it now."""
    if request.unlocked is None:
        return None
    try:
        return Ring.of(*request.unlocked).open_wrap(report.pk, "case")
    except NoKey:
        return None


@needs(May.ANSWER_REQUESTS)
def breaches(request: StaffRequest) -> HttpResponse:
    """What went wrong with personal data, and by when the regulator must know."""
    now = timezone.localtime()
    form = BreachForm(request.POST or None, initial={"aware_at": now})
    recorded = attempt(
        form, lambda: actions.record_breach(**form.cleaned_data, by=request.user)
    )
    if recorded:
        tell(request, _("Written down. The 72 hours run."))
        return redirect("rights:breaches")
    rows = [
        {"breach": one, "due": clocks.breach_due(one.aware_at)}
        for one in Breach.objects.order_by("-aware_at")
    ]
    errors = form.errors if form.is_bound else None
    context = {"form": form, "errors": errors, "rows": rows, "now": now}
    return render(request, "rights/breaches.html", context)


@require_POST
@needs(May.ANSWER_REQUESTS)
def regulator_told(request: StaffRequest, breach_id: str) -> HttpResponse:
    """Note that the regulator was told of a breach, now."""
    breach = get_object_or_404(Breach, pk=breach_id)
    actions.tell_regulator(breach, at=timezone.now(), by=request.user)
    tell(request, _("Noted, with the time."))
    return redirect("rights:breaches")
