"""Draws once what is the same for everybody: parts of pages, and pages that hold nobody's words."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Parser, Token
from django.template.loader import render_to_string
from django.utils import translation

from fairwitness.design.library import register
from fairwitness.settled import recall

PLACE_OF_TOKEN = "thetokenofthisbrowserstandshere"  # noqa: S105 # where one is put in


def render_alike(
    request: HttpRequest,
    name: str,
    context: Mapping[str, Any],
    *,
    is_alike: bool = True,
) -> HttpResponse:
    """Draw a page that nobody's words stand on; the next who asks for the same gets it at once.

    Two are the same when language, address and everything in the context are. Each
    browser's own form token is put in afterwards.
    """
    if not is_alike or _holds_a_key(request):
        return render(request, name, dict(context))
    told = {**context, "csrf_token": PLACE_OF_TOKEN}
    key = (name, translation.get_language(), request.path, repr(context))
    page = recall(key, lambda: str(render_to_string(name, told, request)))
    if PLACE_OF_TOKEN in page:
        page = page.replace(PLACE_OF_TOKEN, get_token(request))
    return HttpResponse(page)


class Alike(Node):
    """A part of a template that depends on the centre, the language and the address alone."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, varies: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.varies = varies

    def render(self, context: Context) -> str:
        """Draw it, or give what was drawn before."""
        request = context.get("request")
        if request is None or _holds_a_key(request):
            return str(self.nodelist.render(context))
        name = context.template.name if context.template else ""
        vary = tuple(str(one.resolve(context)) for one in self.varies)
        key = (self, name, translation.get_language(), request.path, vary)
        return recall(key, lambda: str(self.nodelist.render(context)))


@register.tag
def alike(parser: Parser, token: Token) -> Alike:
    """Draw what stands within once for everybody; name what else it depends on."""
    _name, *varies = token.split_contents()
    nodelist = parser.parse(("endalike",))
    parser.delete_first_token()
    return Alike(nodelist, [parser.compile_filter(one) for one in varies])


def _holds_a_key(request: HttpRequest) -> bool:
    """Whether the address is somebody's key: of such a page nothing is kept."""
    match = request.resolver_match
    return match is None or "key" in match.kwargs
