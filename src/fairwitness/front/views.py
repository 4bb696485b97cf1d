"""The ways in and out of the house: first page, leaving quickly, languages, kept words."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from django.views.defaults import server_error

from fairwitness.front.faults import FAULTS, cannot_now
from fairwitness.front.kept import keep
from fairwitness.governance.context import load
from fairwitness.governance.promises import months_after

SEE_OTHER = 303
SECURITY_MONTHS = 6


@login_not_required
def kept(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django calls this when a form's token has ended; nothing typed is lost."""
    del reason
    return keep(request, because="away", status=403)


@login_not_required
def fault(request: HttpRequest) -> HttpResponse:
    """Django calls this when something failed that no view and no middleware has explained."""
    if isinstance(sys.exception(), FAULTS):
        return cannot_now(request)
    return server_error(request)


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and three ways in."""
    return render(request, "front/home.html")


@login_not_required
@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """What we cannot promise."""
    return render(request, "front/limits.html")


@login_not_required
@csrf_exempt
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End everything that this browser holds of us, and go to a neutral site.

    The way leads over a page of our own: a browser that obeys `form-action 'self'` would
    not follow a form straight to another site. Without a form token, so that it always
    works; a foreign page that posts here can at most end a sitting.
    """
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        request.session.flush()
    response = HttpResponseRedirect(reverse("front:left"), status=SEE_OTHER)
    for name in request.COOKIES:
        for path in ("/", "/desk"):
            response.delete_cookie(name, path=path, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@login_not_required
@require_safe
def left(request: HttpRequest) -> HttpResponse:
    """An empty page that goes on by itself to the neutral site."""
    return render(request, "design/left.html")


@login_not_required
@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from the next page on, and go back to where the person was."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    back = wanted if is_ours and wanted.startswith("/") else reverse("front:home")
    response = HttpResponseRedirect(back, status=SEE_OTHER)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE,
            chosen,
            secure=settings.IS_HTTPS,
            httponly=True,
            samesite="Strict",
        )
    return response


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Only the first page may be listed by search engines."""
    del request
    text = "User-agent: *\nAllow: /$\nDisallow: /\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """The quiet icon, for pages that name none: browsers ask for it by this name."""
    del request
    return HttpResponseRedirect(static("fairwitness/icon.svg"))


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a hole in this house (RFC 9116)."""
    del request
    centre = load()
    if not centre.email:
        raise Http404
    expires = months_after(timezone.localdate().replace(day=1), SECURITY_MONTHS)
    languages = ", ".join(code for code, _name in settings.LANGUAGES)
    lines = (
        f"Contact: mailto:{centre.email}",
        f"Expires: {expires.isoformat()}T00:00:00Z",
        f"Preferred-Languages: {languages}",
        f"Canonical: {settings.BASE_URL}{reverse('front:security_txt')}",
    )
    text = "".join(f"{line}\n" for line in lines)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
