"""The addresses of the gallery, with stand-ins for the doors that components post to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, include, path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from tests.gallery.pages import PAGES


def show(request: HttpRequest, name: str) -> HttpResponse:
    """Draw one page of the gallery."""
    template, context = PAGES[name]
    with translation.override(request.GET.get("language", "en")):
        return render(request, template, context())


@csrf_exempt
def leave(request: HttpRequest) -> HttpResponse:
    """Answer as the real door does: a neutral page that goes on by itself."""
    return render(request, "design/left.html")


@csrf_exempt
def stay(request: HttpRequest, **named: str) -> HttpResponse:
    """Stand in for a page that exists elsewhere."""
    return HttpResponse("<!doctype html><title>elsewhere</title>elsewhere")


def stand_ins(*names: str) -> list[URLPattern]:
    """Give each name a page that stands in for it."""
    return [path(f"{name}/", stay, name=name) for name in names]


front = [
    path("leave/", leave, name="leave"),
    *stand_ins("language", "who_we_are", "figures", "questions", "notice"),
]
urlpatterns = [
    path("front/", include((front, "front"))),
    path("intake/", include((stand_ins("tell"), "intake"))),
    path("casework/", include((stand_ins("inbox", "mine", "due"), "casework"))),
    path("outreach/", include((stand_ins("campaigns"), "outreach"))),
    path("editions/", include((stand_ins("editions"), "figures"))),
    path("governance/", include((stand_ins("settings"), "governance"))),
    path("staff/", include((stand_ins("lock"), "staff"))),
    path("elsewhere", stay),
    path("<str:name>", show, name="show"),
]
