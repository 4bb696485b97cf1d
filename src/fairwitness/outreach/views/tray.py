"""The tray at the desk: mail that came back and that no rule understands. Addresses are masked."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from fairwitness.outreach import letterbox
from fairwitness.outreach.actions.tray import Verdict, open_returned, settle_returned
from fairwitness.outreach.tray import ReturnedMail
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.staff.views import StaffRequest, needs

DONE = {
    Verdict.BOUNCED: gettext_lazy("That address is not written to again."),
    Verdict.STOP: gettext_lazy("That person is not written to again."),
    Verdict.ASIDE: gettext_lazy("It is put aside and deleted."),
}


@needs(May.RUN_CAMPAIGNS)
def tray(request: StaffRequest) -> HttpResponse:
    """List what waits to be read: the day, and whether it names a letter of ours."""
    rows = ReturnedMail.objects.select_related("letter__wave__campaign")
    context = {
        "mails": rows.order_by("came_on", "pk"),
        "has_box": letterbox.is_set(),
    }
    return render(request, "outreach/tray.html", context)


@needs(May.RUN_CAMPAIGNS)
def returned(request: StaffRequest, mail_id: UUID) -> HttpResponse:
    """Read one mail, and say what it is."""
    mail = get_object_or_404(
        ReturnedMail.objects.select_related("letter__wave__campaign"), pk=mail_id
    )
    if request.unlocked is None:
        return _unlock(mail_id)
    _key, private = request.unlocked
    opened = open_returned(mail, by=request.user, private=private)
    return render(request, "outreach/returned.html", {"mail": mail, "shown": opened})


@require_POST
@needs(May.RUN_CAMPAIGNS)
def settle(request: StaffRequest, mail_id: UUID, verdict: str) -> HttpResponse:
    """Do what somebody says who has read it."""
    mail = get_object_or_404(ReturnedMail, pk=mail_id)
    if verdict not in set(Verdict):
        raise Http404
    if request.unlocked is None:
        return _unlock(mail_id)
    _key, private = request.unlocked
    said, today = Verdict(verdict), timezone.localdate()
    settle_returned(mail, said, by=request.user, private=private, on=today)
    tell(request, str(DONE[said]))
    return redirect("outreach:tray")


def _unlock(mail_id: UUID) -> HttpResponse:
    there = reverse("outreach:returned", kwargs={"mail_id": mail_id})
    return redirect(reverse("staff:unlock", query={"next": there}))
