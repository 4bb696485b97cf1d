"""Requests that are not read: meant for another house, too large, too slow, or not understood."""

from collections.abc import Callable

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fairwitness.front.doorstep import REFUSED, TOO_LARGE

NOT_UNDERSTOOD = 400
MOST_ASKED = 100  # names after the ? of an address; no page of ours has more than a few
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


class OursAndWhole:
    """Lets in only what is meant for this house, and has arrived whole."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.get_host()  # a name that is not ours ends here
        refused = request.META.get(REFUSED)
        if not refused and not _is_number(request.META.get("CONTENT_LENGTH") or "0"):
            refused = NOT_UNDERSTOOD  # Django would fall over it while reading the body
        asked = request.META.get("QUERY_STRING", "")
        if not refused and asked.count("&") >= MOST_ASKED:
            refused = TOO_LARGE
            request.META["QUERY_STRING"] = ""  # the page that says so reads it as well
        if refused:
            return render(request, "400.html", status=refused)
        return self.get_response(request)


def _is_number(length: str) -> bool:
    return length.isascii() and length.isdecimal()


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django calls this for what it will not read; more than fits is told apart (RFC 9110, 15.5.14)."""
    is_too_much = isinstance(exception, TOO_MUCH)
    return render(
        request, "400.html", status=TOO_LARGE if is_too_much else NOT_UNDERSTOOD
    )
