"""What a reporter decides: who may receive it, how they hear of news, what they say of themselves."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from fairwitness.casework.actions import drop_fact
from fairwitness.front import reporter_words as words
from fairwitness.front.reporter import Own
from fairwitness.front.reporter_pages import walk_of
from fairwitness.front.reporter_visits import change, is_sent, onward, visiting
from fairwitness.governance.models import Recipient
from fairwitness.intake import consents, letters
from fairwitness.intake.actions import (
    add_answers,
    add_identity,
    give_consent,
    keep_out_of_count,
    set_news_address,
    withdraw_consent,
)
from fairwitness.surveys import steps
from fairwitness.surveys.questions import Part
from fairwitness.surveys.walks import Act, Walk

LONGEST_LINE = 500


@visiting
def recipient(request: HttpRequest, own: Own, recipient: UUID) -> HttpResponse:
    """Ask, of one organisation, whether it may receive the report."""
    row = get_object_or_404(Recipient.objects.standing(), pk=recipient)
    given = [one for one in own.sections_to_give if one != "identity"]
    today = timezone.localdate()
    if request.method == "POST":
        if request.POST.get("consent") == "yes":
            sections = [*given, "identity"] if "identity" in request.POST else given
            give_consent(
                own.report, code=own.code, recipient=row, sections=sections, on=today
            )
        return redirect(onward(own, request.path))
    until = consents.last_day(own.report, on=today)
    tour = own.visit.contents.get("tour", [])
    context = {
        "recipient": row,
        "own": own,
        "sections": words.named(given),
        "has_identity": "identity" in own.sections_to_give,
        "until": until,
        "wording": consents.wording(row, given, until=until),
        "number": tour.index(request.path) + 1 if request.path in tour else 0,
        "all": len(own.asked()),
        "back_url": reverse("reporter:page"),
        "later_url": onward(own, request.path),
    }
    return render(request, "front/reporter_recipient.html", context)


@visiting
def take_back(request: HttpRequest, own: Own, recipient: UUID) -> HttpResponse:
    """Take a consent back: one button, at once."""
    row = get_object_or_404(Recipient, pk=recipient)
    if request.method == "POST":
        withdraw_consent(
            own.report, code=own.code, recipient=row, on=timezone.localdate()
        )
        change(own, {"taken_back": row.name})
    return redirect("reporter:page")


@visiting
def news(request: HttpRequest, own: Own) -> HttpResponse:
    """Ask how somebody wants to hear that there is something new."""
    address = request.POST.get("address", "").strip()
    subject = request.POST.get("subject", "")
    errors: dict[str, str] = {}
    if is_sent(request):
        if request.POST.get("act") == "forget":
            set_news_address(own.report, news=None, on=timezone.localdate())
            return redirect(onward(own, request.path))
        errors = _news_errors(address, subject)
        if not errors:
            chosen = letters.News(address, subject, translation.get_language() or "")
            set_news_address(own.report, news=chosen, on=timezone.localdate())
            return redirect(onward(own, request.path))
    context = {
        "errors": errors,
        "keeps_words": True,
        "address": address,
        "chosen": subject,
        "subjects": list(letters.SUBJECTS.items()),
        "letter": letters.TEXT,
        "is_set": own.report.news_address is not None,
        "back_url": reverse("reporter:page"),
        "later_url": onward(own, request.path),
    }
    return render(request, "front/reporter_news.html", context)


def _news_errors(address: str, subject: str) -> dict[str, str]:
    errors = {}
    if subject not in letters.SUBJECTS:
        errors["subject"] = _("Choose what the letter is to be called.")
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        errors["address"] = _(
            "Look at the address again. It looks like name@example.org."
        )
    return errors


@visiting
def about(request: HttpRequest, own: Own, step: str = "") -> HttpResponse:
    """A few questions about oneself, one a page; each can be skipped."""
    walk = _about_walk(own)
    here = next((one for one in walk.journey.pages if one.key == step), None)
    if here is None:
        first = walk.journey.pages[0].key if walk.journey.pages else ""
        if not first:
            return redirect("reporter:page")
        return redirect("reporter:about", step=first)
    looked_at: dict[str, Any] = {}
    if request.method == "POST":
        taken = walk.take(here, request.POST)
        change(own, {"about": walk.answers})
        if taken.may_go_on:
            return _about_on(request, own, walk, here.key, taken.act)
        looked_at = steps.looked_at(request, taken)
    context = {
        **steps.question_context(walk, here, **looked_at),
        "has_back": True,
        "later_url": onward(own, reverse("reporter:about")),
    }
    return render(request, "front/reporter_about.html", context)


def _about_walk(own: Own) -> Walk:
    """The questions about oneself, over what was answered before or on this visit."""
    answers = own.visit.contents.get("about")
    if answers is None:
        answers = own.narrative()["answers"]
    known = walk_of(own, answers, Part.ABOUT)
    return walk_of(own, known.journey.prune(), Part.ABOUT)


def _about_on(
    request: HttpRequest, own: Own, walk: Walk, key: str, act: Act
) -> HttpResponse:
    if act is Act.LANGUAGE:
        response = redirect("reporter:about", step=key)
        return steps.in_language(request, response)
    is_back = act is Act.BACK
    journey = walk.journey
    following = journey.previous_page(key) if is_back else journey.next_page(key)
    if following is not None:
        return redirect("reporter:about", step=following.key)
    if is_back:
        return redirect("reporter:page")
    told = own.narrative()
    told["answers"] = {**told["answers"], **walk.journey.prune()}
    add_answers(
        own.report, case_chest=own.case, narrative=told, on=timezone.localdate()
    )
    change(own, {"about": None})
    return redirect(onward(own, reverse("reporter:about")))


@visiting
def who(request: HttpRequest, own: Own) -> HttpResponse:
    """Take what somebody wants us to know of who they are; sealed apart, under two keys."""
    fields = ("name", "contact")
    typed = {field: request.POST.get(field, "").strip() for field in fields}
    errors: dict[str, str] = {}
    if is_sent(request):
        errors = {
            field: _("This is longer than we can take: up to 500 characters.")
            for field, told in typed.items()
            if len(told) > LONGEST_LINE
        }
        if not errors:
            add_identity(
                own.report,
                identity_chest=own.chest("identity"),
                answers={field: told for field, told in typed.items() if told},
                on=timezone.localdate(),
            )
            return redirect("reporter:page")
    context = {
        "errors": errors,
        "typed": typed,
        "keeps_words": True,
        "back_url": reverse("reporter:page"),
    }
    return render(request, "front/reporter_who.html", context)


@visiting
def count(request: HttpRequest, own: Own) -> HttpResponse:
    """Show how the report is counted, and let its reporter keep it out."""
    if request.method == "POST":
        is_kept_out = request.POST.get("act") == "out"
        today = timezone.localdate()
        keep_out_of_count(own.report, is_kept_out=is_kept_out, on=today)
        if is_kept_out:
            drop_fact(own.case.key)
        return redirect("reporter:count")
    context = {
        "own": own,
        "count": words.count_of(own),
        "count_words": own.count_code.words,
        "back_url": reverse("reporter:page"),
    }
    return render(request, "front/reporter_count.html", context)
