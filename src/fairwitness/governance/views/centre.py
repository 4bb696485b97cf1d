"""Who runs the centre, what it promises, what its notice says, what is still missing."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fairwitness.governance import (
    actions,
    countries,
    notices,
    promises,
    readiness,
    recoveries,
)
from fairwitness.governance.forms import (
    AreaForm,
    ControllerForm,
    DeclarationForm,
    HelplineForm,
    PromiseForm,
)
from fairwitness.governance.models import (
    Area,
    Controller,
    Declaration,
    Helpline,
    Notice,
    Promise,
)
from fairwitness.governance.views.showing import show
from fairwitness.staff.asking import attempt
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.staff.views import StaffRequest, needs
from fairwitness.vault.actions import believed


@needs()
def settings(request: StaffRequest) -> HttpResponse:
    """What the centre must say before its doors open; what is missing, and why it matters."""
    lacking = {condition.code for condition in readiness.missing()}
    steps = [
        {
            "condition": condition,
            "is_done": condition.code not in lacking,
            "page": condition.page,
        }
        for condition in readiness.conditions()
    ]
    context = {
        "steps": steps,
        "done": len(steps) - len(lacking),
        "may_govern": request.user.may(May.GOVERN),
        "is_open": not lacking,
    }
    return render(request, "governance/settings.html", context)


@needs(May.GOVERN)
def controller(request: StaffRequest) -> HttpResponse:
    """Say who runs the centre."""
    known = dict(Controller.objects.values().first() or {})
    form = ControllerForm(request.POST or None, initial=known)
    today = timezone.localdate()
    if attempt(
        form, lambda: actions.set_controller(form.row(), by=request.user, on=today)
    ):
        tell(request, _("Written down. It stands on every page from now on."))
        return redirect("governance:settings")
    return show(request, "governance/controller.html", form)


@needs(May.GOVERN)
def declarations(request: StaffRequest) -> HttpResponse:
    """What interests the officers have declared."""
    form = DeclarationForm(
        request.POST or None, initial={"declared_on": timezone.localdate()}
    )
    if attempt(form, lambda: actions.declare(form.row(), by=request.user)):
        tell(request, _("Declared, and published."))
        return redirect("governance:declarations")
    rows = Declaration.objects.order_by("officer", "-declared_on")
    return show(request, "governance/declarations.html", form, rows=rows)


@needs(May.GOVERN)
def promise(request: StaffRequest) -> HttpResponse:
    """Promise by when we read and answer."""
    form = PromiseForm(request.POST or None, initial={"from_on": timezone.localdate()})
    if attempt(form, lambda: actions.promise(**form.cleaned_data, by=request.user)):
        tell(request, _("Promised. Each receipt names the days from now on."))
        return redirect("governance:promise")
    rows = Promise.objects.order_by("-from_on", "-pk")
    due = promises.due(timezone.localdate()) if rows else None
    return show(request, "governance/promise.html", form, rows=rows, due=due)


@needs(May.GOVERN)
def areas(request: StaffRequest) -> HttpResponse:
    """The districts as this centre speaks of them."""
    form = AreaForm(request.POST or None)
    if attempt(form, lambda: actions.add_area(form.row(), by=request.user)):
        tell(request, _("The area stands."))
        return redirect("governance:areas")
    rows = Area.objects.order_by("name")
    return show(request, "governance/areas.html", form, rows=rows)


@needs(May.GOVERN)
def helplines(request: StaffRequest) -> HttpResponse:
    """The help lines that stand on every page."""
    form = HelplineForm(request.POST or None)
    if attempt(form, lambda: actions.add_helpline(form.row(), by=request.user)):
        tell(request, _("The help line stands on every page."))
        return redirect("governance:helplines")
    code = Controller.objects.values_list("country", flat=True).first()
    return show(
        request,
        "governance/helplines.html",
        form,
        rows=Helpline.objects.order_by("name"),
        of_country=countries.country(code).helplines if code else [],
    )


@require_POST
@needs(May.GOVERN)
def remove_helpline(request: StaffRequest, line_id: int) -> HttpResponse:
    """Take a help line off the pages."""
    line = get_object_or_404(Helpline, pk=line_id)
    actions.remove_helpline(line, by=request.user)
    return redirect("governance:helplines")


@needs(May.GOVERN)
def notice(request: StaffRequest) -> HttpResponse:
    """Read the notice in each language, and publish it."""
    if request.method == "POST":
        actions.publish_notice(
            request.POST.get("language", ""),
            by=request.user,
            on=timezone.localdate(),
        )
        tell(request, _("Published. It renews itself when the settings change."))
        return redirect("governance:notice")
    return render(request, "governance/notice.html", {"texts": _texts()})


def _texts() -> list[dict[str, Any]]:
    """The notice in each language as it would be published now; none while rows are missing."""
    try:
        bodies = [notices.build(language) for language in notices.languages()]
    except notices.NoNotice:
        return []
    published = set(
        Notice.objects.filter(pk__in=map(notices.hash_of, bodies)).values_list(
            "pk", flat=True
        )
    )
    return [
        {"body": body, "is_published": notices.hash_of(body) in published}
        for body in bodies
    ]


@needs(May.GOVERN)
def drills(request: StaffRequest) -> HttpResponse:
    """Which keys matter, when their recovery was tried, and what is left to do."""
    today = timezone.localdate()
    context = {
        "rows": recoveries.standings(on=today),
        "left": recoveries.left_to_do(on=today),
        "cards": believed().cards,
    }
    return render(request, "governance/drills.html", context)
