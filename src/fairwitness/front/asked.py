"""The public pages of campaigns: the list, one campaign, and what it will show, for the desk."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fairwitness.front.campaigns import launched, page_of
from fairwitness.front.who import register
from fairwitness.outreach.models import Campaign
from fairwitness.outreach.recipients import may_be_written_to
from fairwitness.staff.roles import May
from fairwitness.staff.views import StaffRequest, needs


@login_not_required
@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """Every campaign whose letters have left, also those that were stopped or have ended."""
    return render(request, "front/campaigns.html", {"campaigns": launched()})


@login_not_required
@require_safe
def campaign(request: HttpRequest, name: str) -> HttpResponse:
    """Whom a campaign asked, why, and what came of it. Nothing of a person, and no key."""
    one = get_object_or_404(launched().select_related("source"), name=name)
    today = timezone.localdate()
    context = {**page_of(one, on=today), "register": register(today)}
    return render(request, "front/campaign.html", context)


@needs(May.RUN_CAMPAIGNS)
@require_safe
def preview(request: StaffRequest, name: str) -> HttpResponse:
    """What the public will see of a campaign once its letters have left, or sees already."""
    one = get_object_or_404(Campaign.objects.select_related("source"), name=name)
    today = timezone.localdate()
    context = {**page_of(one, on=today), "register": register(today)}
    is_draft = one.state == Campaign.State.DRAFT
    if is_draft:
        context["invited"] = may_be_written_to(one).count()
    return render(request, "front/campaign.html", {**context, "is_draft": is_draft})
