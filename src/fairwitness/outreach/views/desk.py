"""The desk of campaigns: sources, imports, the check, the launch. Counts, no addresses."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from fairwitness.governance.readiness import door
from fairwitness.outreach import bases
from fairwitness.outreach.accounts import account_of
from fairwitness.outreach.actions import (
    add_source,
    close_campaign,
    keep_warning,
    launch_wave,
    pause_campaign,
    resume_campaign,
)
from fairwitness.outreach.forms import (
    BasisForm,
    KeepForm,
    SourceForm,
)
from fairwitness.outreach.forwarding import forwarding_of
from fairwitness.outreach.kept import Told, with_reasons
from fairwitness.outreach.launch_forms import CloseForm, LaunchForm
from fairwitness.outreach.marking import drawn, elsewhere, marked_texts
from fairwitness.outreach.models import Basis, Campaign, Source
from fairwitness.outreach.preflight.campaign import preflight, unchecked
from fairwitness.outreach.recipients import (
    LAST_WAVE,
    count_of,
    may_be_written_to,
    next_wave,
    to_type,
)
from fairwitness.outreach.trouble import trouble_of
from fairwitness.staff.asking import posted
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.staff.views import StaffRequest, needs

CHANGES = {
    "pause": pause_campaign,
    "resume": resume_campaign,
}


@needs(May.RUN_CAMPAIGNS)
def campaigns(request: StaffRequest) -> HttpResponse:
    """List the campaigns, the newest first."""
    rows = Campaign.objects.select_related("source").order_by("-period_from", "name")
    return render(request, "outreach/campaigns.html", {"campaigns": rows})


@needs(May.RUN_CAMPAIGNS)
def campaign(request: StaffRequest, name: str) -> HttpResponse:
    """Show one campaign: what the check found, and what became of every letter."""
    one = get_object_or_404(Campaign.objects.select_related("source"), name=name)
    told = with_reasons(one, preflight(one, on=timezone.localdate()))
    following = next_wave(one)
    context = {
        "campaign": one,
        "findings": elsewhere(one, told),
        "passed": "" if told else _("Every check passed."),
        "texts": marked_texts(one, told),
        "open": sum(found.is_open for found in told),
        "unchecked": ", ".join(unchecked(one)),
        "may": _may_be_invited(one),
        "waves": [account_of(wave) for wave in one.waves.order_by("number")],
        "forwarding": forwarding_of(one, on=timezone.localdate()),
        "following": following,
        "trouble": trouble_of(one),
        "may_launch": _may_launch(one, following, told),
        "changes": _changes(one),
    }
    return render(request, "outreach/campaign.html", context)


def _may_be_invited(one: Campaign) -> int | None:
    """To how many a draft may write. Nobody counts a list anew whose letters have left."""
    is_draft = one.state == Campaign.State.DRAFT
    return may_be_written_to(one).count() if is_draft else None


def _may_launch(one: Campaign, following: int, told: list[Told]) -> bool:
    wanted = Campaign.State.DRAFT if following == 1 else Campaign.State.RUNNING
    is_stopped = any(found.is_open for found in told)
    return one.state == wanted and not is_stopped and following <= LAST_WAVE


def _changes(one: Campaign) -> list[tuple[str, str]]:
    """What can be done and undone with a campaign that has been launched."""
    if one.state == Campaign.State.RUNNING:
        return [("pause", _("Pause"))]
    if one.state == Campaign.State.PAUSED:
        return [("resume", _("Go on"))]
    return []


@door
@needs(May.RUN_CAMPAIGNS)
def launch(request: StaffRequest, name: str) -> HttpResponse:
    """Say how many letters leave, and launch them once that number is typed."""
    one = get_object_or_404(Campaign, name=name)
    number = next_wave(one)
    letters = count_of(one, number=number)
    wanted = to_type(letters, number=number)
    form = LaunchForm(*posted(request))
    if form.is_valid():
        expected = form.cleaned_data["number"]
        launch_wave(one, number=number, by=request.user, expected=expected)
        tell(request, _waiting(number, letters=expected))
        return redirect("outreach:campaign", name=name)
    context = {
        "campaign": one,
        "letters": wanted,
        "is_reminder": number > 1,
        "is_few": number > 1 and letters < wanted,
        "form": form,
    }
    return render(request, "outreach/launch.html", context)


def _waiting(number: int, *, letters: int) -> str:
    """What is said of a wave that was just launched."""
    if number > 1:
        return _("The reminders wait to be handed over.")
    sentence = ngettext(
        "%(number)s letter waits to be handed over.",
        "%(number)s letters wait to be handed over.",
        letters,
    )
    return sentence % {"number": letters}


@require_POST
@needs(May.RUN_CAMPAIGNS)
def change(request: StaffRequest, name: str, step: str) -> HttpResponse:
    """Pause a campaign, or go on."""
    if step not in CHANGES:
        raise Http404
    CHANGES[step](get_object_or_404(Campaign, name=name), by=request.user)
    return redirect("outreach:campaign", name=name)


@needs(May.RUN_CAMPAIGNS)
def close(request: StaffRequest, name: str) -> HttpResponse:
    """Say what ends with a campaign, and end it once its short name is typed."""
    one = get_object_or_404(Campaign, name=name)
    if not _changes(one):
        return redirect("outreach:campaign", name=name)
    form = CloseForm(*posted(request), name=one.name)
    if form.is_valid():
        close_campaign(one, by=request.user)
        tell(request, _("The campaign is closed."))
        return redirect("outreach:campaign", name=name)
    return render(request, "outreach/close.html", {"campaign": one, "form": form})


@needs(May.RUN_CAMPAIGNS)
def keep(request: StaffRequest, name: str, mark: str) -> HttpResponse:
    """Let a warning of the check stand, for a reason that is published."""
    one = get_object_or_404(Campaign.objects.select_related("source"), name=name)
    warnings = preflight(one, on=timezone.localdate())
    found = next((each for each in warnings if each.mark == mark), None)
    if found is None:
        raise Http404
    form = KeepForm(*posted(request))
    if form.is_valid():
        keep_warning(one, found, reason=form.cleaned_data["reason"], by=request.user)
        tell(request, _("The warning stands, and so does the reason, in public."))
        return redirect("outreach:campaign", name=name)
    shown = {**drawn(Told(found), one), "url": "", "keep_url": ""}
    context = {"campaign": one, "findings": [shown], "form": form}
    return render(request, "outreach/keep.html", context)


@needs(May.RUN_CAMPAIGNS)
def sources(request: StaffRequest) -> HttpResponse:
    """List where addresses came from."""
    rows = Source.objects.order_by("-given_on", "code")
    return render(request, "outreach/sources.html", {"sources": rows})


@needs(May.RUN_CAMPAIGNS)
def add(request: StaffRequest) -> HttpResponse:
    """Take down where addresses come from: the route first, then what that route needs."""
    chosen = BasisForm(request.GET or None)
    if not chosen.is_valid():
        return render(request, "outreach/basis.html", {"form": chosen})
    basis = chosen.cleaned_data["basis"]
    rule = bases.rule_for(basis, bases.country_of_the_centre())
    if rule is None:
        chosen.add_error("basis", _("This route does not exist in your country."))
        return render(request, "outreach/basis.html", {"form": chosen})
    form = SourceForm(*posted(request), basis=basis, rule=rule)
    if form.is_valid():
        one = add_source(form.source(), by=request.user, on=timezone.localdate())
        return redirect("outreach:source", code=one.code)
    context = {"form": form, "rule": rule, "route": Basis(basis).label}
    return render(request, "outreach/add_source.html", context)
