"""Who may see a page of the desk: closed, unless a rule stands on the view."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse

from fairwitness.refusal import NotAllowed
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.staff.session import Unlocked

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of somebody who has signed in; `unlocked` is their own key while it is open."""

    user: User
    unlocked: Unlocked | None


DeskView = Callable[Concatenate[StaffRequest, P], HttpResponse]
PlainView = Callable[Concatenate[HttpRequest, P], HttpResponse]


def needs(*whats: May) -> Callable[[DeskView[P]], PlainView[P]]:
    """Open a page to those who may do one of these things; to all staff when none is named."""

    def guard(view: DeskView[P]) -> PlainView[P]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            known = cast("StaffRequest", request)
            if whats and not any(known.user.may(what) for what in whats):
                raise NotAllowed(whats[0].refusal)
            return view(known, *args, **kwargs)

        guarded.needs = whats  # type: ignore[attr-defined] # a mark that the house rules read
        return guarded

    return guard


def showing_pictures(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a page draw pictures that stand in the page itself: those of the evidence."""
    allowing: Any = csp_update({"img-src": ["data:"]})
    shown: Callable[..., HttpResponse] = allowing(view)
    return shown
