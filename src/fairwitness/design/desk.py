"""The components of the desk: sealed sections, findings, toasts, keys."""

from collections.abc import Iterable
from typing import Any

from django.template import Context
from django.utils.translation import gettext_lazy as _

from fairwitness.design.frame import address_of
from fairwitness.design.library import register

# Those that a page does not offer are hidden by desk.js.
KEYS = (
    ("j", _("next row")),
    ("k", _("previous row")),
    ("x", _("choose the row")),
    ("u", _("back to the list")),
    ("]", _("next case")),
    ("[", _("previous case")),
    ("a", _("assign")),
    ("s", _("state")),
    ("h", _("hold until")),
    ("n", _("note")),
    ("m", _("message")),
    ("t", _("task")),
    ("l", _("look for links")),
    ("g i", _("go to the inbox")),
    ("g m", _("go to mine")),
    ("g d", _("go to what is due")),
    ("g c", _("go to campaigns")),
    ("g f", _("go to figures")),
    ("g s", _("go to settings")),
    ("g p", _("go to calls")),
    ("g q", _("go to questionnaires")),
    ("/", _("search")),
    ("z", _("undo the last act")),
    ("Shift+L", _("lock now")),
    ("Ctrl+Enter", _("save or send")),
    ("Esc", _("close what is unfolded, and keep the text")),
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
