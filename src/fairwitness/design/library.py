"""The library of template tags that every module of components adds to."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


def part(name: str, context: Mapping[str, Any]) -> SafeString:
    """Return one component, drawn."""
    return render_to_string(f"design/parts/{name}.html", dict(context))
