"""The desk's pages of editions: ask for one, look at it, publish it, throw it away."""

from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from fairwitness.figures.actions import (
    ask_for_edition,
    discard_edition,
    folder_of,
    publish_edition,
)
from fairwitness.figures.forms import AskForm, PublishForm
from fairwitness.figures.manifest import MANIFEST
from fairwitness.figures.models import Edition
from fairwitness.figures.verify import verify_edition
from fairwitness.staff.guard import StaffRequest, needs
from fairwitness.staff.roles import May

LOOKS = (May.DRAFT_EDITIONS, May.PUBLISH_EDITIONS)


@needs(*LOOKS)
def editions(request: StaffRequest) -> HttpResponse:
    """Every edition, and the form that asks for the next."""
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ask_for_edition(**form.cleaned_data, by=request.user, on=timezone.localdate())
        return redirect("figures:editions")
    context = {
        "editions": Edition.objects.order_by("-number"),
        "form": form,
        "may_ask": request.user.may(May.DRAFT_EDITIONS),
    }
    return render(request, "figures/editions.html", context)


@needs(*LOOKS)
def edition(request: StaffRequest, number: int) -> HttpResponse:
    """One edition: what is in it, whether it verifies, and publishing it."""
    one = get_object_or_404(Edition, number=number)
    form = PublishForm(request.POST or None, number=number)
    if request.method == "POST" and form.is_valid():
        publish_edition(one, by=request.user, on=timezone.localdate())
        return redirect("figures:edition", number=number)
    context = {
        "edition": one,
        "form": form,
        "findings": list(_findings(one)),
        "is_own": one.drafted_by_id == request.user.pk,
        "may_publish": request.user.may(May.PUBLISH_EDITIONS),
        "may_discard": request.user.may(May.DRAFT_EDITIONS),
    }
    return render(request, "figures/edition.html", context)


def _findings(one: Edition) -> Iterator[dict[str, str]]:
    """What verifying finds in the folder, each as a row."""
    if not (folder_of(one) / MANIFEST).is_file():
        return
    for finding in verify_edition(folder_of(one)):
        yield {
            "level": finding.level.value,
            "where": finding.table or finding.code,
            "words": finding.message,
        }


@needs(*LOOKS)
def paper(request: StaffRequest, number: int) -> HttpResponse:
    """The edition on paper, to be read before it is published."""
    del request
    place = folder_of(get_object_or_404(Edition, number=number)) / "edition.pdf"
    if not place.is_file():
        raise Http404
    return HttpResponse(place.read_bytes(), content_type="application/pdf")


@require_POST
@needs(May.DRAFT_EDITIONS)
def discard(request: StaffRequest, number: int) -> HttpResponse:
    """Throw away an edition that nobody has published."""
    discard_edition(get_object_or_404(Edition, number=number), by=request.user)
    return redirect("figures:editions")
