"""The pages of the desk that somebody may see, as the list at the top of each of them."""

from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import resolve
from django.utils.translation import pgettext_lazy

from fairwitness.design.frame import DESK_PAGES, address_of
from fairwitness.staff.models import User

register = template.Library()

# The pages under an entry of the list: by the app, or by name where an app has several.
UNDER = {
    "outreach": "outreach:campaigns",
    "front:preview": "outreach:campaigns",
    "surveys": "surveys:questionnaires",
    "disclosure": "disclosure:releases",
    "rights": "rights:requests",
}

MORE = (
    ("intake:call", pgettext_lazy("desk", "Calls"), "g p"),
    ("surveys:questionnaires", pgettext_lazy("desk", "Questionnaires"), "g q"),
    ("disclosure:releases", pgettext_lazy("desk", "Releases"), "g r"),
    ("rights:requests", pgettext_lazy("desk", "Requests"), ""),
    ("casework:ledger", pgettext_lazy("desk", "Ledger"), ""),
    ("staff:colleagues", pgettext_lazy("desk", "Colleagues"), ""),
)


@register.inclusion_tag("design/parts/nav.html", takes_context=True)
def desk_pages(context: Context) -> dict[str, Any]:
    """List the pages that the one who looks may see."""
    request = context["request"]
    here = getattr(request.resolver_match, "view_name", "")
    above = UNDER.get(here) or UNDER.get(here.partition(":")[0])
    return {
        "audience": "desk",
        "pages": [
            {
                "address": address,
                "label": label,
                "key": key,
                "is_current": name == here,
                "is_above": name == above,
            }
            for name, label, key in (*DESK_PAGES, *MORE)
            if (address := address_of(name)) and _opens(request, address)
        ],
    }


def _opens(request: HttpRequest, address: str) -> bool:
    """Whether the rule on that page lets this person in."""
    if not isinstance(request.user, User):
        return False
    whats = getattr(resolve(address).func, "needs", ())
    return not whats or any(request.user.may(what) for what in whats)
