"""The desk for whoever asks about their address without a letter of ours: by post, phone, or a mail."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fairwitness.outreach.actions.asked import Ask, asks_for, do_as_asked
from fairwitness.outreach.asked_form import AskedForm
from fairwitness.staff.asking import attempt, posted
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.staff.views import StaffRequest, needs

DONE = {
    Ask.LEAVE: _("No letter goes to that address any more."),
    Ask.FORGET: _("If we held it, it is forgotten. No letter goes there any more."),
    Ask.COPY: _("If we hold it, the copy leaves within minutes, to that very address."),
}


@needs(May.RUN_CAMPAIGNS, May.ANSWER_REQUESTS)
def asked(request: StaffRequest) -> HttpResponse:
    """Take an address and what its owner asks; nobody learns whether we hold it."""
    form = AskedForm(*posted(request), asks=asks_for(request.user))
    if attempt(form, lambda: _done(form, request), field="address"):
        return redirect("outreach:asked")
    return render(request, "outreach/asked.html", {"form": form})


def _done(form: AskedForm, request: StaffRequest) -> bool:
    ask, today = Ask(form.cleaned_data["ask"]), timezone.localdate()
    do_as_asked(form.cleaned_data["address"], ask, by=request.user, on=today)
    tell(request, str(DONE[ask]))
    return True
