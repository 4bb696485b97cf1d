"""A mark that stands on a page of a letter's link: who posts it back has read that page.

It is worked out from the address, so it needs no cookie and no row, and does not end while
somebody thinks. It keeps away what fetches and posts addresses without reading pages; it
is no secret from whoever holds the link.
"""

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

FIELD = "mark"
_SALT = "fairwitness.outreach.page_mark"


def mark_of(path: str) -> str:
    """The mark of the page at this address."""
    return salted_hmac(_SALT, path, algorithm="sha256").hexdigest()[:32]


def has_mark(request: HttpRequest) -> bool:
    """Whether this was posted from the page at its own address."""
    if request.method != "POST":
        return False
    return constant_time_compare(request.POST.get(FIELD, ""), mark_of(request.path))
