"""The public pages: who we are, notice, policy, questions, figures, a report names you."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from fairwitness.front import who
from fairwitness.front.once import id_of_post
from fairwitness.front.public_forms import QuestionForm, RequestForm
from fairwitness.governance import notices
from fairwitness.governance.actions import ask_question
from fairwitness.governance.models import Notice, Question
from fairwitness.governance.readiness import door
from fairwitness.rights.actions import receive_request
from fairwitness.rights.clocks import due
from fairwitness.rights.models import SubjectRequest
from fairwitness.rights.policy import read_policy
from fairwitness.staff.asking import attempt


@login_not_required
@require_safe
def who_we_are(request: HttpRequest) -> HttpResponse:
    """Who runs this, with which interests, where it lies, who may receive, what became of it."""
    one = who.controller()
    if one is None:
        return render(request, "not_open.html", status=503)
    register = who.register(timezone.localdate())
    context = {**who.about(one), "register": register}
    return render(request, "front/who_we_are.html", context)


@login_not_required
@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """What we do with what people tell us, as it is shown today."""
    shown = notices.current(get_language() or "en")
    return render(request, "front/notice.html", {"notice": shown, "is_today": True})


@login_not_required
@require_safe
def notice_as_told(request: HttpRequest, hash_of: str) -> HttpResponse:
    """The notice that somebody was shown on an earlier day, by its hash."""
    told = get_object_or_404(Notice, pk=hash_of)
    return render(request, "front/notice.html", {"notice": told, "is_today": False})


@login_not_required
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """How long we keep what: the policy itself, as it is carried out every night."""
    tables = read_policy().values()
    return render(request, "front/policy.html", {"tables": tables})


@login_not_required
def named(request: HttpRequest) -> HttpResponse:
    """A report names you? What is never published, what one may ask, a form without an account."""
    form = RequestForm(request.POST or None)
    today = timezone.localdate()
    asked = attempt(
        form,
        lambda: receive_request(
            SubjectRequest.Kind(form.cleaned_data["kind"]),
            text=form.cleaned_data["text"],
            reach=form.cleaned_data["reach"],
            on=today,
            once=id_of_post(request),
        ),
    )
    if asked:
        return redirect("front:received")
    context = {
        "form": form,
        "errors": form.errors if form.is_bound else None,
        "due": due(today),
    }
    return render(request, "front/named.html", context)


@login_not_required
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """That a request has arrived, and by when we answer."""
    return render(request, "front/received.html", {"due": due(timezone.localdate())})


def _show_questions(request: HttpRequest, form: QuestionForm) -> HttpResponse:
    today = timezone.localdate()
    unread = Question.objects.filter(state=Question.State.UNREAD).order_by("asked_on")
    shown = Question.objects.filter(
        state__in=[Question.State.SHOWN, Question.State.ANSWERED]
    )
    context = {
        "rows": [
            {"question": one, "days": (today - one.asked_on).days}
            for one in shown.order_by("answered_on", "-asked_on")
        ],
        "unread": [(today - one.asked_on).days for one in unread],
        "declined": Question.objects.filter(state=Question.State.DECLINED).count(),
        "register": who.register(today),
        "form": form,
        "errors": form.errors if form.is_bound else None,
    }
    return render(request, "front/questions.html", context)


@login_not_required
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Each question with its answer, or with the days it has waited."""
    return _show_questions(request, QuestionForm())


@login_not_required
@require_POST
@door
def ask(request: HttpRequest) -> HttpResponse:
    """Take a question from the public."""
    form = QuestionForm(request.POST)
    today = timezone.localdate()
    asked = attempt(
        form,
        lambda: ask_question(
            form.cleaned_data["text"], on=today, once=id_of_post(request)
        ),
    )
    if asked:
        return redirect("front:asked")
    return _show_questions(request, form)


@login_not_required
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """That a question has arrived."""
    return render(request, "front/asked.html")
