"""Casework."""
from django.http import HttpRequest, HttpResponse
from fairwitness.staff.views import needs
@needs()
def inbox(request: HttpRequest) -> HttpResponse:
    """Inbox."""
    return HttpResponse("")
