"""The desk of what leaves and what comes back: the pace of letters, another try, the tray."""

from django.conf import settings
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from fairwitness.outreach.actions import set_pace, try_again
from fairwitness.outreach.actions.fates import the_pace
from fairwitness.outreach.models import Campaign
from fairwitness.outreach.pace_form import PaceForm
from fairwitness.outreach.speed import MailDay, Pace
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.staff.views import StaffRequest, needs


@needs(May.RUN_CAMPAIGNS)
def pace(request: StaffRequest) -> HttpResponse:
    """Say how fast letters leave, and when none does."""
    form = PaceForm(request.POST or None, initial=model_to_dict(the_pace()))
    if form.is_valid():
        set_pace(Pace(**form.cleaned_data), by=request.user)
        tell(request, _("The worker follows it from the next letters on."))
        return redirect("outreach:pace")
    today = MailDay.objects.filter(day=timezone.localdate()).first()
    context = {
        "form": form,
        "today": today.letters if today else 0,
        "zone": settings.TIME_ZONE,
    }
    return render(request, "outreach/pace.html", context)


@require_POST
@needs(May.RUN_CAMPAIGNS)
def again(request: StaffRequest, name: str) -> HttpResponse:
    """Let letters wait anew that a mail server refused."""
    number = try_again(get_object_or_404(Campaign, name=name), by=request.user)
    sentence = ngettext(
        "%(number)s letter waits again.", "%(number)s letters wait again.", number
    )
    tell(request, sentence % {"number": number})
    return redirect("outreach:campaign", name=name)
