"""The components that ask: questions, choices, text, months, orders, codes, ways on."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms import CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from fairwitness.design.library import part, register
from fairwitness.design.shapes import (
    ABOUT_WHEN,
    Calendar,
    Medium,
    control_id,
    errors_of,
    months,
    rows_of,
    sentences_of,
)


@register.simple_block_tag
def question(
    content: str,
    legend: str,
    *,
    hint: str = "",
    error: str = "",
    anchor: str = "question",
) -> SafeString:
    """Wrap controls in a fieldset whose legend is the heading of the page."""
    return part(
        "question",
        {
            "content": content,
            "legend": legend,
            "hint": hint,
            "error": error,
            "id": anchor,
        },
    )


@register.inclusion_tag("design/parts/error_summary.html")
def error_summary(errors: Any) -> dict[str, Any]:
    """List what needs another look; takes a form, a mapping, or (id, sentence) pairs."""
    return {"errors": errors_of(errors)}


@register.inclusion_tag("design/parts/media.html")
def media(shown: Iterable[Medium]) -> dict[str, Any]:
    """Show pictures, sound and film below each other; nothing plays or loads by itself."""
    return {"media": shown}


@register.inclusion_tag("design/parts/choices.html")
def choices(
    name: str,
    options: Iterable[Any],
    *,
    label: str = "",
    chosen: str | Iterable[str] | None = None,
    multiple: bool = False,
    hint: str = "",
    error: str = "",
) -> dict[str, Any]:
    """Draw radios, or checkboxes when several may be chosen, in rows of 48px."""
    rows = rows_of(name, options, chosen=chosen)
    return {
        "name": name,
        "rows": rows,
        "has_pictures": any(row.option.picture for row in rows),
        "label": label,
        "kind": "checkbox" if multiple else "radio",
        "hint": hint,
        "error": error,
    }


@register.inclusion_tag("design/parts/list_field.html")
def list_field(
    name: str,
    options: Iterable[Any],
    *,
    label: str = "",
    chosen: str = "",
    hint: str = "",
    error: str = "",
) -> dict[str, Any]:
    """Draw one choice of a long list, folded: typing searches it, with and without a script."""
    rows = rows_of(name, options, chosen=chosen)
    return {
        "name": name,
        "rows": [row for row in rows if not row.option.is_apart],
        "apart": [row for row in rows if row.option.is_apart],
        "label": label,
        "hint": hint,
        "error": error,
    }


@register.inclusion_tag("design/parts/text_field.html")
def text_field(
    name: str,
    label: str = "",
    *,
    value: str = "",
    hint: str = "",
    error: str = "",
    rows: int = 1,
    **attributes: Any,
) -> dict[str, Any]:
    """Draw a line (or with `rows`, an area) of text; without a label the question names it.

    Other keywords become attributes; `limit=5000` shows a count from 80 % of the limit on,
    `labelled_by` names the id of another heading than that of the question.
    """
    limit = int(attributes.pop("limit", 0))
    labelled_by = attributes.pop("labelled_by", "question")
    used = len(value or "")
    settled = {
        "type": "text",
        "autocomplete": "off",
        "spellcheck": "false",
    } | {key.rstrip("_").replace("_", "-"): told for key, told in attributes.items()}
    if rows > 1:
        del settled["type"]
    return {
        "name": name,
        "label": label,
        "value": value or "",
        "hint": hint,
        "error": error,
        "rows": rows,
        "attributes": settled,
        "used": used if limit and used >= limit * 0.8 else 0,
        "limit": limit,
        "labelled_by": labelled_by,
    }


@register.inclusion_tag("design/parts/month_field.html")
def month_field(
    name: str,
    years: Calendar | Sequence[int],
    *,
    value: Mapping[str, str] | None = None,
    label: str = "",
    hint: str = "",
    error: str = "",
    rough: bool = True,
) -> dict[str, Any]:
    """Ask for a month, never a date: posts NAME-month, NAME-year and NAME-about.

    Without `rough` nobody is asked about when it was, in place of a month.
    """
    value, calendar = value or {}, Calendar.of(years)
    return {
        "name": name,
        "label": label,
        "hint": hint,
        "error": error,
        "calendar": calendar.months,
        "months": calendar.months or months(),
        "years": calendar.years,
        "month": value.get("month", ""),
        "year": str(value.get("year", "")),
        "about_name": f"{name}-about",
        "about": rows_of(f"{name}-about", ABOUT_WHEN, chosen=value.get("about", ""))
        if rough
        else [],
    }


@register.inclusion_tag("design/parts/rank_field.html")
def rank_field(
    name: str,
    options: Sequence[Any],
    *,
    value: Mapping[str, str] | None = None,
    label: str = "",
    hint: str = "",
    error: str = "",
    places: Sequence[str] = (),
) -> dict[str, Any]:
    """Ask for an order, without dragging: a list of places beside each choice; posts NAME-choice."""
    value = value or {}
    return {
        "name": name,
        "label": label,
        "hint": hint,
        "error": error,
        "rows": [
            {
                "id": row.id,
                "name": f"{name}-{row.option.value}",
                "label": row.option.label,
                "option": row.option,
                "lang": row.option.lang,
                "direction": row.option.direction,
                "place": value.get(row.option.value, ""),
            }
            for row in rows_of(name, options, chosen=None)
        ],
        "places": [
            (str(number), label)
            for number, label in enumerate(
                places or map(str, range(1, len(options) + 1)), start=1
            )
        ],
    }


@register.inclusion_tag("design/parts/code_field.html")
def code_field(
    name: str = "code",
    *,
    label: str = "",
    value: str = "",
    hint: str = "",
    error: str = "",
) -> dict[str, Any]:
    """Ask for a receipt code, in words or digits, however it is typed."""
    return {"name": name, "label": label, "value": value, "hint": hint, "error": error}


@register.inclusion_tag("design/parts/field.html")
def field(field: BoundField) -> dict[str, Any]:
    """Draw a field of a Django form: label, hint, errors above it, the control."""
    widget = field.field.widget
    attributes: dict[str, str | bool] = {}
    if field.errors:
        attributes["aria-invalid"] = "true"
    described = [f"{field.auto_id}_error"] if field.errors else []
    described += [f"{field.auto_id}_hint"] if field.help_text else []
    if described:
        attributes["aria-describedby"] = " ".join(described)
    is_list = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    return {
        "field": field,
        "sentences": sentences_of(field),
        "id": control_id(field),
        "control": "" if is_list else field.as_widget(attrs=attributes),
        "is_list": is_list,
        "is_tick": isinstance(widget, CheckboxInput),
    }


@register.inclusion_tag("design/parts/why.html")
def why(reason: str, *, readers: str = "", kept: str = "") -> dict[str, Any]:
    """Unfold why we ask this, who can read it, and how long we keep it."""
    return {"reason": reason, "readers": readers, "kept": kept}


@register.inclusion_tag("design/parts/ways_on.html")
def ways_on(
    label: str = "", *, skip: bool = False, save: bool = False, send: bool = False
) -> dict[str, Any]:
    """Draw the ways on: Continue, Skip, Save, Send what I have (posts `act`)."""
    return {"label": label or _("Continue"), "skip": skip, "save": save, "send": send}
