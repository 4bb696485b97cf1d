"""Pages that gather from several apps."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from fairwitness.front.kept import keep


@login_not_required
def kept(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django calls this when a form's token has ended; nothing typed is lost."""
    del reason
    return keep(request, because="away", status=403)
