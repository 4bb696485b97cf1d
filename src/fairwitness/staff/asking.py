"""A refusal beside the field that it is about, with what was typed still there."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse

from fairwitness.refusal import Refused

T = TypeVar("T")
View = TypeVar("View", bound=Callable[..., HttpResponse])


def takes_up_to(most: int) -> Callable[[View], View]:
    """Let a view take files of so many bytes in all; others take what the settings say."""

    def marked(view: View) -> View:
        view.most_bytes = most  # type: ignore[attr-defined] # a mark that the upload reads
        return view

    return marked


def posted(request: HttpRequest) -> tuple[Any, ...]:
    """What a form is made from: what was posted, with its files; nothing when a page is looked at."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def attempt(
    form: forms.Form, act: Callable[[], T], *, field: str | None = None
) -> T | None:
    """Do this with a form that is right; when a rule says no, the form says so at that field."""
    if not form.is_valid():
        return None
    try:
        return act()
    except Refused as refusal:
        form.add_error(field, str(refusal))
        return None
