"""What every request meets on its way in and out: doors, refusals, kept words, quiet headers."""

import logging
from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from fairwitness.front.faults import FAULTS, cannot_now
from fairwitness.front.kept import DESK, keep
from fairwitness.governance.readiness import is_open
from fairwitness.refusal import NotOpen, Refused

Next = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)
NOT_NOW = 503
RETRY_AFTER = "30"  # seconds

# What could tell who somebody is. It goes before any code of ours runs (MIN-6).
TELLTALE = {"REMOTE_ADDR", "REMOTE_HOST", "REMOTE_USER", "HTTP_USER_AGENT"}
KEPT_HEADERS = {
    "HTTP_HOST",
    "HTTP_COOKIE",
    "HTTP_ORIGIN",
    "HTTP_REFERER",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_HX_REQUEST",
    "HTTP_RANGE",
}


class ForgetVisitor:
    """Takes the address and every telling header off a request before anything sees it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in list(request.META):
            is_header = name.startswith("HTTP_") and name not in KEPT_HEADERS
            if is_header or name in TELLTALE:
                del request.META[name]
        return self.get_response(request)


class ContentPolicy(CSPMiddleware):
    """Sends the house's Content-Security-Policy, written down once; a page may have its own."""

    def __init__(self, get_response: Next) -> None:
        super().__init__(get_response)
        self.policy = build_policy()

    def process_request(self, request: HttpRequest) -> None:
        """Nothing to prepare: no page of ours has a nonce."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add the policy."""
        if any(name.startswith("_csp") for name in vars(response)):
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.policy)
        return response


class QuietHeaders:
    """Pages are kept by no cache, and say nothing to other sites."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = (
            "camera=(), microphone=(), geolocation=(), interest-cohort=()"
        )
        if _holds_a_key(request):
            response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex" if request.path != "/" else "all"
        return response


def _holds_a_key(request: HttpRequest) -> bool:
    """Whether the address itself is somebody's key, which not even our own pages may hear of."""
    return "key" in getattr(request.resolver_match, "kwargs", {})


class KeepWhatWasTyped:
    """When a database or a disk fails, a posted page comes back filled, with one button.

    A fault outside of a view, as in the session's row, comes by `front.views.fault`.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == NOT_NOW:
            response.headers.setdefault("Retry-After", RETRY_AFTER)
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if not isinstance(exception, FAULTS):
            return None
        log.error("A page could not be made.", exc_info=exception)
        return cannot_now(request)


DESK_LANGUAGE = "en"


class ChosenLanguage:
    """The language that the person chose, else the one that their browser prefers.

    The desk speaks English until it is translated: half of a page in each reads as neither.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = self._code(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    def _code(self, request: HttpRequest) -> str:
        if request.path.startswith(DESK):
            return DESK_LANGUAGE
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE, "")
        known = {code for code, _name in settings.LANGUAGES}
        if chosen in known:
            return chosen
        return translation.get_language_from_request(request)


class ExplainRefusals:
    """Shows a refusal as a page, and lets true errors be errors."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if isinstance(exception, NotOpen) and request.method == "POST":
            return keep(request, because="closed", status=exception.status)
        if isinstance(exception, Refused):
            context = {"reason": str(exception)}
            return render(request, "refused.html", context, status=exception.status)
        return None


class Doors:
    """While anything is missing, every path that takes or sends answers 503.

    A view that takes something from people, or sends to them, is marked with
    `fairwitness.governance.readiness.door`.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: object,
        _kwargs: object,
    ) -> HttpResponse | None:
        try:
            if not getattr(view, "is_door", False) or is_open():
                return None
        except FAULTS:
            log.exception("Nobody knows whether the doors are open.")
            return cannot_now(request)
        if request.method == "POST":
            return keep(request, because="closed", status=503)
        return render(request, "not_open.html", status=503)
