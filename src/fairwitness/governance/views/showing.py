"""How a page with a form is drawn: its title begins with "Error" when something is wrong."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from fairwitness.staff.views import StaffRequest


def show(
    request: StaffRequest, template: str, form: forms.Form, **context: object
) -> HttpResponse:
    """Draw a page with its form and what is wrong with it."""
    errors = form.errors if form.is_bound else None
    return render(request, template, {**context, "form": form, "errors": errors})
