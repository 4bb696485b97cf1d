"""What a person sees while a database, the keystore or a disk fails: a page that needs none of them."""

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fairwitness.front.kept import keep

FAULTS = (Error, OSError)  # of a database, of a disk; both may be over in a minute


def cannot_now(request: HttpRequest) -> HttpResponse:
    """Answer while something of ours fails: what was posted comes back, filled."""
    if request.method == "POST":
        return keep(request, because="unsaved", status=503)
    return render(request, "not_now.html", status=503)
