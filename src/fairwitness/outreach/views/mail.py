"""The desk of mail that arrives: each record to copy, what was found of it, and a test letter that is read back."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from fairwitness.outreach import letterbox
from fairwitness.outreach.actions.checking import (
    BACK,
    LETTER,
    check_records,
    read_back,
)
from fairwitness.outreach.actions.trying import ask_trial
from fairwitness.outreach.checked import MailCheck, TrialLetter
from fairwitness.outreach.mail_forms import LARGEST, BroughtForm, CarrierForm, TrialForm
from fairwitness.outreach.preflight.records import Sender, record_of
from fairwitness.outreach.sender import the_sender, why_not
from fairwitness.outreach.ways import checks_of_now
from fairwitness.staff.asking import attempt, posted, takes_up_to
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.staff.views import StaffRequest, needs

FORM_BYTES = 10_000  # what a post holds beside the letter
TRIALS_SHOWN = 5
TITLES: dict[str, tuple[str | Promise, str | Promise]] = {
    "spf": (
        gettext_lazy("Who may send for you (SPF)"),
        gettext_lazy("Names the machines that carry your letters."),
    ),
    "dkim": (
        gettext_lazy("The signature on each letter (DKIM)"),
        gettext_lazy("Shows that a letter is yours and was not changed."),
    ),
    "dmarc": (
        gettext_lazy("What becomes of forged letters (DMARC)"),
        gettext_lazy("Tells others to refuse what somebody sends in your name."),
    ),
    "return": (
        gettext_lazy("The way back (return path)"),
        gettext_lazy("Letters that cannot be delivered come back there."),
    ),
    "name": (
        gettext_lazy("The name of your mail server (PTR)"),
        gettext_lazy("Others ask whether its address has the name that it says."),
    ),
}


@dataclass(frozen=True)
class Step:
    """One row of the overview."""

    name: str
    title: str | Promise
    hint: str | Promise
    kept: MailCheck | None


@needs(May.RUN_CAMPAIGNS)
def mail(request: StaffRequest) -> HttpResponse:
    """Show what stands between us and letters that arrive. Nothing is looked up here."""
    sender, kept = the_sender(), checks_of_now()
    context = {
        **_who(sender),
        "steps": [Step(name, *TITLES[name], kept.get(name)) for name in TITLES],
        "letter": _letter_step(kept),
        "because": why_not(),
    }
    return render(request, "outreach/mail.html", context)


@needs(May.RUN_CAMPAIGNS)
def step(request: StaffRequest, name: str) -> HttpResponse:
    """Show one record to copy, what was found of it, and who can set it."""
    if name not in TITLES:
        raise Http404
    sender, kept = the_sender(), checks_of_now().get(name)
    form = CarrierForm(request.GET or None)
    carrier = form.cleaned_data["carrier"] if form.is_valid() else ""
    stands = kept.found if kept and kept.found.startswith("v=spf1") else ""
    stands = "" if " | " in stands else stands
    context = {
        **_who(sender),
        "step": Step(name, *TITLES[name], kept),
        "record": record_of(name, sender, carrier=carrier, found=stands),
        "stands": stands,
        "form": form if name == "spf" and not sender.machine else None,
        "because": why_not(),
    }
    return render(request, "outreach/mail_step.html", context)


@require_POST
@needs(May.RUN_CAMPAIGNS)
def check(request: StaffRequest) -> HttpResponse:
    """Look every record up now."""
    check_records(by=request.user, on=timezone.localdate())
    tell(request, _("Looked up just now."))
    back = request.POST.get("step", "")
    if back in TITLES:
        return redirect("outreach:mail_step", name=back)
    return redirect("outreach:mail")


@needs(May.RUN_CAMPAIGNS)
def letter(request: StaffRequest) -> HttpResponse:
    """Ask for a test letter, and show what was read from the last one."""
    form = TrialForm(request.POST or None)
    trial = attempt(form, lambda: _asked(form, request), field="address")
    if trial:
        tell(request, _("The worker sends it within seconds."))
        return redirect("outreach:mail_letter")
    kept = checks_of_now()
    trials = TrialLetter.objects.order_by("-asked_on", "pk")
    context = {
        **_who(the_sender()),
        "form": form,
        "read": [
            (title, one)
            for title, one in (
                (_("The letter that was brought back"), kept.get(LETTER)),
                (_("The letter that came back by itself"), kept.get(BACK)),
            )
            if one
        ],
        "trials": trials[:TRIALS_SHOWN],
        "has_letterbox": letterbox.is_set(),
    }
    return render(request, "outreach/mail_letter.html", context)


@require_POST
@needs(May.RUN_CAMPAIGNS)
def to_ourselves(request: StaffRequest) -> HttpResponse:
    """Send a test letter to our own return path."""
    ask_trial("", by=request.user, on=timezone.localdate())
    tell(
        request, _("The worker sends it within seconds, and reads it when it is back.")
    )
    return redirect("outreach:mail_letter")


@takes_up_to(LARGEST + FORM_BYTES)
@needs(May.RUN_CAMPAIGNS)
def bring(request: StaffRequest) -> HttpResponse:
    """Read a test letter that somebody got. It is not kept."""
    form = BroughtForm(*posted(request))
    today = timezone.localdate()
    if attempt(
        form,
        lambda: read_back(form.content(), by=request.user, on=today),
        field="file",
    ):
        tell(request, _("The letter was read, and not kept."))
        return redirect("outreach:mail_letter")
    return render(request, "outreach/mail_bring.html", {"form": form})


def _asked(form: TrialForm, request: StaffRequest) -> TrialLetter:
    typed = form.cleaned_data["address"]
    return ask_trial(typed, by=request.user, on=timezone.localdate())


def _letter_step(kept: dict[str, MailCheck]) -> Step:
    title = _("A test letter")
    hint = _("Shows what another provider makes of your letters.")
    return Step("letter", title, hint, kept.get(LETTER) or kept.get(BACK))


def _who(sender: Sender) -> dict[str, Any]:
    """By whom and how letters leave, for every page."""
    return {
        "sender": sender,
        "mail_from": settings.MAIL_FROM,
        "port": settings.EMAIL_PORT,
        "is_encrypted": settings.EMAIL_USE_TLS,
        "maildir": bool(settings.RETURNS_MAILDIR),
        "imap": settings.RETURNS_IMAP,
    }
