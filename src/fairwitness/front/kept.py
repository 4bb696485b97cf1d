"""A page that could not be taken comes back with everything that was typed, and one button."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Because = Literal["away", "unsaved", "closed"]
NOT_SHOWN = {"csrfmiddlewaretoken"}
DESK = "/desk/"  # where people sign in; what is secret there has "pass" in its name


def keep(request: HttpRequest, *, because: Because, status: int) -> HttpResponse:
    """Answer with the posted fields in a form that sends them again.

    Staff pages never give passwords back; those fields are left out. A questionnaire may
    call its questions as it likes. A file cannot be given back: the page asks for it again.
    """
    has_secrets = request.path.startswith(DESK)
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_SHOWN and not (has_secrets and "pass" in name)
        for value in values
    ]
    context = {
        "fields": fields,
        "has_files": bool(request.FILES),
        "action": request.path,
        "because": because,
    }
    return render(request, "kept.html", context, status=status)
