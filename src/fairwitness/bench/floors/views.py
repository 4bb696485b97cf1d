"""Fixed pages, one row, and a sealed report in one request."""

from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from fairwitness.bench import actions
from fairwitness.governance.readiness import door

BESIDE_TEXT = 121  # bytes of a page that are its token


@lru_cache(maxsize=64)
def _fixed(size: int) -> Any:
    text = "a fixed page, " * (size // 14 + 1)
    return engines["django"].from_string(
        f"{{% csrf_token %}}{text[: max(size - BESIDE_TEXT, 0)]}"
    )


@login_not_required
@door
def page(request: HttpRequest, size: int) -> HttpResponse:
    """A page of this size."""
    return HttpResponse(_fixed(size).render({}, request))


@login_not_required
@door
def step(
    request: HttpRequest, size: int, row: str, *, is_last: bool = False
) -> HttpResponse:
    """Write one row of 2 kB, the last time durably, and lead on to a page of this size."""
    actions.write_row(row, is_durable=is_last)
    return redirect(f"/floor/page/{size}/")


@login_not_required
@door
def page_after_row(request: HttpRequest, size: int, row: str) -> HttpResponse:
    """Write one row of 2 kB durably, and answer with a page of this size."""
    actions.write_row(row, is_durable=True)
    return HttpResponse(_fixed(size).render({}, request))


@csrf_exempt
def bare(request: HttpRequest, size: int) -> HttpResponse:
    """A page of this size, made of nothing."""
    return HttpResponse(b"a" * size)


@login_not_required
@door
def single(request: HttpRequest) -> HttpResponse:
    """Take a report in one request: seal it, keep it durably, answer with its code.

    No page of the house does this: people see what they send before they send it. It is
    what a centre could at most take, through the same middleware and the same action.
    """
    if request.method != "POST":
        return HttpResponse(_fixed(500).render({}, request))
    code = actions.take_report(request.POST["what"], on=timezone.localdate())
    return HttpResponse(" ".join(code.words))
