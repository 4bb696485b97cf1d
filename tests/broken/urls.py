"""Pages that break: by a bug, by the database, in the midst of an answer, and altogether."""

import os
from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


def _told(request: HttpRequest) -> str:
    return str(request.POST["told"])


@login_not_required
@csrf_exempt
def bug(request: HttpRequest) -> HttpResponse:
    """Fail with words in hand."""
    in_hand = _told(request)
    raise RuntimeError(in_hand)


@login_not_required
@csrf_exempt
def fault(request: HttpRequest) -> HttpResponse:
    """Let the database fail with words in a statement."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO nowhere VALUES (%s)", [_told(request)])
    return HttpResponse()


@login_not_required
@csrf_exempt
def midst(request: HttpRequest) -> StreamingHttpResponse:
    """Fail after the answer has begun."""
    in_hand = _told(request)

    def broken_off() -> Iterator[bytes]:
        yield b"It began."
        raise RuntimeError(in_hand)

    return StreamingHttpResponse(broken_off())


@login_not_required
@csrf_exempt
def crash(request: HttpRequest) -> HttpResponse:
    """Let the whole process die as a fault in a library would."""
    in_hand = _told(request)
    os.abort()
    return HttpResponse(in_hand)


urlpatterns = [
    path("bug", bug),
    path("fault", fault),
    path("midst", midst),
    path("crash", crash),
    path("", include("fairwitness.urls")),
]
