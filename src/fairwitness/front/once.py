"""What is posted twice is one thing: a proxy that repeats posts, a double click."""

import hashlib
from uuid import UUID, uuid4

from django.http import HttpRequest


def id_of_post(request: HttpRequest) -> UUID:
    """The id of what this post brings; the same page sent again with the same words has the same.

    A page's form token is masked anew each time the page is shown, so it marks the page.
    """
    token = request.POST.get("csrfmiddlewaretoken")
    if not token:
        return uuid4()
    posted = sorted((name, values) for name, values in request.POST.lists())
    return UUID(bytes=hashlib.sha256(repr(posted).encode()).digest()[:16], version=4)
