"""The components of the desk: sealed sections, findings, toasts, keys."""

from collections.abc import Iterable
from typing import Any

from django.template import Context
from django.utils.translation import gettext_lazy as _

from fairwitness.design.frame import address_of
from fairwitness.design.library import register

KEYS = (
    ("j k", _("next row, previous row")),
    ("Enter u", _("open, back to the list")),
    ("x Shift+x", _("choose, choose a range")),
    ("[ ]", _("previous case, next case")),
    ("a", _("assign")),
    ("s", _("state")),
    ("h", _("hold until")),
    ("n m t", _("note, message, task")),
    ("l", _("look for links")),
    ("Ctrl+Enter", _("save or send")),
    ("g i", _("inbox")),
    ("g m", _("mine")),
    ("g d", _("due")),
    ("g c", _("campaigns")),
    ("g f", _("figures")),
    ("g s", _("settings")),
    ("/", _("search")),
    ("z", _("undo the last act")),
    ("Shift+L", _("lock now")),
    ("?", _("all keys")),
)


@register.inclusion_tag("design/parts/lock_button.html", takes_context=True)
def lock_button(context: Context) -> dict[str, Any]:
    """Draw the button that locks the desk now."""
    return {
        "address": address_of("staff:lock"),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("design/parts/keys_help.html")
def keys_help() -> dict[str, Any]:
    """Unfold the list of keyboard shortcuts."""
    return {"all_keys": KEYS}


@register.inclusion_tag("design/parts/sealed_row.html", takes_context=True)
def sealed_row(context: Context, section: Any) -> dict[str, Any]:
    """Draw a closed section: name, size, opened, url, reasons; `text` once it is open."""
    return {"section": section, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("design/parts/findings.html")
def findings(findings: Iterable[Any], *, passed: str = "") -> dict[str, Any]:
    """List what a check found: level (stop, look), code, words, place, mend, url, keep_url."""
    return {"findings": findings, "passed": passed}


@register.inclusion_tag("design/parts/toast.html", takes_context=True)
def toast(context: Context, sentence: str, undo_url: str = "") -> dict[str, Any]:
    """Tell staff what was done, with Undo."""
    return {
        "sentence": sentence,
        "undo_url": undo_url,
        "csrf_token": context.get("csrf_token"),
    }
