"""The frame of a page: leaving, danger line, languages, pages, way back."""

from typing import Any

from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext_lazy

from fairwitness.design.library import register

DESK_PAGES = (
    ("casework:inbox", pgettext_lazy("desk", "Inbox"), "g i"),
    ("casework:mine", pgettext_lazy("desk", "Mine"), "g m"),
    ("casework:due", pgettext_lazy("desk", "Due"), "g d"),
    ("outreach:campaigns", pgettext_lazy("desk", "Campaigns"), "g c"),
    ("figures:editions", pgettext_lazy("desk", "Figures"), "g f"),
    ("governance:settings", pgettext_lazy("desk", "Settings"), "g s"),
)
PUBLIC_PAGES = (
    ("front:who_we_are", pgettext_lazy("public", "Who we are"), ""),
    ("front:figures", pgettext_lazy("public", "Figures"), ""),
    ("front:questions", pgettext_lazy("public", "Questions"), ""),
    ("front:notice", pgettext_lazy("public", "Notice"), ""),
    ("intake:tell", pgettext_lazy("public", "Report"), ""),
)
FOOTER_PAGES = (
    ("front:who_we_are", pgettext_lazy("foot", "Who we are")),
    ("front:notice", pgettext_lazy("foot", "What we do with what you tell us")),
)


def address_of(name: str) -> str:
    """Return the address of a page, or nothing where that page does not exist."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of one of our static files."""
    return static(name)


@register.inclusion_tag("design/parts/leave_quickly.html", takes_context=True)
def leave_quickly(context: Context) -> dict[str, Any]:
    """Draw the button that ends the session and goes to a neutral site."""
    return {"address": address_of("front:leave"), "centre": context.get("centre")}


@register.inclusion_tag("design/parts/leaving_explained.html", takes_context=True)
def leaving_explained(context: Context) -> dict[str, Any]:
    """Say once what leaving quickly does, and that the history stays."""
    return {"centre": context.get("centre")}


@register.inclusion_tag("design/parts/danger_line.html", takes_context=True)
def danger_line(context: Context) -> dict[str, Any]:
    """Say whom to ring now, and that nobody watches this form day and night."""
    return {"centre": context.get("centre")}


@register.inclusion_tag("design/parts/helplines.html", takes_context=True)
def helplines(context: Context) -> dict[str, Any]:
    """List every help line with its hours, the emergency number first."""
    return {"centre": context.get("centre")}


@register.inclusion_tag("design/parts/training_banner.html", takes_context=True)
def training_banner(context: Context) -> dict[str, Any]:
    """Say on a training or demo centre that nothing here is real."""
    return {"centre": context.get("centre")}


@register.inclusion_tag("design/parts/languages.html", takes_context=True)
def languages(context: Context, form: str = "", place: str = "foot") -> dict[str, Any]:
    """List the languages in their own names; with `form`, they send that form along."""
    request = context.get("request")
    is_a_page = getattr(request, "resolver_match", None) is not None
    return {
        "centre": context.get("centre"),
        "language": context.get("language"),
        "address": address_of("front:language"),
        "next": request.path if request and is_a_page else "/",
        "form": form,
        "place": place,
    }


@register.inclusion_tag("design/parts/nav.html", takes_context=True)
def navigation(context: Context, audience: str) -> dict[str, Any]:
    """List the pages of an audience ("public" or "desk") that exist in this house."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    here = getattr(match, "view_name", "")
    pages = DESK_PAGES if audience == "desk" else PUBLIC_PAGES
    return {
        "audience": audience,
        "pages": [
            {
                "address": address,
                "label": label,
                "key": key,
                "is_current": name == here,
            }
            for name, label, key in pages
            if (address := address_of(name))
        ],
    }


@register.inclusion_tag("design/parts/footer_links.html")
def footer_links() -> dict[str, Any]:
    """Link, on every page, to who is asking and what becomes of the answers."""
    return {
        "pages": [
            {"address": address, "label": label}
            for name, label in FOOTER_PAGES
            if (address := address_of(name))
        ]
    }


@register.inclusion_tag("design/parts/back.html")
def back(url: str, label: str = "") -> dict[str, Any]:
    """Draw the link above the heading that goes one step back."""
    return {"url": url, "label": label}


@register.inclusion_tag("design/parts/progress.html")
def progress(part: int, parts: int, title: str = "") -> dict[str, Any]:
    """Say which part of the form this is, as text."""
    return {"part": part, "parts": parts, "title": title}
